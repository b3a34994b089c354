# SPDX-License-Identifier: MIT
"""The shell's language: the scripts of scripts.py, some compared with dash, and its messages."""
import shutil

from build import BIN
from check import environment, expect, expect_match, run
from scripts import SCRIPTS

# Scripts on which dash agrees with POSIX: our output and status must be the same.
LIKE_DASH = {
    "quoting": "x='a b'; echo \"$x\"'$x'\\\"$x\\\" \"a'b\" 'a\"b' \"\\$x\\`\"",
    "nested_quotes": "echo \"${x:-\"a b\"}\" \"${x:-'q'}\" ${x:-'a  b'} \"$(echo \"in  $((1+1))\")\"",
    "star_and_at": "set -- 'a b' '' c; for i in $* ; do echo \"[$i]\"; done; for i in \"$@\"; do echo \"[$i]\"; done;"
                   "for i in \"x$@y\"; do echo \"[$i]\"; done; IFS=,; echo \"$*\"",
    "ifs_blanks_and_delimiters": "IFS=' ,'; v=' a , b,,c '; for i in $v; do echo \"[$i]\"; done",
    "empty_expansion_vanishes": "e=; set -- $e a \"$e\" $e; echo $#",
    "loops_and_status": "for i in 1 2 3; do false; done; echo $?; while false; do :; done; echo $?",
    "case_fallthrough": "case abc in a?c) echo 1;; abc) echo 2;; esac; case x in y) ;; esac; echo $?",
    "case_brackets": "for i in a b - z; do case $i in [!a-b]) echo not;; [a-b]) echo ab;; esac; done",
    "set_e_in_function": "set -e; f() { false; echo in; }; if f; then echo ok; fi; f; echo never",
    "and_or_lists": "true && false || echo a; false || false && echo b; echo $?; ! false && echo c",
    "parameters_beyond_nine": "set -- 1 2 3 4 5 6 7 8 9 ten 11; echo ${10} ${11} $10 $#",
    "substitution_in_arithmetic": "n=3; echo $(( $n + $(echo 4) + ${n} ))",
    "redirect_chain": "{ echo out; echo err >&2; } 2>&1 >/dev/null | sed s/err/caught/",
    "group_redirection": "{ echo a; echo b; } >f; (echo c) >>f; cat f",
    "assign_then_use": "a=1 b=$a; echo $a$b; a=2 b=$a; echo $a$b",
    "nested_functions": "f() { g() { echo g$1; }; g $1; }; f 1; g 2",
    "return_status": "f() { return; }; false; f; echo $?; true; f; echo $?",
    "multi_line": "if true\nthen\n  echo a\n\n  # c\n  echo b\nfi\nfor i in 1 \\\n 2\ndo echo $i\ndone",
    "pipe_over_lines": "echo a |\n\n cat &&\n echo b ||\n echo c",
    "unset_in_default": "unset x; echo \"${x-a b}\" ${x-a  b}; x=y; echo ${x+\"q r\"}",
    "length_of_specials": "set -- a b c; echo ${#}; x=abc; echo ${#x}",
    "echo_of_backquote_in_quotes": "echo \"`echo 'a  b'`\" `echo 'a  b'`",
    "glob_in_for": "touch x1 x2; for i in x*; do echo $i; done; for i in y*; do echo $i; done",
    "until_with_and": "i=0; until i=$((i+1)); [ $i -ge 3 ]; do echo $i; done",
    "quoted_empty_concat": "x=; echo a\"\"b''c\"$x\"d",
    "negative_numbers": "echo $((-5 % 3)) $((5 % -3)) $((-5 >> 1)) $((~5)) $((- - 5))",
    "comparison_operators": "echo $((1<2)) $((2<=1)) $((1!=1)) $((5&3)) $((5|3)) $((5^3)) $((1&&0||1))",
}


def _shell(script, folder, *args, **more):
    return run([BIN / "sh", "-c", script, *args], folder, **more)


def _make_script_test(script, out, status):
    def test(folder):
        done = _shell(script, folder, stdin=b"from stdin\n")
        expect(done.out.decode(), out, "output")
        expect(done.status, status, "status")
    return test


