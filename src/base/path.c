#include "base/path.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/utf8.h"

char *path_join(struct arena *arena, const char *a, const char *b) {
    size_t len = strlen(a);
    if (b[0] == '/' || len == 0) {
        return arena_strdup(arena, b);
    }
    if (b[0] == '\0') {
        return arena_strdup(arena, a);
    }
    return arena_printf(arena, a[len - 1] == '/' ? "%s%s" : "%s/%s", a, b);
}

/* The text only ever shrinks, so it is done in place on a copy. */
char *path_normal(struct arena *arena, const char *path) {
    char *out = arena_strdup(arena, path);
    size_t root = path[0] == '/';
    size_t len = root;   /* bytes of `out` done, never with a trailing slash but the root's */
    size_t floor = root; /* leading ".." below which nothing can be taken back */
    for (const char *at = path; *at;) {
        size_t n = strcspn(at, "/");
        bool up = n == 2 && at[0] == '.' && at[1] == '.';
        if (up && len > floor) {
            while (len > floor && out[len - 1] != '/') {
                len--;
            }
            if (len > floor) {
                len--;
            }
        } else if (n > 0 && !(n == 1 && at[0] == '.') && !(up && root)) {
            if (len > root) {
                out[len++] = '/';
            }
            memmove(out + len, at, n);
            len += n;
            floor = up ? len : floor;
        }
        at += n;
        at += *at == '/';
    }
    out[len] = '\0';
    return out;
}

bool path_inside(const char *dir, const char *path) {
    if (dir[0] == '\0') {
        return !path_is_absolute(path) && !path_escapes(path);
    }
    if (str_eq(dir, "/")) {
        return path_is_absolute(path);
    }
    size_t len = strlen(dir);
    return strncmp(dir, path, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

const char *path_below(const char *dir, const char *path) {
    const char *rest = path + strlen(dir);
    return *rest == '/' ? rest + 1 : rest;
}

char *path_relative(struct arena *arena, const char *from, const char *to) {
    /* The common part ends at the last separator up to which both agree. */
    size_t common = 0, i = 0;
    while (from[i] && from[i] == to[i]) {
        i++;
        if (from[i - 1] == '/') {
            common = i;
        }
    }
    if ((!from[i] || from[i] == '/') && (!to[i] || to[i] == '/')) {
        common = i;
    }
    const char *rest = to + common;
    rest += *rest == '/';
    const char *left = from + common;
    left += *left == '/';

    size_t ups = *left ? 1 : 0;
    for (const char *at = left; *at; at++) {
        ups += *at == '/';
    }
    struct str out CLEANUP(str_release) = STR_INIT;
    for (size_t k = 0; k < ups; k++) {
        str_adds(&out, k ? "/.." : "..");
    }
    if (*rest && ups) {
        str_addc(&out, '/');
    }
    str_adds(&out, rest);
    return arena_strndup(arena, out.buf, out.len);
}

size_t path_common(const char *a, const char *b) {
    size_t end = 0, i = 0;

    for (; a[i] && a[i] == b[i]; i++) {
        end = a[i] == '/' ? i : end;
    }
    return (!a[i] || a[i] == '/') && (!b[i] || b[i] == '/') ? i : end;
}

const char *path_base(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

char *path_dir(struct arena *arena, const char *path) {
    const char *slash = strrchr(path, '/');
    if (!slash) {
        return arena_strdup(arena, "");
    }
    return arena_strndup(arena, path, slash == path ? 1 : (size_t)(slash - path));
}

const char *path_suffix(const char *path) {
    const char *base = path_base(path);
    const char *dot = strrchr(base, '.');
    bool suffix = dot && dot != base && dot[1];
    return suffix ? dot : base + strlen(base);
}

bool path_is_absolute(const char *path) {
    return path[0] == '/';
}

bool path_escapes(const char *path) {
    return path[0] == '.' && path[1] == '.' && (path[2] == '/' || path[2] == '\0');
}

/* Code points that HFS+ drops when it compares names. */
static bool hfs_ignores(uint32_t cp) {
    return (cp >= 0x200c && cp <= 0x200f) || (cp >= 0x202a && cp <= 0x202e) ||
           (cp >= 0x206a && cp <= 0x206f) || cp == 0xfeff;
}

static bool hfs_owned(const char *name, const char *end) {
    char plain[5];
    size_t len = 0;
    while (name < end) {
        uint32_t cp = utf8_next(&name, end);
        if (hfs_ignores(cp)) {
            continue;
        }
        if (cp > 127 || len == 4 || (len == 0 && cp != '.')) {
            return false;
        }
        plain[len++] = (char)cp;
    }
    plain[len] = '\0';
    return strcasecmp(plain, ".git") == 0 || strcasecmp(plain, ".dvc") == 0;
}

/* NTFS drops trailing dots and blanks, takes what follows ':' for a stream, and knows ".git" by its
 * short name "git~1" too. */
static bool ntfs_owned(const char *name, const char *end) {
    const char *colon = memchr(name, ':', (size_t)(end - name));
    end = colon ? colon : end;
    while (end > name && (end[-1] == '.' || end[-1] == ' ')) {
        end--;
    }
    size_t len = (size_t)(end - name);
    if (len == 4 && (strncasecmp(name, ".git", 4) == 0 || strncasecmp(name, ".dvc", 4) == 0)) {
        return true;
    }
    if (len < 5 || (strncasecmp(name, "git~", 4) != 0 && strncasecmp(name, "dvc~", 4) != 0)) {
        return false;
    }
    return strspn(name + 4, "0123456789") >= len - 4;
}

static bool component_is_hostile(const char *name, const char *end) {
    size_t len = (size_t)(end - name);
    if (len == 0 || (len == 1 && name[0] == '.') ||
        (len == 2 && name[0] == '.' && name[1] == '.')) {
        return true;
    }
    if (hfs_owned(name, end)) {
        return true;
    }
    /* Where '\' separates, the name is several. */
    for (const char *part = name; part <= end;) {
        const char *stop = memchr(part, '\\', (size_t)(end - part));
        stop = stop ? stop : end;
        if (ntfs_owned(part, stop)) {
            return true;
        }
        part = stop + 1;
    }
    return false;
}

bool path_is_hostile(const char *path) {
    for (const char *at = path;; at++) {
        const char *end = at + strcspn(at, "/");
        if (component_is_hostile(at, end)) {
            return true;
        }
        if (*end == '\0') {
            return false;
        }
        at = end;
    }
}

/* A slash sorts before every other byte of a name. */
static int walk_rank(char c) {
    return c == '\0' ? 0 : c == '/' ? 1 : (unsigned char)c + 1;
}

int path_compare(const char *a, const char *b) {
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return walk_rank(*a) - walk_rank(*b);
}

char *path_shown(struct arena *arena, const char *cwd, const char *path) {
    char *shown = path_relative(arena, cwd, path);
    return shown[0] ? shown : arena_strdup(arena, ".");
}
