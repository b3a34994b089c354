/* SPDX-License-Identifier: MIT */
/* Fields of ESR_EL1, the exception syndrome (DDI 0487 D17.2.37). For C and assembly. */
#pragma once

/* EC: the class. */
#define ESR_EC_SHIFT        26
#define ESR_EC_UNKNOWN      0x00
#define ESR_EC_WFX          0x01
#define ESR_EC_FP           0x07
#define ESR_EC_ILLEGAL      0x0e
#define ESR_EC_SVC64        0x15
#define ESR_EC_SYSREG       0x18
#define ESR_EC_IABT_EL0     0x20
#define ESR_EC_IABT_EL1     0x21
#define ESR_EC_PC_ALIGN     0x22
#define ESR_EC_DABT_EL0     0x24
#define ESR_EC_DABT_EL1     0x25
#define ESR_EC_SP_ALIGN     0x26
#define ESR_EC_FP_TRAP      0x2c
#define ESR_EC_SERROR       0x2f
#define ESR_EC_BKPT_EL0     0x30
#define ESR_EC_STEP_EL0     0x32
#define ESR_EC_WATCH_EL0    0x34
#define ESR_EC_BRK          0x3c
#define ESR_DABT_WNR        (1 << 6) /* the access was a write */
#define ESR_DABT_CM         (1 << 8) /* by a cache maintenance instruction */
#define ESR_FSC_MASK        0x3f
#define ESR_FSC_TYPE        0x3c /* without the level */
#define ESR_FSC_TRANSLATION 0x04
#define ESR_FSC_ACCESS_FLAG 0x08
#define ESR_FSC_PERMISSION  0x0c
#define ESR_FSC_ALIGNMENT   0x21
