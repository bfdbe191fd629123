/*
 * How much of the machine is ours.
 */
#ifndef OS_CPU_H
#define OS_CPU_H

#include <stdint.h>

/* Processors this process may use: the affinity mask, and the cgroup's CPU quota rounded up; at
 * least 1. */
int cpu_count(void);

/* Files that may be open at once; raises our soft limit as far as is sensible. */
int fd_limit(void);

int64_t clock_monotonic_ns(void);
int64_t clock_real_ns(void);

#endif
