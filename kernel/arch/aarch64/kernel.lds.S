/* SPDX-License-Identifier: MIT */
/*
 * The image: text | constants | data | bss, each beginning a page, so that each has its own rights.
 * It is loaded KIMAGE_OFFSET above a 2 MiB boundary and must end before the next one.
 */
#include <arch/mmu.h>

OUTPUT_ARCH(aarch64)
ENTRY(_start)

SECTIONS
{
    . = KERNEL_BASE + KIMAGE_OFFSET;
    .text : {
        *(.head.text)
        *(.text.vectors)
        *(.text.fast)
        *(.text .text.*)
    }
    .uaccess : {
        _uaccess_start = .;
        *(.uaccess)
        _uaccess_end = .;
    }
    . = ALIGN(4096);
    _text_end = .;

    .rodata : {
        *(.rodata .rodata.*)
        . = ALIGN(8);
        _ktests_start = .;
        KEEP(*(.ktests))
        _ktests_end = .;
        *(.ksyms)
    }
    . = ALIGN(4096);
    _rodata_end = .;

    .data : {
        *(.data .data.*)
        *(.got .got.plt)
    }
    . = ALIGN(4096);
    _bss_start = .;
    .bss (NOLOAD) : {
        *(.bss .bss.* COMMON)
        . = ALIGN(4096);
        *(.boot_tables) /* last: what is unused of it goes to the allocator */
    }
    . = ALIGN(4096);
    _image_end = .;
    _image_size = _image_end - _start;

    ASSERT(_image_end <= KERNEL_BASE + KIMAGE_SIZE, "the image is larger than its level 3 table")
    /DISCARD/ : {
        *(.comment .note.* .eh_frame* .ARM.attributes)
    }
}
