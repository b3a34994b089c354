/* SPDX-License-Identifier: MIT */
/* Ten arguments: x0 to x7 carry eight, the ninth and the tenth travel on the stack. */
#include <stdio.h>

#define NOINLINE __attribute__((noipa))

NOINLINE static void proc(long a1, long *a1p, int a2, int *a2p, short a3, short *a3p, char a4,
                          char *a4p, signed char a5, signed char *a5p)
{
    *a1p += a1;
    *a2p += a2;
    *a3p = (short)(*a3p + a3);
    *a4p = (char)(*a4p + a4);
    *a5p = (signed char)(*a5p + a5);
}

int main(void)
{
    long a1 = 1;
    int a2 = 2;
    short a3 = 3;
    char a4 = 4;
    signed char a5 = -5;
    proc(10, &a1, 20, &a2, 30, &a3, 40, &a4, -50, &a5);
    printf("%ld %d %d %d %d\n", a1, a2, a3, a4, a5);
    return 0;
}
