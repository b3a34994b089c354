# SPDX-License-Identifier: MIT
"""The simulated machine: its options, what may be combined, and its QEMU command line."""
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from common import BOARDS, Failure

QEMU = "qemu-system-aarch64"
CPUS = ("a64fx", "cortex-a35", "cortex-a53", "cortex-a57", "cortex-a72", "cortex-a76",
        "max", "neoverse-n1")
VIRT_MAX_CPUS, RASPI3_CPUS = 8, 4
MIB = 1 << 20
VIRT_MIN_MEM, VIRT_MAX_MEM = 64 * MIB, 255 * 1024 * MIB
RASPI3_MEM = 1024 * MIB
VIRT_BARE_IMAGE = 0x40280000  # above the device tree, as far from 2 MiB as the image's header asks


@dataclass(frozen=True)
class Machine:
    """A machine that exists; make one with machine_of()."""

    plat: str
    smp: int            # CPUs that the kernel starts; on raspi3 the others stay switched off
    mem: int            # bytes of RAM
    cpu: str
    gic: Optional[int]  # None: the board has another interrupt controller
    icount: bool        # one guest instruction is one nanosecond of virtual time
    level: int = 1      # exception level at which the kernel is entered

    def arguments(self, image, initrd=None, append=""):
        """QEMU's argument vector up to its consoles: machine, kernel, ramdisk.

        At level 3 nothing stands in for firmware, so the kernel gets no command line and no
        ramdisk; QEMU leaves the device tree at the start of RAM.
        """
        argv = [QEMU]
        if self.plat == "virt":
            features = {1: "", 2: ",virtualization=on", 3: ",secure=on"}[self.level]
            argv += ["-machine", f"virt,gic-version={self.gic}{features}", "-cpu", self.cpu,
                     "-smp", str(self.smp), "-m", f"{self.mem // MIB}M", "-nic", "none",
                     "-global", "virtio-mmio.force-legacy=false"]
        else:
            argv += ["-machine", "raspi3b", "-smp", str(RASPI3_CPUS), "-m", "1G",
                     "-global", f"bcm2837.enabled-cpus={self.smp}"]
        if self.icount:
            argv += ["-icount", "shift=0,sleep=off", "-seed", "1",
                     "-rtc", "base=2026-01-01T00:00:00,clock=vm"]
        argv += ["-semihosting-config", "enable=on,target=native", "-display", "none"]
        if self.level == 3:
            place = f"addr={VIRT_BARE_IMAGE:#x},cpu-num=0,force-raw=on"
            return argv + ["-device", f"loader,file={image},{place}"]
        argv += ["-kernel", str(image)]
        if initrd is not None:
            argv += ["-initrd", str(initrd)]
        return argv + ["-append", f"cpus={self.smp} {append}".rstrip()]

    def options(self):
        """This machine in the words of chbuild's options."""
        words = [f"--plat {self.plat}", f"--smp {self.smp}"]
        if self.plat == "virt":
            words += [f"--gic {self.gic}", f"--cpu {self.cpu}", f"--mem {self.mem // MIB}M"]
        if self.icount:
            words.append("--icount")
        if self.level != 1 and self.plat == "virt":
            words.append(f"entered at EL{self.level}")
        return " ".join(words)


def add_machine_options(parser):
    """The options of every subcommand that starts QEMU."""
    parser.add_argument("--plat", choices=BOARDS, default="virt", help="board (default: virt)")
    parser.add_argument("--smp", metavar="N", help="CPUs to start (default: 4; 1 with --icount)")
    parser.add_argument("--mem", metavar="SIZE", help="RAM, such as 128M or 1G (default: 512M)")
    parser.add_argument("--cpu", metavar="NAME", help="CPU model (default: cortex-a57)")
    parser.add_argument("--gic", metavar="2|3", help="interrupt controller version (default: 2)")
    parser.add_argument("--icount", action="store_true",
                        help="deterministic: one instruction is 1 ns; prints their number at exit")
    parser.add_argument("--extra", metavar="DIR", type=Path,
                        help="lay this host folder over the root of the ramdisk")


def machine_of(args):
    """The Machine that the parsed options ask for; Failure if there is no such machine."""
    check = _check_virt if args.plat == "virt" else _check_raspi3
    if args.extra is not None and not args.extra.is_dir():
        raise Failure(f"--extra {args.extra}: no such folder")
    return check(args)


def _check_virt(args):
    smp = _cpus(args, VIRT_MAX_CPUS)
    mem = parse_size(args.mem) if args.mem is not None else 512 * MIB
    if not VIRT_MIN_MEM <= mem <= VIRT_MAX_MEM or mem % MIB:
        raise Failure(f"--mem {args.mem}: virt takes whole MiB from 64M to 255G")
    cpu = args.cpu or "cortex-a57"
    if cpu not in CPUS:
        raise Failure(f"--cpu {cpu}: unknown; one of {' '.join(CPUS)}")
    if args.gic not in (None, "2", "3"):
        raise Failure(f"--gic {args.gic}: version 2 or 3")
    return Machine("virt", smp, mem, cpu, int(args.gic or 2), args.icount)


def _check_raspi3(args):
    smp = _cpus(args, RASPI3_CPUS)
    if args.mem is not None and parse_size(args.mem) != RASPI3_MEM:
        raise Failure(f"--mem {args.mem}: raspi3 always has 1G")
    if args.cpu not in (None, "cortex-a53"):
        raise Failure(f"--cpu {args.cpu}: raspi3 always has cortex-a53")
    if args.gic is not None:
        raise Failure(f"--gic {args.gic}: raspi3 has no GIC")
    return Machine("raspi3", smp, RASPI3_MEM, "cortex-a53", None, args.icount)


def _cpus(args, most):
    if args.smp is None:
        return 1 if args.icount else 4
    if not re.fullmatch("[0-9]+", args.smp) or not 1 <= int(args.smp) <= most:
        raise Failure(f"--smp {args.smp}: {args.plat} has 1 to {most} CPUs")
    return int(args.smp)


def parse_size(text):
    """Bytes of '128M', '1G', '65536K' or a plain number of MiB (as QEMU reads it)."""
    found = re.fullmatch("([0-9]+)([KMG]?)B?", text.upper())
    if not found:
        raise Failure(f"--mem {text}: not a size; write 128M or 1G")
    return int(found[1]) * {"K": 1 << 10, "M": MIB, "": MIB, "G": 1 << 30}[found[2]]
