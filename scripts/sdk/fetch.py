# SPDX-License-Identifier: MIT
"""Outside sources: Debian's orig tarballs, pinned by SHA-256.

They come from the mirror that apt is configured with (proxies and all), by apt's own helper, which
needs neither root nor a change in /etc/apt; where the tarball is the upstream release, byte for
byte, upstream is asked when no mirror has it.
"""
import hashlib
import os
import subprocess
import tarfile
from collections import namedtuple
from pathlib import Path

from common import Failure, cache_dir, say, show

APT_HELPER = "/usr/lib/apt/apt-helper"

Pin = namedtuple("Pin", "source file sha256 upstream")

# name: Debian source package, orig tarball, its hash, and the identical upstream release if any.
PINS = {
    "musl": Pin(
        "musl", "musl_1.2.6.orig.tar.gz",
        "d585fd3b613c66151fc3249e8ed44f77020cb5e6c1e635a616d3f9f82460512a",
        "https://musl.libc.org/releases/musl-1.2.6.tar.gz"),
    "lua": Pin(
        "lua5.4", "lua5.4_5.4.4.orig.tar.gz",
        "164c7849653b80ae67bec4b7473b884bf5cc8d2dca05653475ec2ed27b9ebf61",
        "https://www.lua.org/ftp/lua-5.4.4.tar.gz"),
    "zlib": Pin(
        "zlib", "zlib_1.3.dfsg+really1.3.1.orig.tar.gz",
        "60dd315c07f616887caa029408308a018ace66e3d142726a97db164b3b8f69fb",
        None),
}


def sha256_of(path):
    """The SHA-256 of a file, in hex."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def mirrors():
    """(repository URI, component) of each binary repository that apt is configured with."""
    try:
        text = subprocess.run(
            ["apt-get", "indextargets", "--no-release-info", "--format",
             "$(REPO_URI) $(COMPONENT)", "Created-By: Packages"],
            check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return []
    lines = (line.split() for line in text.splitlines())
    return list(dict.fromkeys(tuple(fields) for fields in lines if len(fields) == 2))


def addresses(pin):
    """Where the tarball may be, best first."""
    prefix = pin.source[:4] if pin.source.startswith("lib") else pin.source[0]
    for uri, component in mirrors():
        yield f"{uri.rstrip('/')}/pool/{component}/{prefix}/{pin.source}/{pin.file}"
    if pin.upstream:
        yield pin.upstream


def download(address, target, sha256):
    """Fetch `address` to the absolute path `target`; None, or why it did not work, in a line."""
    argv = [APT_HELPER, "-q", "-o", "APT::Sandbox::User=root", "-o", "Acquire::Retries=1",
            "-o", "Acquire::http::Timeout=20", "-o", "Acquire::https::Timeout=20",
            "download-file", address, str(target), "SHA256:" + sha256]
    show(["apt-helper", "download-file", address, target])
    try:
        done = subprocess.run(argv, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, text=True)
    except FileNotFoundError:
        return f"{APT_HELPER} is missing: this needs Debian's or Ubuntu's apt"
    if done.returncode == 0:
        return None
    errors = [line[3:] for line in done.stdout.splitlines() if line.startswith("E: ")]
    return errors[0] if errors else f"apt-helper failed with status {done.returncode}"


def fetch(name):
    """The path of a pinned tarball in the cache, fetched and verified; Failure if it cannot be had."""
    pin = PINS[name]
    folder = cache_dir() / "downloads"
    target = folder / pin.file
    if target.exists():
        if sha256_of(target) == pin.sha256:
            return target
        say(f"{target} is damaged, fetching it again")
        target.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{pin.file}.{os.getpid()}"
    reason = "apt is configured with no repository"
    try:
        for address in addresses(pin):
            problem = download(address, part, pin.sha256)
            if problem is None and sha256_of(part) == pin.sha256:
                part.rename(target)
                return target
            reason = problem or f"{address} has another content than the pinned one"
            part.unlink(missing_ok=True)
    finally:
        for rest in folder.glob(part.name + "*"):
            rest.unlink()
    raise Failure(f"cannot fetch {pin.file} (the network is needed once): {reason}")


def unpack(name, folder):
    """Unpack a pinned tarball into `folder`; the path of the one directory that is in it."""
    with tarfile.open(fetch(name)) as archive:
        if hasattr(tarfile, "data_filter"):
            archive.extraction_filter = staticmethod(tarfile.data_filter)
        archive.extractall(folder)
        top = archive.getnames()[0].split("/")[0]
    return Path(folder) / top
