# SPDX-License-Identifier: MIT
"""The shell at a terminal: line editing, history, prompts and ^C, through a pty.

A small screen model shows what a person would see: enough of a VT100 for what the editor sends.
"""
import os
import pty
import re
import select
import struct
import fcntl
import termios
import time

from build import BIN
from check import Mismatch, environment, expect

WAIT_S = 8
COLUMNS, ROWS = 20, 12


class Screen:
    """Rows of text, a cursor, and the sequences that the line editor uses."""

    def __init__(self, columns=COLUMNS, rows=ROWS):
        self.columns, self.rows = columns, rows
        self.lines = [[" "] * columns for _ in range(rows)]
        self.row = self.column = 0
        self.pending_wrap = False
        self.rest = ""

    def feed(self, data):
        text = self.rest + data.decode("latin-1")
        self.rest = ""
        at = 0
        while at < len(text):
            if text[at] == "\x1b":
                found = re.match(r"\x1b\[(\d*)([A-Za-z])", text[at:])
                if not found:
                    self.rest = text[at:]
                    return
                self._sequence(found[2], int(found[1] or 0))
                at += found.end()
                continue
            self._character(text[at])
            at += 1

    def _sequence(self, letter, number):
        self.pending_wrap = False
        if letter == "A":
            self.row = max(0, self.row - max(1, number))
        elif letter == "C":
            self.column = min(self.columns - 1, self.column + max(1, number))
        elif letter == "J":
            first = 0 if number == 2 else self.row + 1
            for row in range(first, self.rows):
                self.lines[row] = [" "] * self.columns
            if number != 2:
                self._erase_line()
        elif letter == "K":
            self._erase_line()
        elif letter == "H":
            self.row = self.column = 0
        else:
            raise Mismatch(f"the editor sent ESC [ {number} {letter}")

    def _erase_line(self):
        self.lines[self.row][self.column:] = [" "] * (self.columns - self.column)

    def _newline(self):
        self.row += 1
        if self.row == self.rows:
            self.lines = self.lines[1:] + [[" "] * self.columns]
            self.row -= 1

    def _character(self, char):
        if char == "\r":
            self.column, self.pending_wrap = 0, False
        elif char == "\n":
            self._newline()
            self.pending_wrap = False
        elif char == "\b":
            self.column = max(0, self.column - 1)
        elif char >= " ":
            if self.pending_wrap:
                self.column = 0
                self._newline()
                self.pending_wrap = False
            self.lines[self.row][self.column] = char
            if self.column == self.columns - 1:
                self.pending_wrap = True
            else:
                self.column += 1

    def text(self):
        return "\n".join("".join(line).rstrip() for line in self.lines).rstrip()


class Terminal:
    """A shell on a pty of COLUMNS columns."""

    def __init__(self, folder, **env):
        self.screen = Screen()
        self.output = b""
        settings = environment(PS1="$ ", **env)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            os.chdir(folder)
            os.execve(BIN / "sh", ["sh"], settings)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        os.close(self.fd)
        os.waitpid(self.pid, 0)

    def send(self, data):
        os.write(self.fd, data)

    def _read_until(self, condition, what):
        end = time.monotonic() + WAIT_S
        while not condition():
            ready, _, _ = select.select([self.fd], [], [], max(0, end - time.monotonic()))
            data = b""
            if ready:
                try:
                    data = os.read(self.fd, 4096)
                except OSError:
                    pass
            if not data:
                raise Mismatch(f"expected {what}, seen\n{self.screen.text()}")
            self.output += data
            self.screen.feed(data)

    def expect_screen(self, wanted):
        self._read_until(lambda: self.screen.text() == wanted, f"the screen\n{wanted}\n")

    def expect_output(self, wanted):
        self._read_until(lambda: wanted in self.output, repr(wanted))
        self.output = self.output.split(wanted, 1)[1]

    def expect_cursor(self, row, column):
        self._read_until(lambda: (self.screen.row, self.screen.column) == (row, column),
                         f"the cursor at {row}, {column}")

    def expect_end(self, status):
        try:
            while os.read(self.fd, 4096):
                pass
        except OSError:
            pass
        _, seen = os.waitpid(self.pid, 0)
        self.pid = os.spawnv(os.P_NOWAIT, "/bin/true", ["true"])
        expect(os.waitstatus_to_exitcode(seen), status, "status of the shell")


