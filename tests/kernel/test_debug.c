/* SPDX-License-Identifier: MIT */
/* The log's ring, function names, FP registers. */
#include <arch/barrier.h>
#include <arch/fpu.h>
#include <debug/ksyms.h>
#include <debug/ktest.h>
#include <debug/log.h>
#include <init/init.h>
#include <lib/string.h>

/* Whether the last bytes of the log are text and a newline. */
static bool log_ends_with(const char *text)
{
    static char tail[128];
    u64 pos = UINT64_MAX;
    size_t len = strlen(text);

    (void)log_read(&pos, tail, 0);
    pos -= len + 1;
    return log_read(&pos, tail, sizeof(tail)) == len + 1 && memcmp(tail, text, len) == 0 &&
           tail[len] == '\n';
}

KTEST(log_keeps_lines_and_cuts_long_ones)
{
    static char longer[400];

    log_info("test", "line %d", 17);
    KEXPECT(log_ends_with("test    line 17"));
    memset(longer, 'x', sizeof(longer) - 1);
    log_info("test", "%s", longer);
    KEXPECT(log_ends_with("xxxxxxxx"));
}

KTEST(log_moves_a_reader_that_is_too_slow_to_the_oldest_byte)
{
    static char buf[256];
    u64 pos = 0;
    u64 all = 0;

    for (size_t n = log_read(&pos, buf, sizeof(buf)); n != 0;
         n = log_read(&pos, buf, sizeof(buf))) {
        all += n;
    }
    KEXPECT(all != 0 && all <= KiB(64));
    KEXPECT_EQ(log_read(&pos, buf, sizeof(buf)), 0);
}

KTEST(addresses_have_function_names)
{
    u64 offset = 1;
    const char *name = ksyms_find((vaddr_t)main, &offset);

    KEXPECT(name != NULL && strcmp(name, "main") == 0 && offset == 0);
    name = ksyms_find((vaddr_t)main + 4, &offset);
    KEXPECT(name != NULL && strcmp(name, "main") == 0 && offset == 4);
    KEXPECT(ksyms_find(0x1000, &offset) == NULL);
}

KTEST(fp_registers_are_saved_restored_and_zeroed)
{
    static struct fpu_state in;
    static struct fpu_state out;
    static struct fpu_callee_state callee;

    for (unsigned i = 0; i < 32; i++) {
        in.v[i][0] = i * UINT64_C(0x0101010101010101) + 1;
        in.v[i][1] = ~in.v[i][0];
    }
    in.fpcr = BIT(24); /* flush to zero */
    in.fpsr = BIT(0);  /* invalid operation seen */
    fpu_trap_disable();
    isb();
    fpu_restore(&in);
    fpu_save_callee(&callee);
    fpu_save(&out);
    KEXPECT_EQ(memcmp(&in, &out, sizeof(in)), 0);
    KEXPECT(callee.d[0] == in.v[8][0] && callee.d[7] == in.v[15][0] && callee.fpcr == in.fpcr);
    fpu_zero();
    fpu_save(&out);
    for (unsigned i = 0; i < 32; i++) {
        KEXPECT_EQ(out.v[i][0] | out.v[i][1], 0);
    }
    KEXPECT_EQ(out.fpcr | out.fpsr, 0);
    fpu_restore_callee(&callee);
    fpu_save(&out);
    KEXPECT(out.v[8][0] == in.v[8][0] && out.v[15][0] == in.v[15][0] && out.v[16][0] == 0);
    fpu_zero();
    fpu_trap_enable();
    isb();
}
