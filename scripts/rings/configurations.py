# SPDX-License-Identifier: MIT
"""The machines on which the rings run. What no run enters is not tested."""
from dataclasses import replace

from qemu.machine import MIB, RASPI3_MEM, Machine

_VIRT = Machine("virt", smp=4, mem=512 * MIB, cpu="cortex-a57", gic=2, icount=False)
_RASPI3 = Machine("raspi3", smp=4, mem=RASPI3_MEM, cpu="cortex-a53", gic=None, icount=False)

# Short names, which are also what --filter finds.
KERNEL_RING = {
    "virt-1cpu": replace(_VIRT, smp=1),
    "virt-4cpu": _VIRT,
    "virt-8cpu": replace(_VIRT, smp=8),
    "virt-gic3": replace(_VIRT, gic=3),
    "virt-cpumax": replace(_VIRT, cpu="max"),
    "virt-el2": replace(_VIRT, level=2),
    "virt-el3": replace(_VIRT, level=3, smp=1),
    "virt-plain": _VIRT,
    "raspi3-4cpu": _RASPI3,
}
PLAIN = "virt-plain"  # the kernel without what only makes it faster
USER_RING = {
    "virt-1cpu": replace(_VIRT, smp=1),
    "virt-4cpu": _VIRT,
    "virt-cpumax": replace(_VIRT, cpu="max", gic=3),
    "raspi3-4cpu": _RASPI3,
}
SYSTEM_RING = {
    "virt-4cpu": _VIRT,
    "raspi3-4cpu": _RASPI3,
}


def chosen(ring, plat):
    """The configurations of a ring on one board, or on all (None)."""
    return {name: machine for name, machine in ring.items() if plat in (None, machine.plat)}
