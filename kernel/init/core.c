/* SPDX-License-Identifier: MIT */
/* The layers from object/ upwards, lowest first. */
#include <debug/panic.h>
#include <init/core.h>
#include <ipc/call.h>
#include <ipc/futex.h>
#include <irq/irq.h>
#include <lib/printf.h>
#include <object/cap_group.h>
#include <object/notification.h>
#include <object/reap.h>
#include <plat/intc.h>
#include <task/thread.h>
#include <vm/pmo.h>

/* For panics: whose thread ran. */
static void describe_current(char *buf, size_t n)
{
    const struct thread *thread = thread_current();

    if (thread == NULL) {
        ksnprintf(buf, n, "idle");
    } else {
        ksnprintf(buf, n, "%s, thread %lu", thread->group->name, thread->obj.id);
    }
}

void core_init(void)
{
    static const struct intc_handlers handlers = {
        .timer = sched_timer,
        .device = irq_fire,
    };

    reap_init();
    cap_group_init_types();
    notification_init_type();
    vm_init();
    ipc_init();
    futex_init();
    irq_init();
    intc_set_handlers(&handlers);
    panic_set_thread_hook(describe_current);
}
