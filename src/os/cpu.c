#include "os/cpu.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Reads a small file of the system; false if it is not there. */
static int read_small(const char *path, char *buf, size_t cap) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n;

    if (fd < 0) {
        return 0;
    }
    n = read(fd, buf, cap - 1);
    (void)close(fd);
    buf[n > 0 ? n : 0] = '\0';
    return n > 0;
}

/* Processors that the quota of our control group allows, 0 if there is none. A container sees its own group as the root. */
static int quota_count(void) {
    char buf[128], *end;
    long long quota, period;

    if (read_small("/sys/fs/cgroup/cpu.max", buf, sizeof buf)) {
        quota = strtoll(buf, &end, 10);
        period = strtoll(end, NULL, 10);
    } else if (read_small("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", buf, sizeof buf)) {
        quota = strtoll(buf, NULL, 10);
        period = read_small("/sys/fs/cgroup/cpu/cpu.cfs_period_us", buf, sizeof buf)
                     ? strtoll(buf, NULL, 10)
                     : 0;
    } else {
        return 0;
    }
    if (quota <= 0 || period <= 0) {
        return 0; /* "max", or -1 */
    }
    return (int)((quota + period - 1) / period);
}

int cpu_count(void) {
    cpu_set_t set;
    int count = 1, quota = quota_count();

    if (sched_getaffinity(0, sizeof set, &set) == 0) {
        count = CPU_COUNT(&set);
    }
    if (quota > 0 && quota < count) {
        count = quota;
    }
    return count > 0 ? count : 1;
}

static int64_t now(clockid_t id) {
    struct timespec t = {0};

    (void)clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t clock_monotonic_ns(void) {
    return now(CLOCK_MONOTONIC);
}

int64_t clock_real_ns(void) {
    return now(CLOCK_REALTIME);
}
