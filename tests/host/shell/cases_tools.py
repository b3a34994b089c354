# SPDX-License-Identifier: MIT
"""The tools: against output written here, and against coreutils where equal is right."""
import os
import shutil
import stat

from build import BIN, ROOT, host_programs
from check import expect, expect_match, run


def _tool(argv, folder, stdin=b""):
    return run([BIN / argv[0], *argv[1:]], folder, stdin=stdin)


def _expect_out(argv, folder, out, status=0, stdin=b""):
    done = _tool(argv, folder, stdin)
    expect(done.out, out if isinstance(out, bytes) else out.encode(), " ".join(argv))
    expect(done.status, status, f"status of {' '.join(argv)}; {done.err!r}")


def _expect_like_host(argv, folder, stdin=b""):
    ours = _tool(argv, folder, stdin)
    theirs = run([shutil.which(argv[0], path="/usr/bin:/bin"), *argv[1:]], folder, stdin=stdin)
    expect((ours.out, ours.status), (theirs.out, theirs.status), f"{' '.join(argv)} as on the host")


def _write(folder, **files):
    for name, text in files.items():
        path = folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


def test_true_and_false(folder):
    _expect_out(["true"], folder, "")
    _expect_out(["false"], folder, "", 1)


def test_echo_words_and_escapes(folder):
    _expect_out(["echo", "a", "", "b"], folder, "a  b\n")
    _expect_out(["echo", "-n", "a"], folder, "a")
    _expect_out(["echo", "-x", "--", "-n"], folder, "-x -- -n\n")
    _expect_out(["echo", "a\\nb"], folder, "a\\nb\n")
    _expect_out(["echo", "-e", "a\\tb\\n\\0101\\x41\\\\\\q\\cno"], folder, "a\tb\nAA\\\\q")
    _expect_out(["echo", "-ne", "\\x"], folder, b"\0")


def test_cat_copies_bytes(folder):
    data = bytes(range(256)) * 1000
    _write(folder, a=data, b="b")
    _expect_out(["cat", "a", "-", "b"], folder, data + b"in" + b"b", stdin=b"in")
    _expect_out(["cat"], folder, data, stdin=data)
    _expect_like_host(["cat", "-n", "a", "b"], folder)


def test_cat_goes_on_after_a_missing_file(folder):
    _write(folder, a="a")
    done = _tool(["cat", "no", "a", "."], folder)
    expect((done.out, done.status), (b"a", 1), "cat")
    expect_match(done.err, r"^cat: no: No such file", "message")
    expect_match(done.err, r"^cat: \.: Is a directory", "message")


def test_full_output_is_an_error(folder):
    _write(folder, a="a" * 100000)
    for argv in ("cat a", "echo a", "ls", "wc a", "sort a", "head -c 10000 a", "env", "date"):
        done = run([BIN / "sh", "-c", f"{argv} >/dev/full"], folder)
        expect(done.status, 1, argv)
        expect_match(done.err, "standard output: No space left", argv)


def test_cp_copies_file_contents_and_mode(folder):
    _write(folder, a=b"\0x" * 50000)
    (folder / "a").chmod(0o750)
    (folder / "d").mkdir()
    _expect_out(["cp", "a", "b"], folder, "")
    _expect_out(["cp", "a", "b", "d"], folder, "")
    for name in ("b", "d/a", "d/b"):
        expect((folder / name).read_bytes(), b"\0x" * 50000, name)
        expect(stat.S_IMODE((folder / name).stat().st_mode), 0o750, f"mode of {name}")


def test_cp_refuses_what_would_lose_data(folder):
    _write(folder, a="a")
    os.link(folder / "a", folder / "b")
    (folder / "d").mkdir()
    for argv in (["cp", "a", "a"], ["cp", "a", "b"], ["cp", "d", "e"], ["cp", "a", "b", "no"], ["cp", "no", "e"]):
        _expect_out(argv, folder, "", 1)
    expect((folder / "a").read_text(), "a", "a")
    expect((folder / "e").exists(), False, "e")


