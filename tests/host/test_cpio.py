# SPDX-License-Identifier: MIT
"""The ramdisk writer, read back by cpio itself."""
import os
import subprocess
import tempfile
import unittest

from build.cpio import Tree


def extract(archive, folder):
    """Let cpio unpack the archive into the folder; returns its verbose listing."""
    listing = subprocess.run(["cpio", "-itv", "--quiet", "--numeric-uid-gid"], input=archive,
                             check=True, stdout=subprocess.PIPE).stdout.decode()
    subprocess.run(["cpio", "-id", "--quiet"], input=archive, check=True, cwd=folder)
    return listing


def sample():
    """A tree with every kind of entry."""
    tree = Tree()
    tree.add_directory("empty", 0o1777)
    tree.add_file("etc/motd", b"hello\n", 0o600)
    tree.add_file("bin/big", bytes(range(256)) * 40, 0o755)
    tree.add_file("bin/exact", b"x" * 4096)
    tree.add_symlink("etc/link", "../bin/big")
    return tree


class Cpio(unittest.TestCase):
    """One behaviour a test."""

    def test_cpio_reads_back_files_modes_links_and_empty_folders(self):
        with tempfile.TemporaryDirectory() as folder:
            extract(sample().archive(), folder)
            with open(os.path.join(folder, "bin/big"), "rb") as file:
                self.assertEqual(file.read(), bytes(range(256)) * 40)
            self.assertEqual(os.readlink(os.path.join(folder, "etc/link")), "../bin/big")
            self.assertEqual(os.stat(os.path.join(folder, "etc/motd")).st_mode & 0o777, 0o600)
            self.assertEqual(os.stat(os.path.join(folder, "empty")).st_mode & 0o7777, 0o1777)

    def test_owner_and_time_are_zero(self):
        with tempfile.TemporaryDirectory() as folder:
            for line in extract(sample().archive(), folder).splitlines():
                self.assertIn("1970", line)
                self.assertRegex(line, r"^\S+ +\d+ 0 +0 ")

    def test_same_content_in_another_order_gives_the_same_bytes(self):
        one, two = Tree(), Tree()
        one.add_file("a/x", b"1")
        one.add_file("b", b"2")
        two.add_file("b", b"2")
        two.add_file("a/x", b"1")
        self.assertEqual(one.archive(), two.archive())

    def test_data_of_a_page_or_more_starts_on_a_page(self):
        archive = sample().archive()
        self.assertEqual(archive.find(bytes(range(256)) * 40) % 4096, 0)
        self.assertEqual(archive.find(b"x" * 4096) % 4096, 0)

    def test_a_file_replaces_a_folder_and_what_was_in_it(self):
        tree = Tree()
        tree.add_file("d/inner", b"old")
        tree.add_file("d", b"new")
        with tempfile.TemporaryDirectory() as folder:
            extract(tree.archive(), folder)
            with open(os.path.join(folder, "d"), "rb") as file:
                self.assertEqual(file.read(), b"new")

    def test_a_host_tree_is_laid_over_what_is_there(self):
        tree = sample()
        with tempfile.TemporaryDirectory() as extra, tempfile.TemporaryDirectory() as folder:
            os.makedirs(os.path.join(extra, "etc", "deep", "er"))
            with open(os.path.join(extra, "etc", "motd"), "wb") as file:
                file.write(b"other")
            os.chmod(os.path.join(extra, "etc", "motd"), 0o751)
            tree.add_host_tree(extra)
            extract(tree.archive(), folder)
            self.assertTrue(os.path.isdir(os.path.join(folder, "etc/deep/er")))
            self.assertTrue(os.path.islink(os.path.join(folder, "etc/link")))
            self.assertEqual(os.stat(os.path.join(folder, "etc/motd")).st_mode & 0o777, 0o751)


if __name__ == "__main__":
    unittest.main()
