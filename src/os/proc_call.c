#include "os/proc_call.h"

#include "base/arena.h"
#include "os/proc.h"

#define COMPLAINT_MAX ((size_t)64 << 10)

void proc_call_init(struct proc_call *c, const char *program, size_t answer_max) {
    *c = (struct proc_call){.arena = arena_new(), .answer = STR_INIT, .complaint = STR_INIT};
    c->answer.max = answer_max;
    c->complaint.max = COMPLAINT_MAX;
    proc_call_add(c, program);
}

void proc_call_release(struct proc_call *c) {
    strv_release(&c->argv);
    str_release(&c->answer);
    str_release(&c->complaint);
    arena_free(c->arena);
}

void proc_call_add(struct proc_call *c, const char *word) {
    vec_push(&c->argv, word);
}

void proc_call_add_all(struct proc_call *c, const char *const *words) {
    for (size_t i = 0; words[i]; i++) {
        proc_call_add(c, words[i]);
    }
}

int proc_call_run(struct proc_call *c, const struct proc_spec *how) {
    struct proc_spec spec = *how;

    proc_call_add(c, NULL);
    spec.argv = c->argv.at;
    spec.capture = &c->answer;
    spec.errors = &c->complaint;
    return proc_run(&spec, &c->status);
}