def test_cp_r_copies_a_tree(folder):
    (folder / "t/s").mkdir(parents=True)
    _write(folder, **{"t/a": "1", "t/s/b": "2"})
    os.symlink("a", folder / "t/l")
    _expect_out(["cp", "-r", "t", "u"], folder, "")
    expect(((folder / "u/s/b").read_text(), os.readlink(folder / "u/l")), ("2", "a"), "copy")
    _expect_out(["cp", "-r", "t", "u"], folder, "")
    expect((folder / "u/t/a").read_text(), "1", "copy inside")


def test_cp_r_into_itself_ends(folder):
    (folder / "t/s").mkdir(parents=True)
    _write(folder, **{"t/a": "1"})
    _expect_out(["cp", "-r", "t", "t/s"], folder, "", 1)
    expect((folder / "t/s/t/a").read_text(), "1", "copy")


def test_mv_renames_and_moves(folder):
    (folder / "d").mkdir()
    _write(folder, a="a", b="b", c="c")
    _expect_out(["mv", "a", "b"], folder, "")
    _expect_out(["mv", "b", "c", "d/"], folder, "")
    expect(sorted(os.listdir(folder / "d")), ["b", "c"], "names")
    expect((folder / "d/b").read_text(), "a", "contents")
    _expect_out(["mv", "no", "x"], folder, "", 1)
    _expect_out(["mv", "d", "d/x"], folder, "", 1)


def test_mv_between_file_systems(folder):
    other = "/dev/shm"
    if not os.path.isdir(other) or os.stat(other).st_dev == os.stat(folder).st_dev:
        return
    target = f"{other}/chcore-shell-{os.getpid()}"
    (folder / "d").mkdir()
    _write(folder, **{"d/a": "a"})
    try:
        _expect_out(["mv", "d", target], folder, "")
        expect((os.path.exists(folder / "d"), open(f"{target}/a").read()), (False, "a"), "moved")
    finally:
        shutil.rmtree(target, ignore_errors=True)


def test_rm_removes_files_and_trees(folder):
    (folder / "t/s/s").mkdir(parents=True)
    _write(folder, **{"t/a": "", "t/s/b": "", "f": ""})
    os.symlink("..", folder / "t/up")
    _expect_out(["rm", "t"], folder, "", 1)
    _expect_out(["rm", "-r", "t", "f"], folder, "")
    expect(os.listdir(folder), [], "names")
    _expect_out(["rm", "no"], folder, "", 1)
    _expect_out(["rm", "-f", "no"], folder, "")
    _expect_out(["rm", "-rf", ".", "..", "/"], folder, "", 1)
    _expect_out(["rm"], folder, "", 2)


def test_mkdir_and_rmdir(folder):
    _expect_out(["mkdir", "a", "b"], folder, "")
    _expect_out(["mkdir", "a"], folder, "", 1)
    _expect_out(["mkdir", "no/x"], folder, "", 1)
    _expect_out(["mkdir", "-p", "c/d/e/", "a", "./c//d/f"], folder, "")
    expect(sorted(os.listdir(folder / "c/d")), ["e", "f"], "names")
    _write(folder, f="")
    _expect_out(["mkdir", "-p", "f/x"], folder, "", 1)
    _expect_out(["rmdir", "a", "c/d"], folder, "", 1)
    expect(sorted(os.listdir(folder)), ["b", "c", "f"], "names")


def test_ln_makes_links(folder):
    _write(folder, a="1")
    (folder / "d").mkdir()
    _expect_out(["ln", "a", "b"], folder, "")
    expect((folder / "b").stat().st_nlink, 2, "links")
    _expect_out(["ln", "-s", "../a", "d"], folder, "")
    expect(os.readlink(folder / "d/a"), "../a", "target")
    _expect_out(["ln", "-s", "x", "b"], folder, "", 1)
    _expect_out(["ln", "-sf", "x", "b"], folder, "")
    expect(os.readlink(folder / "b"), "x", "target")


