/*
 * How much of the machine is ours.
 */
#ifndef OS_CPU_H
#define OS_CPU_H

#include <stdint.h>

/* Processors this process may use: the affinity mask, and the cgroup's CPU quota rounded up; at
 * least 1. */
int cpu_count(void);

int64_t clock_monotonic_ns(void);
int64_t clock_real_ns(void);

#endif
