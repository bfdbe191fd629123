#include "os/askpass.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "os/proc.h"
#include "os/term.h"

#define ANSWER "CAIRN_ASKPASS_ANSWER"

void askpass_env(struct strv *env, struct arena *arena, const char *secret) {
    struct str path CLEANUP(str_release) = STR_INIT;

    if (!proc_own_path(&path)) {
        return;
    }
    vec_push(env, arena_printf(arena, "SSH_ASKPASS=%s", path.buf));
    vec_push(env, "SSH_ASKPASS_REQUIRE=force");
    vec_push(env, arena_printf(arena, ANSWER "=%s", secret));
}

const char *askpass_answer(int argc, char *const *argv) {
    const char *answer = env_get(ANSWER);

    if (!answer || !env_get("SSH_ASKPASS")) {
        return NULL;
    }
    bool secret = argc == 2 && (strstr(argv[1], "assword") || strstr(argv[1], "assphrase"));
    return secret ? answer : "";
}