def test_head_and_tail(folder):
    _write(folder, a="".join(f"{i}\n" for i in range(30)), b="x\ny", e="")
    for tool in ("head", "tail"):
        for args in (["a"], ["-n", "3", "a"], ["-n", "0", "a"], ["-n", "99", "a", "b", "e"], ["-3", "b"], ["-"]):
            _expect_like_host([tool, *args], folder, stdin=b"1\n2\n")
    _expect_like_host(["head", "-c", "5", "a"], folder)
    _expect_like_host(["tail", "-n", "+28", "a"], folder)
    _expect_out(["head", "-n", "x", "a"], folder, "", 2)
    _expect_out(["tail", "no"], folder, "", 1)


def test_wc_counts(folder):
    _write(folder, a="a b\nc\n", b=b"\xff x")
    _expect_out(["wc", "a"], folder, "      2       3       6 a\n")
    _expect_out(["wc", "-l", "a", "b"], folder, "      2 a\n      0 b\n      2 total\n")
    _expect_out(["wc", "-c"], folder, "3\n", stdin=b"a\0b")
    _expect_out(["wc", "-w", "no", "a"], folder, "      3 a\n      3 total\n", 1)


def test_grep_finds_lines(folder):
    _write(folder, a="one\nTwo\nthree\n", b="none\n")
    for args in (["o", "a"], ["-i", "t", "a"], ["-v", "o", "a"], ["-n", "e", "a"], ["-c", "e", "a"], ["-c", "x", "a", "b"],
                 ["o", "a", "b"], ["-l", "one", "a", "b"], ["^t.*e$", "a"], ["-E", "one|three", "a"], ["a*", "b"],
                 ["-q", "o", "a"], ["-q", "x", "a"], ["", "a"]):
        _expect_like_host(["grep", *args], folder, stdin=b"")
    _expect_out(["grep", "b"], folder, "abc\n", stdin=b"abc\nd")


def test_grep_searches_trees_and_reports_errors(folder):
    (folder / "t/s").mkdir(parents=True)
    _write(folder, **{"t/a": "x\n", "t/s/b": "y\nx\n"})
    os.symlink("..", folder / "t/s/loop")
    _expect_out(["grep", "-rn", "x", "t"], folder, "t/a:1:x\nt/s/b:2:x\n")
    _expect_out(["grep", "x", "t"], folder, "", 2)
    _expect_out(["grep", "x", "no", "t/a"], folder, "t/a:x\n", 2)
    _expect_out(["grep", "a\\{", "t/a"], folder, "", 2)
    _expect_out(["grep"], folder, "", 2)


def test_sort_orders_lines(folder):
    _write(folder, a="b\na\nc\nb\n", n="10\n9\n-1\n2.5\nx\n", last="z\ny")
    for args in (["a"], ["-r", "a"], ["-u", "a"], ["-n", "n"], ["-rn", "n"], ["a", "last"], ["-nu", "n"]):
        _expect_like_host(["sort", *args], folder)
    _expect_out(["sort"], folder, "", stdin=b"")


def test_env_sets_and_prints(folder):
    _expect_out(["env", "-i", "A=1", "B=x y"], folder, "A=1\nB=x y\n")
    _expect_out(["env", "-i", "PATH=/bin", "A=1", "sh", "-c", "echo $A; exit 3"], folder, "1\n", 3)
    _expect_out(["env", "nosuch"], folder, "", 127)


def test_date_formats(folder):
    expect_match(_tool(["date"], folder).out, r"^\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d UTC \d{4}$", "date")
    _expect_like_host(["date", "-u", "+%Y-%m-%d %% %j"], folder)
    _expect_out(["date", "x"], folder, "", 2)
    _expect_out(["date", "+" + "%c" * 500], folder, "", 1)


def test_sleep_checks_its_argument(folder):
    _expect_out(["sleep", "0.01"], folder, "")
    for bad in ("x", "-1", "", "1x", "nan", "1e300"):
        _expect_out(["sleep", bad], folder, "", 2)


def test_touch_makes_files_and_sets_times(folder):
    _write(folder, a="x")
    os.utime(folder / "a", (1, 1))
    _expect_out(["touch", "a", "b"], folder, "")
    expect(((folder / "a").read_text(), (folder / "b").read_text()), ("x", ""), "contents")
    expect((folder / "a").stat().st_mtime > 1000, True, "time")
    _expect_out(["touch", "-c", "c"], folder, "")
    expect((folder / "c").exists(), False, "c")
    _expect_out(["touch", "no/x"], folder, "", 1)