def test_prompt_command_and_prompt_again(folder):
    with Terminal(folder) as term:
        term.expect_screen("$")
        term.send(b"echo hi\r")
        term.expect_screen("$ echo hi\nhi\n$")


def test_ctrl_d_on_an_empty_line_exits(folder):
    with Terminal(folder) as term:
        term.expect_screen("$")
        term.send(b"false\r")
        term.expect_screen("$ false\n$")
        term.send(b"\x04")
        term.expect_end(1)


def test_ctrl_d_elsewhere_deletes(folder):
    with Terminal(folder) as term:
        term.expect_screen("$")
        term.send(b"echo ab\x1b[D\x1b[D\x04")
        term.expect_screen("$ echo b")


def test_editing_keys(folder):
    with Terminal(folder) as term:
        term.expect_screen("$")
        term.send(b"cho ac\x01e\x05\x7fbd\x1b[D\x1b[DX\x1b[C\x1b[3~")
        term.expect_screen("$ echo aXb")
        term.expect_cursor(0, 10)
        term.send(b"\x17")
        term.expect_screen("$ echo")
        term.send(b"one\x1b[D\x1b[D\x0b")
        term.expect_screen("$ echo o")
        term.send(b"\x1b[H\x1b[4~\x15")
        term.expect_screen("$")


def test_unknown_keys_change_nothing(folder):
    with Terminal(folder) as term:
        term.expect_screen("$")
        term.send(b"a\x1b[99~\x1b[1;5C\x1bx\x1bOR\x00\x07\x1b[Zb")
        term.expect_screen("$ ab")


def test_history_by_arrows(folder):
    with Terminal(folder) as term:
        term.expect_screen("$")
        term.send(b"echo 1\r")
        term.expect_screen("$ echo 1\n1\n$")
        term.send(b"echo 2\r")
        term.expect_screen("$ echo 1\n1\n$ echo 2\n2\n$")
        term.send(b"new\x1b[A\x1b[A")
        term.expect_screen("$ echo 1\n1\n$ echo 2\n2\n$ echo 1")
        term.send(b"\x1b[A\x1b[B\x1b[B")
        term.expect_screen("$ echo 1\n1\n$ echo 2\n2\n$ new")
        term.send(b"\x10\x10x\r")
        term.expect_screen("$ echo 1\n1\n$ echo 2\n2\n$ echo 1x\n1x\n$")


def test_history_builtin_lists_lines_once(folder):
    with Terminal(folder) as term:
        term.expect_screen("$")
        term.send(b"true\rtrue\r :\r  \rhistory\r")
        term.expect_output(b"    1  true\r\n    2   :\r\n    3  history\r\n")


def test_long_lines_wrap(folder):
    with Terminal(folder) as term:
        term.expect_screen("$")
        text = "echo 3456789012345678901234567890123456789x"
        for char in text:
            term.send(char.encode())
        shown = "$ " + text
        term.expect_screen("\n".join(shown[i:i + COLUMNS] for i in range(0, len(shown), COLUMNS)))
        term.send(b"\x01")
        term.expect_cursor(0, 2)
        term.send(b"\x1b[C" * 18)
        term.expect_cursor(1, 0)
        term.send(b"Y")
        shown = shown[:20] + "Y" + shown[20:]
        term.expect_screen("\n".join(shown[i:i + COLUMNS] for i in range(0, len(shown), COLUMNS)))
        term.expect_cursor(1, 1)
        term.send(b"\x15")
        term.expect_screen("$ " + shown[21:39] + "\n" + shown[39:])


