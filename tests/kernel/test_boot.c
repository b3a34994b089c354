/* SPDX-License-Identifier: MIT */
/* User copies and their fix-ups, timer, IPIs, locks between CPUs, pages. */
#include <arch/barrier.h>
#include <arch/cache.h>
#include <arch/mmu.h>
#include <arch/pte.h>
#include <arch/smp.h>
#include <arch/timer.h>
#include <arch/uaccess.h>
#include <debug/ktest.h>
#include <init/init.h>
#include <lib/lock.h>
#include <lib/string.h>
#include <plat/intc.h>

/* A user address space by hand: two pages at USER_PAGE, the second one read-only. */
#define USER_PAGE UINT64_C(0x400000)
#define USER_END  (USER_PAGE + sizeof(pages))

static u64 tables[PT_LEVELS][PT_ENTRIES] __aligned(PAGE_SIZE);
static u8 pages[2][PAGE_SIZE] __aligned(PAGE_SIZE);

static void __user *user(u64 addr)
{
    return (void __user *)(uintptr_t)addr;
}

static void user_space_on(void)
{
    memset(tables, 0, sizeof(tables));
    memset(pages, 0, sizeof(pages));
    for (unsigned level = 0; level < 3; level++) {
        tables[level][PT_INDEX(USER_PAGE, level)] =
            kimage_to_phys(tables[level + 1]) | PTE_TABLE | PTE_VALID;
    }
    for (unsigned i = 0; i < 2; i++) {
        tables[3][PT_INDEX(USER_PAGE, 3) + i] =
            kimage_to_phys(pages[i]) | PTE_VALID | PTE_TABLE | PTE_AF | PTE_SHARED | PTE_USER |
            PTE_NG | PTE_UXN | PTE_PXN | PTE_ATTR(MAIR_NORMAL) | (i == 1 ? PTE_RDONLY : 0);
    }
    dsb(ishst);
    sysreg_write(ttbr0_el1, kimage_to_phys(tables));
    isb();
}

static void user_space_off(void)
{
    sysreg_write(ttbr0_el1, empty_root_table());
    isb();
    __asm__ volatile("tlbi vmalle1" ::: "memory");
    dsb(nsh);
    isb();
}

static u8 from[300];
static u8 back[300];

/* n bytes there and back, at offsets that differ with n; the bytes around them must not change. */
static bool copies_exactly(size_t n)
{
    u64 at = USER_PAGE + 64 + n % 17;
    const u8 *source = from + n % 5;
    const u8 *there = &pages[0][at % PAGE_SIZE];

    memset(back, 0xee, sizeof(back));
    int err = zero_user(user(USER_PAGE), 512);

    err |= copy_to_user(user(at), source, n);
    err |= copy_from_user(back + 1, user(at), n);
    return err == 0 && memcmp(back + 1, source, n) == 0 && back[0] == 0xee && back[n + 1] == 0xee &&
           there[-1] == 0 && there[n] == 0;
}

KTEST(user_copies_of_all_sizes_and_alignments)
{
    size_t n = 0;

    for (unsigned i = 0; i < sizeof(from); i++) {
        from[i] = (u8)(i * 11 + 1);
    }
    user_space_on();
    while (n <= 200 && copies_exactly(n)) {
        n++;
    }
    user_space_off();
    KEXPECT_EQ(n, 201);
}

KTEST(user_words_are_read_and_written)
{
    u64 word = 0;
    u32 half = 0;

    user_space_on();
    int err = put_user64(user(USER_PAGE + 8), 0x1122334455667788);

    err |= get_user64(&word, user(USER_PAGE + 8));
    err |= get_user32(&half, user(USER_PAGE + 12));
    err |= put_user32(user(USER_PAGE + 8), 7);
    user_space_off();
    KEXPECT_EQ(err, 0);
    KEXPECT_EQ(word, 0x1122334455667788);
    KEXPECT_EQ(half, 0x11223344);
    KEXPECT_EQ(*(u64 *)(pages[0] + 8), 0x1122334400000007);
}

KTEST(a_user_copy_that_faults_is_efault_and_says_where)
{
    u8 buf[64] = {0};

    user_space_on();
    int beyond = copy_from_user(buf, user(USER_END - 16), 64);
    u64 beyond_at = uaccess_fault()->addr;
    u64 beyond_esr = uaccess_fault()->esr;
    int readonly = copy_to_user(user(USER_PAGE + PAGE_SIZE - 4), buf, 8);
    u64 readonly_at = uaccess_fault()->addr;
    u64 readonly_esr = uaccess_fault()->esr;
    int zero_readonly = zero_user(user(USER_PAGE + PAGE_SIZE), 8);

    user_space_off();
    KEXPECT_EQ(beyond, -EFAULT);
    KEXPECT_EQ(beyond_at, USER_END);
    KEXPECT((beyond_esr & ESR_DABT_WNR) == 0);
    KEXPECT_EQ(readonly, -EFAULT);
    KEXPECT_EQ(readonly_at, USER_PAGE + PAGE_SIZE);
    KEXPECT_EQ(readonly_esr & ESR_FSC_TYPE, ESR_FSC_PERMISSION);
    KEXPECT((readonly_esr & ESR_DABT_WNR) != 0);
    KEXPECT_EQ(zero_readonly, -EFAULT);
}

