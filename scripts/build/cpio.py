# SPDX-License-Identifier: MIT
"""Write cpio archives in the "newc" format, the same bytes for the same content.

Entries are sorted by name and have time, owner and group 0. The data of a file of a page or more
starts on a page boundary of the archive, so that tmpfs can take over the pages in which it lies:
the name's field is longer than the name, filled up with NULs, which every reader accepts.
"""
import os
import stat

PAGE = 4096
HEADER_SIZE = 110
TRAILER = "TRAILER!!!"


def _padded(size):
    return (size + 3) & ~3


def _header(ino, mode, links, size, name_size):
    fields = (ino, mode, 0, 0, links, 0, size, 0, 0, 0, 0, name_size, 0)
    return b"070701" + b"".join(b"%08x" % field for field in fields)


def _entry(offset, ino, name, mode, links, data):
    """The bytes of one entry that starts at `offset` of the archive (a multiple of 4)."""
    encoded = os.fsencode(name) + b"\0"
    start = _padded(HEADER_SIZE + len(encoded))
    if len(data) >= PAGE:
        start += -(offset + start) % PAGE
        encoded = encoded.ljust(start - HEADER_SIZE, b"\0")
    head = _header(ino, mode, links, len(data), len(encoded)) + encoded
    return head.ljust(start, b"\0") + data.ljust(_padded(len(data)), b"\0")


class Tree:
    """The content of an archive: names without a leading slash, each a (mode, data) pair."""

    def __init__(self):
        self._entries = {}

    def add_directory(self, name, mode=0o755):
        """A directory, and those above it that are not there yet."""
        self._parents(name)
        self._entries[name] = (stat.S_IFDIR | mode, b"")

    def add_file(self, name, data, mode=0o644):
        """A regular file; it replaces whatever had its name."""
        self._put(name, stat.S_IFREG | mode, data)

    def add_symlink(self, name, target):
        """A symbolic link; it replaces whatever had its name."""
        self._put(name, stat.S_IFLNK | 0o777, os.fsencode(target))

    def add_host_file(self, name, path, mode=None):
        """A host file, symbolic link, directory or FIFO, with its own mode unless one is given."""
        info = os.lstat(path)
        mode = stat.S_IMODE(info.st_mode) if mode is None else mode
        if stat.S_ISLNK(info.st_mode):
            self.add_symlink(name, os.readlink(path))
        elif stat.S_ISDIR(info.st_mode):
            self.add_directory(name, mode)
        elif stat.S_ISREG(info.st_mode):
            with open(path, "rb") as file:
                self.add_file(name, file.read(), mode)
        elif stat.S_ISFIFO(info.st_mode):
            self._put(name, stat.S_IFIFO | mode, b"")
        else:
            raise OSError(f"{path}: neither file, folder, link nor FIFO")

    def add_host_tree(self, root, mode_of=None):
        """Everything below a host folder, over what is there; mode_of(st_mode) may change modes."""
        for folder, folders, files in os.walk(root):
            for leaf in sorted(folders + files):
                path = os.path.join(folder, leaf)
                mode = mode_of(os.lstat(path).st_mode) if mode_of else None
                self.add_host_file(os.path.relpath(path, root), path, mode)

    def archive(self):
        """The archive's bytes."""
        parts, offset = [], 0
        for ino, (name, (mode, data)) in enumerate(sorted(self._entries.items()), 1):
            links = 2 if stat.S_ISDIR(mode) else 1
            parts.append(_entry(offset, ino, name, mode, links, data))
            offset += len(parts[-1])
        parts.append(_entry(offset, 0, TRAILER, 0, 1, b""))
        return b"".join(parts)

    def _put(self, name, mode, data):
        self._parents(name)
        below = name + "/"
        for other in [other for other in self._entries if other.startswith(below)]:
            del self._entries[other]
        self._entries[name] = (mode, data)

    def _parents(self, name):
        parent = os.path.dirname(name)
        if parent and not stat.S_ISDIR(self._entries.get(parent, (0, b""))[0]):
            self.add_directory(parent)
