#include "os/cpu.h"

#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/attr.h"
#include "os/file.h"

/* The start of a small file of the system; false if there is none. */
static bool read_small(char *buf, size_t cap, const char *path) {
    CLEANUP(fd_closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, buf, cap - 1);
    buf[n > 0 ? n : 0] = '\0';
    return n > 0;
}

/* Processors that the group in `dir` may use, 0 if it has no limit. */
static int group_quota(const char *dir) {
    char path[1024], text[64], *rest = text;
    long long quota, period;
    (void)snprintf(path, sizeof path, "%s/cpu.max", dir);
    if (read_small(text, sizeof text, path)) {
        quota = strtoll(text, &rest, 10); /* "max 100000" gives 0 */
        period = strtoll(rest, NULL, 10);
    } else {
        (void)snprintf(path, sizeof path, "%s/cpu.cfs_quota_us", dir);
        quota = read_small(text, sizeof text, path) ? strtoll(text, NULL, 10) : 0;
        (void)snprintf(path, sizeof path, "%s/cpu.cfs_period_us", dir);
        period = quota > 0 && read_small(text, sizeof text, path) ? strtoll(text, NULL, 10) : 0;
    }
    if (quota <= 0 || period <= 0) {
        return 0;
    }
    return (int)((quota - 1) / period + 1);
}

/* The least quota from the group up to the root of its tree. A container sees its own group as the
 * root, and may be told a path that it cannot see: the root is always looked at. */
static int tree_quota(const char *mount, const char *group) {
    char dir[900];
    int least = 0;
    size_t root = strlen(mount);
    if ((size_t)snprintf(dir, sizeof dir, "%s%s", mount, group) >= sizeof dir) {
        dir[root] = '\0';
    }
    for (;;) {
        int quota = group_quota(dir);
        if (quota > 0 && (least == 0 || quota < least)) {
            least = quota;
        }
        char *slash = strrchr(dir + root, '/');
        if (!slash) {
            return least;
        }
        *slash = '\0';
    }
}

/* Lines of /proc/self/cgroup: "0::/path" (version 2), "4:cpu,cpuacct:/path" (version 1). */
static int cgroup_quota(void) {
    char text[4096], *next;
    if (!read_small(text, sizeof text, "/proc/self/cgroup")) {
        return 0;
    }
    for (char *line = text; *line; line = next) {
        next = line + strcspn(line, "\n");
        next += *next ? (*next = '\0', 1) : 0;
        char *controllers = strchr(line, ':');
        char *group = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!group) {
            continue;
        }
        *group++ = '\0';
        bool version1 =
            strncmp(controllers, ":cpu", 4) == 0 && (controllers[4] == ',' || !controllers[4]);
        if (version1) {
            return tree_quota("/sys/fs/cgroup/cpu", group);
        }
        if (strcmp(line, "0:") == 0) {
            int quota = tree_quota("/sys/fs/cgroup", group);
            if (quota > 0) {
                return quota;
            }
        }
    }
    return 0;
}

int cpu_count(void) {
    static atomic_int known; /* neither limit is expected to change while we run */
    int count = atomic_load_explicit(&known, memory_order_relaxed);
    if (count > 0) {
        return count;
    }
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) {
        count = CPU_COUNT(&set);
    } else {
        count = (int)sysconf(_SC_NPROCESSORS_ONLN); /* more processors than the set has bits */
    }
    int quota = cgroup_quota();
    if (quota > 0 && quota < count) {
        count = quota;
    }
    count = count > 0 ? count : 1;
    atomic_store_explicit(&known, count, memory_order_relaxed);
    return count;
}

#define FILES_WANTED 1024

int fd_limit(void) {
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit)) {
        return 256;
    }
    if (limit.rlim_cur < FILES_WANTED && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max < FILES_WANTED ? limit.rlim_max : FILES_WANTED;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
        (void)getrlimit(RLIMIT_NOFILE, &limit);
    }
    return limit.rlim_cur < FILES_WANTED ? (int)limit.rlim_cur : FILES_WANTED;
}

static int64_t clock_ns(clockid_t id) {
    struct timespec t = {0};
    (void)clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t clock_monotonic_ns(void) {
    return clock_ns(CLOCK_MONOTONIC);
}

int64_t clock_real_ns(void) {
    return clock_ns(CLOCK_REALTIME);
}