def _make_dash_test(script):
    def test(folder):
        (folder / "ours").mkdir()
        (folder / "dash").mkdir()
        ours = _shell(script, folder / "ours")
        dash = run([shutil.which("dash"), "-c", script], folder / "dash")
        expect((ours.out, ours.status), (dash.out, dash.status), "compared with dash")
    return test


for _name, _row in SCRIPTS.items():
    globals()[f"test_{_name}"] = _make_script_test(*_row)
if shutil.which("dash"):
    for _name, _script in LIKE_DASH.items():
        globals()[f"test_like_dash_{_name}"] = _make_dash_test(_script)


def test_command_string_takes_name_and_arguments(folder):
    expect(_shell("echo $0 $1 \"$2\" $#", folder, "name", "a", "b  c").out, b"name a b  c 2\n", "output")


def test_script_file_takes_arguments(folder):
    (folder / "s").write_text("echo $0 $1\nexit 5\n")
    done = run([BIN / "sh", "s", "a"], folder)
    expect((done.out, done.status), (b"s a\n", 5), "script")


def test_missing_script_file_is_127(folder):
    done = run([BIN / "sh", "nosuch"], folder)
    expect(done.status, 127, "status")
    expect_match(done.err, r"^sh: nosuch: No such file", "message")


def test_script_longer_than_a_read_block(folder):
    lines = "".join(f"x={i} # {'c' * (i % 97)}\n" for i in range(2000))
    (folder / "s").write_text(lines + "echo $x\n")
    expect(run([BIN / "sh", "s"], folder).out, b"1999\n", "output")


def test_standard_input_is_read_line_by_line(folder):
    done = run([BIN / "sh"], folder, stdin=b"read x\nhello\necho \"<$x>\"\ncat\nrest\n")
    expect(done.out, b"<hello>\nrest\n", "output")


def test_program_of_shell_text_runs(folder):
    (folder / "plain").write_text("echo plain $1\n")
    (folder / "hashbang").write_text(f"#!{BIN}/sh -e\nfalse\necho no\n")
    for name in ("plain", "hashbang"):
        (folder / name).chmod(0o755)
    done = _shell("./plain a; ./hashbang; echo $?", folder)
    expect(done.out, b"plain a\n1\n", "output")


def test_messages_go_to_standard_error_with_the_reason(folder):
    done = _shell("nosuch; cat </no/file; cd /no/dir; echo a >&9", folder)
    expect(done.out, b"", "output")
    for pattern in (r"^sh: nosuch: not found$", r"^sh: /no/file: No such file or directory$",
                    r"^sh: cd: /no/dir: No such file", r"^sh: 9: Bad file descriptor$"):
        expect_match(done.err, pattern, "messages")


def test_syntax_error_names_the_line(folder):
    done = run([BIN / "sh"], folder, stdin=b"echo a\n\necho b; }\n")
    expect(done.out, b"a\n", "output")
    expect_match(done.err, r"^sh: line 3: unexpected '}'$", "message")


def test_trace_prints_expanded_commands(folder):
    done = run([BIN / "sh", "-xc", "x=1; echo a $x"], folder)
    expect((done.out, done.err), (b"a 1\n", b"+ echo a 1\n"), "trace")


def test_path_is_searched_in_order(folder):
    for name in ("one", "two"):
        (folder / name).mkdir()
        (folder / name / "prog").write_text(f"#!/bin/sh\necho {name}\n")
    (folder / "two" / "prog").chmod(0o755)
    path = f"{folder}/one:{folder}/two:/bin"
    expect(_shell("prog", folder, env=environment(PATH=path)).out, b"two\n", "second in PATH")
    (folder / "one" / "prog").chmod(0o755)
    expect(_shell("prog", folder, env=environment(PATH=path)).out, b"one\n", "first in PATH")


def test_environment_passes_through(folder):
    done = _shell("env", folder, env={"PATH": f"{BIN}:/bin", "odd-name": "1", "A": "x=y"})
    expect(sorted(line for line in done.out.split(b"\n") if line.startswith((b"A=", b"odd"))),
           [b"A=x=y"], "environment")


def test_help_names_every_builtin(folder):
    done = _shell("help", folder)
    for name in "cd pwd exit export unset set shift exec wait help history read test".split():
        expect_match(done.out, rf"^  {name} ", "help")
