/* SPDX-License-Identifier: MIT */
/* Interrupts as objects: a driver waits for the irq's bit 0, serves its device, and acknowledges.
 */
#pragma once

#include <object/object.h>

void irq_init(void);
/* -EBUSY when the line has an object already, -EINVAL for a number that is no device's. */
int __must_check irq_create(struct account *account, u32 number, struct object **out);
/* Let the line interrupt again. */
void irq_ack(struct object *obj);
/* The interrupt controller's up-call: masked until irq_ack(). */
void irq_fire(u32 number);
