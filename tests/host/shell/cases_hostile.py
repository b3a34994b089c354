# SPDX-License-Identifier: MIT
"""Input that wants to break the shell: an error is fine, a crash or a hang is not."""
import random

from build import BIN
from check import expect, expect_match, run

MEGABYTE = 1 << 20


def _stdin(data, folder):
    return run([BIN / "sh"], folder, stdin=data)


def _refused(data, folder, pattern):
    done = _stdin(data, folder)
    expect(done.status, 2, "status")
    expect_match(done.err, pattern, "message")


def test_long_word(folder):
    done = _stdin(b"echo ${#x}; x=" + b"a" * MEGABYTE + b"; echo ${#x}\n", folder)
    expect(done.out, b"0\n1048576\n", "output")


def test_long_line_of_words(folder):
    done = _stdin(b"set -- " + b"a " * (MEGABYTE // 2) + b"\necho $#\n", folder)
    expect(done.out, b"524288\n", "output")


def test_long_line_of_commands(folder):
    done = _stdin(b"x=1;" * (MEGABYTE // 4) + b" echo done\n", folder)
    expect(done.out, b"done\n", "output")


def test_long_line_of_expansions(folder):
    done = _stdin(b"a=b; x=" + b"${a}$a" * (MEGABYTE // 6) + b"; echo ${#x}\n", folder)
    expect(done.out, b"%d\n" % (MEGABYTE // 6 * 2), "output")


def test_long_chain_of_and(folder):
    done = _stdin(b"true" + b" && true" * 50000 + b" && echo done\n", folder)
    expect(done.out, b"done\n", "output")


def test_command_line_too_long_for_the_system(folder):
    done = _stdin(b"x=" + b"a" * (4 * MEGABYTE) + b"; /bin/echo $x; echo $?\n", folder)
    expect(done.out, b"126\n", "status of the command")
    expect_match(done.err, r"^sh: /bin/echo: Argument list too long$", "message")


def test_nul_bytes_are_left_out(folder):
    expect(_stdin(b"ec\0ho a\0b\n\0\n", folder).out, b"ab\n", "output")


def test_bytes_of_all_values(folder):
    done = _stdin(b"x='" + bytes(c for c in range(1, 256) if c != 0x27) + b"'; echo \"${#x}\"\n", folder)
    expect(done.out, b"254\n", "output")


def test_unterminated_single_quote(folder):
    _refused(b"echo '" + b"a\n" * 100000, folder, "unterminated ' quote")


def test_unterminated_double_quote(folder):
    _refused(b'echo "' + b"$(", folder, "unexpected end of input")


def test_unterminated_brace(folder):
    _refused(b"echo ${a", folder, r"unterminated \$\{")


def test_lone_backslash_at_the_end(folder):
    expect(_stdin(b"echo a\\", folder).out, b"a\\\n", "output")


def _nested(opening, closing, depth, folder):
    return _stdin(opening * depth + closing * depth + b"\n", folder)


def test_deep_nesting_is_refused(folder):
    for opening, closing in ((b"(", b")"), (b"{ ", b"}"), (b"$(", b")"), (b'"$(', b')"'), (b"${a:-", b"}"),
                             (b"if ", b"fi"), (b"while ", b"done"), (b"case a in a) ", b"esac"),
                             (b"f() { ", b"}"), (b'"${a-', b'}"'), (b"for i in a; do ", b"done;")):
        for depth in (1000, 100000):
            done = _nested(opening, closing, depth, folder)
            if done.status not in (0, 2, 126, 127):
                expect(done.status, 2, f"{opening!r} * {depth}")


def test_nesting_within_the_limit_works(folder):
    done = _stdin(b"{ " * 90 + b"echo deep;" + b" }; " * 89 + b"}\n", folder)
    expect(done.out, b"deep\n", "output")


def test_deep_arithmetic_is_refused(folder):
    for opening, closing in ((b"(", b")"), (b"-", b""), (b"~", b""), (b"a=", b"")):
        _refused(b"echo $((" + opening * 100000 + b"1" + closing * 100000 + b"))\n", folder, "nested too deeply")


def test_deep_test_expression_is_refused(folder):
    done = _stdin(b"test " + b"'(' " * 10000 + b"a" + b" ')'" * 10000 + b"; echo $?\n", folder)
    expect(done.out, b"2\n", "output")


def test_endless_recursion_is_refused(folder):
    _refused(b"f() { f; }; f\n", folder, "nested too deeply")
    _refused(b"f() { eval f; }; f\n", folder, "nested too deeply")
    (folder / "self").write_text(". ./self\n")
    _refused(b". ./self\n", folder, "nested too deeply")


def test_closed_descriptors(folder):
    for closed in ("0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"):
        done = run(["/bin/sh", "-c", f"exec '{BIN}/sh' -c 'echo a | cat; x=$(echo b); echo $x >f; cat f >/dev/null' {closed}"],
                   folder)
        expect(done.status, 0, f"status with {closed}")
        expect((folder / "f").read_text(), "b\n", f"file with {closed}")


TOKENS = ["if", "then", "else", "elif", "fi", "while", "until", "do", "done", "for", "in", "case", "esac",
          "{", "}", "(", ")", ";", ";;", "&", "&&", "||", "|", "!", "\n", "<", ">", ">>", "<>", ">&", "2>&1",
          "<&-", "'", '"', "`", "$", "${", "$(", "$((", "))", "}", "\\", "#", "*", "?", "[a-", "]", "~", "=",
          "x", "x=", "$x", "${x:-", "${x#", "${#x}", "$@", '"$@"', "$*", "$#", "$?", "$$", "$!", "f()", "f",
          "echo", "true", "false", "break", "continue", "return", "shift", "set --", "read x", "test", "[",
          "1", "+", "-", "/", "%", "<<", ":", "\0", "\x01", "\xff", "eval", "unset", "export", "a b", "wait"]


def test_random_tokens_do_no_harm(folder):
    # What is random is the same in each run: a failure can be repeated.
    chance = random.Random(20261121)
    for _ in range(150):
        script = "".join(chance.choice(TOKENS) + chance.choice(["", " "]) for _ in range(chance.randrange(1, 60)))
        try:
            run([BIN / "sh", "-c", script.replace("\0", "") + "\n"], folder, timeout=10)
            run([BIN / "sh"], folder, stdin=script.encode("latin-1"), timeout=10)
        except Exception:
            print(repr(script))
            raise
