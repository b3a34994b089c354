# SPDX-License-Identifier: MIT
"""Put the ramdisk together: the built programs, user/rootfs, --extra, a command to run."""
from build.cpio import Tree
from common import ROOT, Failure

FOLDERS = {"bin": 0o755, "dev": 0o755, "etc": 0o755, "home": 0o755, "mnt": 0o755, "proc": 0o755,
           "root": 0o700, "sbin": 0o755, "tmp": 0o1777, "usr": 0o755, "var": 0o755}
SKELETON = ROOT / "user" / "rootfs"


def build_ramdisk(path, installed, extra=None, command=None, window=None):
    """Write the archive to `path`.

    installed  programs, as {guest path: host path}
    extra      host folder to lay over everything, with its own modes
    command    argument vector for init to run instead of a shell, as list of bytes
    window     (columns, rows) of the terminal that the console will be seen on, or None
    """
    tree = Tree()
    for name, mode in FOLDERS.items():
        tree.add_directory(name, mode)
    if SKELETON.is_dir():
        tree.add_host_tree(SKELETON, _checked_out_mode)
    for guest, host in installed.items():
        tree.add_host_file(guest, host, 0o755)
    if extra is not None:
        try:
            tree.add_host_tree(extra)
        except OSError as error:
            raise Failure(f"--extra {extra}: {error}")
    if command is not None:
        tree.add_file("etc/run", b"".join(arg + b"\0" for arg in command))
    if window is not None:
        tree.add_file("etc/window", b"%d %d\n" % window)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(tree.archive())
    return path


def _checked_out_mode(mode):
    """git keeps one mode bit; the rest would be the checking-out user's umask."""
    return 0o755 if mode & 0o100 else 0o644
