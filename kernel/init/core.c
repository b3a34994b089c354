/* SPDX-License-Identifier: MIT */
/* The layers from object/ upwards, lowest first. */
#include <init/core.h>
#include <ipc/call.h>
#include <ipc/futex.h>
#include <irq/irq.h>
#include <object/cap_group.h>
#include <object/notification.h>
#include <object/reap.h>
#include <plat/intc.h>
#include <sched/sched.h>
#include <vm/pmo.h>

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
}
