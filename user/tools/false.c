/* SPDX-License-Identifier: MIT */
/* false: fail. */
int main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return 1;
}