def test_chmod_modes(folder):
    _write(folder, a="")
    for mode, wanted in (("640", 0o640), ("u+x", 0o740), ("go-r", 0o700), ("a=r", 0o444), ("u+w,g+w", 0o664),
                         ("+x", 0o775), ("o=", 0o770), ("u+s", 0o4770), ("u-s,+t", 0o1770), ("0", 0)):
        _expect_out(["chmod", mode, "a"], folder, "")
        expect(stat.S_IMODE((folder / "a").stat().st_mode), wanted, mode)
    for bad in ("8", "u", "u+q", "", "+x,", "17777", "-1"):
        _expect_out(["chmod", bad, "a"], folder, "", 2)
    _expect_out(["chmod", "644", "no"], folder, "", 1)


def test_stat_prints_fields(folder):
    _write(folder, a="12345")
    (folder / "a").chmod(0o640)
    os.symlink("a", folder / "l")
    done = _tool(["stat", "a", "l"], folder)
    for line in (r"^    File: a$", r"^    Size: 5 bytes", r"^    Mode: 0640 -rw-r-----$", r"^    File: l -> a$",
                 r"^    Type: symbolic link$"):
        expect_match(done.out, line, "stat")
    _expect_out(["stat", "no"], folder, "", 1)


def _tree(folder):
    (folder / "d/e").mkdir(parents=True)
    _write(folder, b="12", a="", **{".h": "", "d/x": "", "d/e/y": ""})


def test_ls_lists_names(folder):
    _tree(folder)
    for args in ([], ["-a"], ["-1"], ["-d"], ["d", "a"], ["-R"], ["-R", "d", "b"], ["-a", "d/e"], ["d/e", "b", "d/", "a"]):
        _expect_like_host(["ls", *args], folder)
    _expect_out(["ls", "no", "a"], folder, "a\n", 1)
    _expect_out(["ls", "-?"], folder, "", 2)


def test_ls_long_format(folder):
    _tree(folder)
    (folder / "b").chmod(0o4755)
    os.symlink("b", folder / "l")
    os.utime(folder / "b", (0, 0))
    done = _tool(["ls", "-l"], folder)
    uid, gid = os.getuid(), os.getgid()
    expect_match(done.out, rf"^-rwsr-xr-x 1 {uid} {gid} +2 Jan  1  1970 b$", "file")
    expect_match(done.out, rf"^drwx.{{6}} 3 {uid} {gid} +\d+ \w{{3}} [ \d]\d \d\d:\d\d d$", "directory")
    expect_match(done.out, rf"^lrwxrwxrwx 1 {uid} {gid} +1 .* l -> b$", "link")
    with open(folder / "big", "wb") as file:
        file.truncate(5 << 30)
    expect_match(_tool(["ls", "-lh", "big"], folder).out, r" 5\.0G ", "size")


def test_tools_refuse_unknown_options(folder):
    for name in sorted(set(host_programs()) - {"echo", "true", "false", "sh", "shell", "help", "sleep"}):
        _expect_out([name, "-@"], folder, "", 2)


def test_help_lists_every_program(folder):
    text = (ROOT / "user" / "tools" / "help.c").read_text()
    for path in sorted((ROOT / "user" / "tools").glob("*.c")):
        if path.name != "links.c":
            expect(f'{{"{path.stem}", ' in text, True, f"{path.stem} in /bin/help")


def test_kill_sends_signals(folder):
    _expect_out(["sh", "-c", "sh -c 'kill -TERM $$; echo no'; echo $?"], folder, "143\n")
    _expect_out(["sh", "-c", "sh -c 'kill -s int $$; echo no'; echo $?"], folder, "130\n")
    _expect_out(["sh", "-c", "sh -c 'kill -9 $$; echo no'; echo $?"], folder, "137\n")
    _expect_out(["kill", "-0", str(os.getpid())], folder, "")
    _expect_out(["kill", "x"], folder, "", 1)
    _expect_out(["kill", "-NOSUCH", "1"], folder, "", 2)
    expect_match(_tool(["kill", "-l"], folder).out, r"^ 9 KILL$", "kill -l")
