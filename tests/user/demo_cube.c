/* SPDX-License-Identifier: MIT */
/* cube keeps n over a call: in x19, which therefore has to be saved for cube's own caller. */
#include <stdio.h>
#include <stdlib.h>

__attribute__((noipa)) static long square(long n)
{
    return n * n;
}

__attribute__((noipa)) static long cube(long n)
{
    return n * square(n);
}

int main(int argc, char **argv)
{
    for (long n = -3; n <= (argc > 1 ? atol(argv[1]) : 5); n++) {
        printf("cube(%ld) = %ld\n", n, cube(n));
    }
    return 0;
}
