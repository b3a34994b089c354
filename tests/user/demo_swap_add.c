/* SPDX-License-Identifier: MIT */
/* Locals whose addresses are taken live on the stack, at known offsets from sp. */
#include <stdio.h>

__attribute__((noipa)) static long swap_add(long *xp, long *yp)
{
    const long x = *xp;
    const long y = *yp;
    *xp = y;
    *yp = x;
    return x + y;
}

int main(void)
{
    long arg1 = 534;
    long arg2 = 1057;
    const long sum = swap_add(&arg1, &arg2);
    const long diff = arg1 - arg2;
    printf("sum %ld, difference %ld, product %ld\n", sum, diff, sum * diff);
    return 0;
}
