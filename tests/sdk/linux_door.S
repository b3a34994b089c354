/* SPDX-License-Identifier: MIT */
/*
 * The door of libchcore, played by Linux: with this and linux_spawn.c as libchcore.a, a program made
 * by the SDK runs under Linux (qemu-aarch64), so that the seam is tested apart from our kernel.
 */
#define SYS_exit         93
#define SYS_rt_sigaction 134
#define SYS_rt_sigreturn 139
#define SYS_munmap       215
#define SYS_clone        220

    .section .note.GNU-stack, "", %progbits
    .text

/*
 * long chcore_posix(long nr, long a0, ... long a5)
 *
 * A cancellation signal that comes in [linux_door_begin, linux_door_end) makes the call answer
 * -EINTR (linux_spawn.c): that is what the seam asks of a door.
 */
    .global chcore_posix, linux_door_begin, linux_door_end
    .type   chcore_posix, %function
chcore_posix:
linux_door_begin:
    cmp     x0, #SYS_rt_sigreturn
    b.eq    1f
    cmp     x0, #SYS_rt_sigaction
    b.eq    linux_sigaction
    .global linux_syscall
    .type   linux_syscall, %function
linux_syscall:
    mov     x8, x0
    mov     x0, x1
    mov     x1, x2
    mov     x2, x3
    mov     x3, x4
    mov     x4, x5
    mov     x5, x6
    svc     #0
linux_door_end:
    ret
1:  mov     sp, x1
    mov     x8, #SYS_rt_sigreturn
    svc     #0

/* int chcore_clone(fn, stack, flags, arg, parent_tid, tls, child_tid) */
    .global chcore_clone
    .type   chcore_clone, %function
chcore_clone:
    and     x1, x1, #-16
    stp     x0, x3, [x1, #-16]!
    uxtw    x0, w2
    mov     x2, x4
    mov     x3, x5
    mov     x4, x6
    mov     x8, #SYS_clone
    svc     #0
    cbz     x0, 1f
    ret
1:  mov     x29, #0
    ldp     x1, x0, [sp], #16
    blr     x1
    mov     x8, #SYS_exit
    svc     #0

/* _Noreturn void chcore_unmap_self(void *base, size_t size) */
    .global chcore_unmap_self
    .type   chcore_unmap_self, %function
chcore_unmap_self:
    mov     x8, #SYS_munmap
    svc     #0
    mov     x8, #SYS_exit
    svc     #0
