/* SPDX-License-Identifier: MIT */
/* Exception causes in words. */
// sources: kernel/debug/esr.c kernel/lib/printf.c

#include <debug/esr.h>

#include "check.h"

static const char *describe(u64 esr)
{
    static char text[128];

    esr_describe(esr, text, sizeof(text));
    return text;
}

TEST(data_aborts_say_access_cause_and_level)
{
    CHECK_STR_EQ(describe(0x92000047), "write access: nothing is mapped there "
                                       "(translation fault), level 3");
    CHECK_STR_EQ(describe(0x9200000f), "read access: not permitted there "
                                       "(permission fault), level 3");
    CHECK_STR_EQ(describe(0x92000021), "read access: unaligned address");
    /* Cache maintenance counts as a write in WnR, but reads. */
    CHECK_STR_EQ(describe(0x92000146), "read access: nothing is mapped there "
                                       "(translation fault), level 2");
}

TEST(fetches_and_other_classes_are_named)
{
    CHECK_STR_EQ(describe(0x8200000e), "instruction fetch: not permitted there "
                                       "(permission fault), level 2");
    CHECK_STR_EQ(describe(0x02000000), "undefined instruction");
    CHECK_STR_EQ(describe(0xf2000001), "brk instruction");
    CHECK_STR_EQ(describe(0x8a000000), "unaligned program counter");
    CHECK_STR_EQ(describe(0xfc000000), "exception of unknown class 0x3f");
}

TEST(the_text_is_cut_to_the_buffer)
{
    char text[8];

    esr_describe(0x92000047, text, sizeof(text));
    CHECK_STR_EQ(text, "write a");
}