KTEST(user_copies_refuse_kernel_addresses_and_wrapping_ranges)
{
    u64 word = 0;

    KEXPECT_EQ(copy_from_user(&word, user((u64)&word), 8), -EFAULT);
    KEXPECT_EQ(copy_from_user(&word, user(USER_TOP - 4), 8), -EFAULT);
    KEXPECT_EQ(copy_from_user(&word, user(UINT64_MAX - 3), 8), -EFAULT);
    KEXPECT_EQ(copy_to_user(user(0x1000), &word, SIZE_MAX), -EFAULT);
    KEXPECT_EQ(zero_user(user(DIRECT_BASE), 8), -EFAULT);
    KEXPECT_EQ(get_user64(&word, user(0x1001)), -EFAULT);
    KEXPECT_EQ(put_user32(user(USER_TOP), 0), -EFAULT);
    KEXPECT_EQ(copy_from_user(&word, user(0), 8), -EFAULT);
}

KTEST(timer_interrupts_at_its_deadline)
{
    u64 deadline = timer_now() + timer_ns_to_ticks(1000000);

    timer_arm(deadline);
    cpu_idle_wait();
    u64 now = timer_now();
    u32 acked = intc->ack();

    timer_disarm();
    KEXPECT(acked != INTC_NONE);
    intc->eoi(acked);
    KEXPECT_EQ(acked & INTC_NUMBER, bootinfo.timer_irq);
    KEXPECT(now >= deadline);
    KEXPECT_EQ(intc->ack(), INTC_NONE);
}

KTEST(timer_conversions_round_up_and_saturate)
{
    u64 second = timer_ns_to_ticks(1000000000);

    KEXPECT(second == timer_freq() || second == timer_freq() + 1);
    KEXPECT_EQ(timer_ns_to_ticks(1), 1);
    KEXPECT_EQ(timer_ns_to_ticks(0), 0);
    KEXPECT_EQ(timer_ticks_to_ns(timer_freq()), 1000000000);
    KEXPECT(timer_ticks_to_ns(UINT64_MAX) == UINT64_MAX);
}

/* Wait until *count reaches value, but no longer than a second. */
static bool reaches(const u32 *count, u32 value)
{
    u64 deadline = timer_now() + timer_freq();

    while (load_acquire(count) != value) {
        if (timer_now() > deadline) {
            return false;
        }
        cpu_relax();
    }
    return true;
}

static u32 answers[CPU_MAX];
static u32 answer_sum;

static void answer(void)
{
    fetch_add(&answers[cpu_id()], 1U);
    fetch_add(&answer_sum, 1U);
}

KTEST(an_ipi_reaches_the_cpu_that_it_is_sent_to)
{
    ipi_handler_t before = ipi_set_handler(IPI_CALL, answer);

    for (unsigned cpu = 1; cpu < cpu_count(); cpu++) {
        ipi_send(cpu, IPI_CALL);
        KEXPECT(reaches(&answer_sum, cpu));
        KEXPECT_EQ(load_acquire(&answers[cpu]), 1);
    }
    ipi_send_others(IPI_CALL);
    KEXPECT(reaches(&answer_sum, 2 * (cpu_count() - 1)));
    ipi_set_handler(IPI_CALL, before);
}

enum { LOCK_ROUNDS = 200 };
static struct spinlock contended = SPINLOCK_INIT(LOCK_LOG);
static u64 guarded; /* protected by contended */
static u32 finished;

static void count_under_lock(void)
{
    for (unsigned i = 0; i < LOCK_ROUNDS; i++) {
        spin_lock(&contended);
        guarded = guarded * 3 / 3 + 1;
        spin_unlock(&contended);
    }
    fetch_add(&finished, 1U);
}

KTEST(a_lock_lets_one_cpu_in)
{
    ipi_handler_t before = ipi_set_handler(IPI_CALL, count_under_lock);

    ipi_send_others(IPI_CALL);
    count_under_lock();
    KEXPECT(reaches(&finished, cpu_count()));
    KEXPECT_EQ(guarded, (u64)LOCK_ROUNDS * cpu_count());
    KEXPECT(spin_trylock(&contended));
    KEXPECT(!spin_trylock(&contended));
    spin_unlock(&contended);
    ipi_set_handler(IPI_CALL, before);
}

KTEST(pages_are_zeroed_and_copied_whole)
{
    memset(pages, 0x5a, sizeof(pages));
    page_zero(pages[0]);
    KEXPECT_EQ(pages[0][0] | pages[0][PAGE_SIZE / 2] | pages[0][PAGE_SIZE - 1], 0);
    KEXPECT_EQ(pages[1][0], 0x5a);
    pages[1][17] = 1;
    page_copy(pages[0], pages[1]);
    KEXPECT_EQ(memcmp(pages[0], pages[1], PAGE_SIZE), 0);
}

static u32 writable;

KTEST(text_of_the_kernel_cannot_be_written_through_the_direct_map)
{
    paddr_t text = kimage_to_phys((const void *)main);
    u64 par;

    __asm__ volatile("at s1e1w, %1\n isb\n mrs %0, par_el1" : "=r"(par) : "r"(phys_to_virt(text)));
    KEXPECT((par & 1) != 0);
    __asm__ volatile("at s1e1w, %1\n isb\n mrs %0, par_el1" : "=r"(par) : "r"(&writable));
    KEXPECT((par & 1) == 0);
}
