# SPDX-License-Identifier: MIT
"""The shell on the console, as a person at a terminal sees it."""
import unittest

from qemu.console import Console

CONTROL_C, CONTROL_D = "\x03", "\x04"


class ConsoleTests(unittest.TestCase):
    """One boot a test: none depends on what another left behind."""

    def test_boot_reaches_a_prompt_and_commands_answer(self):
        with Console.boot() as console:
            console.expect_prompt()
            self.assertEqual(console.command("echo hello"), ("hello\n", 0))
            self.assertEqual(console.command("false")[1], 1)

    def test_poweroff_ends_the_machine_with_status_0(self):
        with Console.boot() as console:
            console.expect_prompt()
            console.send("poweroff\r")
            self.assertEqual(console.expect_end(), 0)

    def test_reboot_comes_back_to_a_prompt(self):
        with Console.boot() as console:
            console.expect_prompt()
            console.send("reboot\r")
            console.expect("boot")
            console.expect_prompt()

    def test_control_c_ends_the_running_command_and_not_the_shell(self):
        with Console.boot() as console:
            console.expect_prompt()
            console.send("sh -c 'echo begun; sleep 1000'\r")
            console.expect("\nbegun\r*\n")
            console.send(CONTROL_C)
            console.expect_prompt()
            self.assertEqual(console.command("echo still here"), ("still here\n", 0))

    def test_control_d_is_the_end_of_a_programs_input(self):
        with Console.boot() as console:
            console.expect_prompt()
            console.send("sh -c 'echo begun; cat'\r")
            console.expect("\nbegun\r*\n")
            console.send("one line\r")
            console.expect("one line\r*\none line\r*\n")
            console.send(CONTROL_D)
            console.expect_prompt()

    def test_what_is_typed_before_the_console_listens_is_not_lost(self):
        with Console.boot() as console:
            console.expect("boot")
            console.send("echo typed early; poweroff\n" + "#" * 200 + "\n")
            console.expect("\ntyped early\r*\n")
            self.assertEqual(console.expect_end(), 0)

    def test_backspace_corrects_a_line(self):
        with Console.boot() as console:
            console.expect_prompt()
            console.send("echo wrong\x7f\x7f\x7f\x7f\x7fright\r")
            console.expect("\nright\r*\n")

    def test_a_dead_server_is_an_error_to_its_callers_and_the_shell_lives(self):
        with Console.boot() as console:
            console.expect_prompt()
            console.command("echo text >/tmp/file")
            console.send("kill -9 3\r")  # tmpfs, the root file system
            console.expect("tmpfs, process 3, ended with status 9")
            console.send("\rread word </tmp/file\r")
            console.expect("/tmp/file: I/O error")
            console.expect_prompt()

    def test_a_crashed_program_leaves_the_shell_alive(self):
        with Console.boot() as console:
            console.expect_prompt()
            self.assertEqual(console.command("sh -c 'kill -SEGV $$'")[1], 139)
            self.assertEqual(console.command("echo alive"), ("alive\n", 0))


if __name__ == "__main__":
    unittest.main()
