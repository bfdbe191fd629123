#include "cmd/exp_scope_opts.h"

#include <limits.h>
#include <stdint.h>

#include "base/err.h"
#include "base/num.h"
#include "exp/exp_scope.h"

int exp_scope_read(struct exp_scope *out, const struct exp_scope_opts *o) {
    int64_t num = 1;

    if (o->num && (!num_int(&num, o->num) || num > INT_MAX || num < INT_MIN)) {
        return err_set(ERR_USAGE, "--num: '%s' is not a number", o->num);
    }
    *out = (struct exp_scope){.revs = o->revs, .num = (int)num, .all_commits = o->all_commits};
    return 0;
}