def test_cursor_behind_the_last_column(folder):
    with Terminal(folder) as term:
        term.expect_screen("$")
        term.send(b"echo 34567890123456")
        term.expect_cursor(1, 1)
        term.send(b"\x7f")
        term.expect_cursor(1, 0)
        term.send(b"\x7f")
        term.expect_cursor(0, 19)


def test_ctrl_l_clears_the_screen(folder):
    with Terminal(folder) as term:
        term.expect_screen("$")
        term.send(b"echo a\recho b\x0c")
        term.expect_screen("$ echo b")
        term.expect_cursor(0, 8)


def test_ctrl_c_discards_the_line(folder):
    with Terminal(folder) as term:
        term.expect_screen("$")
        term.send(b"echo no\x03echo yes $?\r")
        term.expect_screen("$ echo no^C\n$ echo yes $?\nyes 130\n$")


def test_ctrl_c_discards_an_open_quote(folder):
    with Terminal(folder) as term:
        term.expect_screen("$")
        term.send(b"echo 'a\r")
        term.expect_screen("$ echo 'a\n>")
        term.send(b"\x03echo b\r")
        term.expect_screen("$ echo 'a\n> ^C\n$ echo b\nb\n$")


def test_ctrl_c_ends_the_command_not_the_shell(folder):
    with Terminal(folder) as term:
        term.expect_screen("$")
        term.send(b"sh -c 'echo ready; cat'\r")
        term.expect_output(b"\nready\r\n")
        term.send(b"\x03")
        term.expect_output(b"$ ")
        term.send(b"echo $?\r")
        term.expect_output(b"130\r\n")


def test_ctrl_c_ends_a_loop_of_builtins(folder):
    with Terminal(folder) as term:
        term.expect_screen("$")
        term.send(b"type :; while :; do :; done\r")
        term.expect_output(b"builtin\r\n")
        term.send(b"\x03")
        term.expect_output(b"$ ")
        term.send(b"echo $?\r")
        term.expect_output(b"130\r\n")


def test_compound_over_lines(folder):
    with Terminal(folder) as term:
        term.expect_screen("$")
        term.send(b"if true\rthen echo a\rfi\r")
        term.expect_screen("$ if true\n> then echo a\n> fi\na\n$")


def test_syntax_error_keeps_the_shell(folder):
    with Terminal(folder) as term:
        term.expect_screen("$")
        term.send(b"fi\recho $?\r")
        term.expect_output(b"sh: unexpected 'fi'\r\n")
        term.expect_output(b"2\r\n")


def test_typed_ahead_input_reaches_the_program(folder):
    with Terminal(folder) as term:
        term.expect_screen("$")
        term.send(b"read x\rhello\recho \"<$x>\"\r")
        term.expect_output(b"<hello>\r\n")


def test_background_job_is_announced(folder):
    with Terminal(folder) as term:
        term.expect_screen("$")
        term.send(b"sh -c 'exit 3' & wait $!\r\r")
        term.expect_output(b"[")
        term.send(b"true & \r")
        term.expect_output(b"$ ")
        deadline = time.monotonic() + WAIT_S
        while b"done (0): true" not in term.output:
            term.send(b"\r")
            term.expect_output(b"\n")
            if time.monotonic() > deadline:
                raise Mismatch("the end of a background command was not announced")


def test_prompt_is_expanded(folder):
    with Terminal(folder) as term:
        term.expect_screen("$")
        term.send(b"PS1='<$?> '; false\r")
        term.expect_screen("$ PS1='<$?> '; false\n\n<1>")


def test_utf8_counts_as_one_column(folder):
    with Terminal(folder) as term:
        term.expect_screen("$")
        term.send("echo äöx\x1b[D\x7f".encode())
        term.expect_output("echo äx".encode())
        term.send(b"\r")
        term.expect_output("\r\näx\r\n".encode())


def test_dumb_terminal_reads_plain_lines(folder):
    with Terminal(folder, TERM="dumb") as term:
        term.expect_screen("$")
        term.send(b"echo a\r")
        term.expect_screen("$ echo a\na\n$")
        term.send(b"\x04")
        term.expect_end(0)
