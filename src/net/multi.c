#include "net/multi.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "job/progress.h"
#include "net/attempt.h"
#include "net/curl_lib.h"
#include "net/http.h"
#include "net/pace.h"
#include "net/url.h"
#include "os/cpu.h"
#include "os/random.h"
#include "os/signal.h"
#include "os/term.h"

#define MS             INT64_C(1000000)
#define TRIES_MAX      10
#define TRIES_FIRST    3 /* as long as no server has answered */
#define REDIRECTS_MAX  10
#define BACKOFF_MS     100.0
#define BACKOFF_MAX_MS 10000.0
#define RETRY_AFTER_S  60
#define POLL_MS        200
#define TIMEOUT_S      60.0

struct multi {
    const struct curl_lib *curl;
    CURLM *curlm;
    struct pace pace;
    struct multi_stats stats;
    struct progress *progress;
    VEC(CURL *) idle;
    struct http_call *first, *last; /* queued */
    struct http_call *waiting;      /* for their time to be tried again */
    VEC(struct http_call *) flying;
    bool http2, answered; /* somebody is there at all */
    struct attempt_setup setup;
};

static char *copy(const char *text) {
    return text ? mem_strdup(text) : NULL;
}

static const char *trusted_file(const struct multi_config *cfg) {
    static const char *const names[] = {"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"};
    const char *file = cfg->ca_file;

    for (size_t i = 0; !file && i < COUNT_OF(names); i++) {
        file = env_get(names[i]);
    }
    return file;
}

int multi_open(struct multi **out, const struct multi_config *cfg) {
    const struct curl_lib *curl;
    int rc = curl_lib_load(&curl);

    *out = NULL;
    if (rc) {
        return rc;
    }
    struct multi *m = mem_zalloc(1, sizeof *m);
    m->curl = m->setup.curl = curl;
    m->curlm = curl->multi_init();
    pace_init(&m->pace, cfg->jobs, fd_limit());
    m->setup.connect_timeout = cfg->connect_timeout > 0 ? cfg->connect_timeout : TIMEOUT_S;
    m->setup.read_timeout = cfg->read_timeout > 0 ? cfg->read_timeout : TIMEOUT_S;
    m->setup.ca_file = copy(trusted_file(cfg));
    m->setup.cert = copy(cfg->cert);
    m->setup.key = copy(cfg->key);
    m->setup.user = copy(cfg->user);
    m->setup.password = copy(cfg->password);
    m->setup.insecure = cfg->insecure;
    m->setup.auth = cfg->auth;
    m->progress = cfg->progress;
    curl->multi_setopt(m->curlm, CURLMOPT_MAXCONNECTS, (long)m->pace.ceiling);
    *out = m;
    return 0;
}

void multi_close(struct multi *m) {
    if (!m) {
        return;
    }
    if (m->stats.requests > 0) {
        log_debug("%llu requests, %llu of them repeated, at most %d at a time",
                  (unsigned long long)m->stats.requests, (unsigned long long)m->stats.retries,
                  m->stats.peak);
    }
    for (size_t i = 0; i < m->idle.len; i++) {
        m->curl->easy_cleanup(m->idle.at[i]);
    }
    m->curl->multi_cleanup(m->curlm);
    vec_release(&m->idle);
    vec_release(&m->flying);
    free(m->setup.ca_file);
    free(m->setup.cert);
    free(m->setup.key);
    free(m->setup.user);
    free(m->setup.password);
    free(m->setup.origin);
    free(m);
}

const struct multi_stats *multi_stats(const struct multi *m) {
    return &m->stats;
}

void multi_add(struct multi *m, struct http_call *c) {
    c->flight.next = NULL;
    if (m->last) {
        m->last->flight.next = c;
    } else {
        m->first = c;
    }
    m->last = c;
}

/* ---- one attempt */

static void reset_outcome(struct http_call *c) {
    c->status = 0;
    c->rc = 0;
    c->why = c->hint = NULL;
    str_clear(&c->head);
    str_clear(&c->text);
    c->received = 0;
    c->flight.sent = 0;
    c->flight.started = false;
}

/* An attempt is under way, or the call has failed before it. */
static void launch(struct multi *m, struct http_call *c) {
    reset_outcome(c);
    if (c->rules && c->rules->sign) {
        int rc = c->rules->sign(c->rules->ctx, c);
        if (rc) {
            http_fails(c, rc);
            return;
        }
    }
    CURL *easy = m->idle.len > 0 ? m->idle.at[--m->idle.len] : m->curl->easy_init();
    m->curl->easy_reset(easy);
    attempt_prepare(&m->setup, easy, c);
    c->flight.easy = easy;
    c->flight.tries++;
    m->stats.requests++;
    progress_request(m->progress, c->flight.tries > 1);
    vec_push(&m->flying, c);
    if ((int)m->flying.len > m->stats.peak) {
        m->stats.peak = (int)m->flying.len;
    }
    m->curl->multi_add_handle(m->curlm, easy);
}

static void ground(struct multi *m, struct http_call *c) {
    if (c->flight.easy) {
        m->curl->multi_remove_handle(m->curlm, c->flight.easy);
        vec_push(&m->idle, c->flight.easy);
        c->flight.easy = NULL;
    }
    m->curl->slist_free_all(c->flight.lines);
    c->flight.lines = NULL;
    for (size_t i = 0; i < m->flying.len; i++) {
        if (m->flying.at[i] == c) {
            m->flying.at[i] = m->flying.at[--m->flying.len];
            break;
        }
    }
}

/* ---- after an attempt */

static bool may_pass(CURLcode code) {
    switch ((int)code) {
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_PARTIAL_FILE:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_AGAIN:
    case CURLE_WRITE_ERROR: /* without a word of ours: libcurl's decoder met nonsense */
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WEIRD_SERVER_REPLY:
        return true;
    default:
        return false;
    }
}

static void note_curl(struct multi *m, struct http_call *c, CURLcode code) {
    if (c->rc) {
        return; /* ours */
    }
    c->rc = code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ? ERR_CONFIG
                                                                                       : ERR_FAILED;
    c->why = arena_strdup(c->arena, m->curl->easy_strerror(code));
    if (code == CURLE_OPERATION_TIMEDOUT) {
        c->why = arena_printf(c->arena, "no answer within %.0f seconds",
                              c->status ? m->setup.read_timeout
                                        : fmin(m->setup.connect_timeout, m->setup.read_timeout));
    } else if (code == CURLE_PARTIAL_FILE) {
        c->why = arena_strdup(c->arena, "the answer was cut short");
    }
}

/* Uniform between 0 and 1. */
static double random_part(void) {
    uint32_t bits = 0;

    random_fill(&bits, sizeof bits);
    return bits / (double)UINT32_MAX;
}

static int64_t pause_ns(const struct http_call *c) {
    const char *after = c->status ? http_answer(c, "Retry-After") : NULL;
    double longest = BACKOFF_MS * exp2(c->flight.tries);
    uint64_t seconds;

    if (longest > BACKOFF_MAX_MS) {
        longest = BACKOFF_MAX_MS;
    }
    int64_t ns = (int64_t)(longest * (0.5 + random_part() / 2) * 1e6);
    if (after && num_uint(&seconds, after) && seconds <= RETRY_AFTER_S &&
        (int64_t)seconds * 1000 * MS > ns) {
        ns = (int64_t)seconds * 1000 * MS;
    }
    return ns;
}

static bool try_later(struct multi *m, struct http_call *c) {
    if (c->once || c->flight.tries >= (m->answered ? TRIES_MAX : TRIES_FIRST) ||
        !pace_may_retry(&m->pace)) {
        return false;
    }
    int64_t ns = pause_ns(c);
    log_debug("%s %s: %s; again in %lld ms", c->method, url_shown(c->arena, c->url),
              c->rc ? c->why : "server busy", (long long)(ns / MS));
    c->flight.not_before = clock_monotonic_ns() + ns;
    c->flight.next = m->waiting;
    m->waiting = c;
    m->stats.retries++;
    return true;
}

/* Follows where the answer points to; what is secret stays behind when that is another host. */
static bool redirected(struct multi *m, struct http_call *c, const char *to) {
    size_t n = 0;

    if (!c->follow || !to || c->status < 301 || c->status > 308 || c->status == 304 ||
        c->flight.redirects >= REDIRECTS_MAX) {
        return false;
    }
    if (!url_same_origin(c->url, to)) {
        for (size_t i = 0; i < c->headers.len; i++) {
            if (!c->headers.at[i].secret) {
                c->headers.at[n++] = c->headers.at[i];
            }
        }
        c->headers.len = n;
        c->rules = NULL;
    }
    c->url = arena_strdup(c->arena, to);
    c->flight.redirects++;
    c->flight.tries = 0;
    multi_add(m, c);
    return true;
}

static enum http_verdict judge(struct http_call *c) {
    return c->rules && c->rules->judge ? c->rules->judge(c->rules->ctx, c) : http_judge(c);
}

static void call_drop(struct http_call *c) {
    if (!c->keep) {
        http_call_free(c);
    }
}

static int finish(struct multi *m, struct http_call *c) {
    int rc = c->done ? c->done(m, c) : 0;

    call_drop(c);
    return rc;
}

/* An attempt has ended: another one follows, or the call is done. */
static int landed(struct multi *m, struct http_call *c, CURLcode code) {
    const char *to = NULL;
    long version = 0;

    m->curl->easy_getinfo(c->flight.easy, CURLINFO_REDIRECT_URL, &to);
    m->curl->easy_getinfo(c->flight.easy, CURLINFO_HTTP_VERSION, &version);
    to = to ? arena_strdup(c->arena, to) : NULL;
    m->http2 |= version >= CURL_HTTP_VERSION_2_0;
    ground(m, c);
    if (code != CURLE_OK) {
        bool ours = c->rc != 0;
        note_curl(m, c, code);
        pace_ended(&m->pace, code == CURLE_OPERATION_TIMEDOUT, clock_monotonic_ns());
        if (!ours && may_pass(code) && try_later(m, c)) {
            return 0;
        }
        c->status = 0;
        return finish(m, c);
    }
    enum http_verdict verdict = judge(c);
    m->answered = true;
    pace_ended(&m->pace, verdict == HTTP_RETRY, clock_monotonic_ns());
    if (verdict == HTTP_RETRY && try_later(m, c)) {
        return 0;
    }
    if (verdict == HTTP_AGAIN && !c->flight.again) {
        c->flight.again = true;
        multi_add(m, c);
        return 0;
    }
    if (redirected(m, c, to)) {
        return 0;
    }
    if (http_ok(c) && c->write && !attempt_start(c)) {
        c->status = 0;
    }
    return finish(m, c);
}

/* ---- the loop */

/* Those whose time has come are queued again; ms until the next one. */
static int wake(struct multi *m) {
    int64_t now = m->waiting ? clock_monotonic_ns() : 0, soonest = POLL_MS * MS;
    struct http_call **at = &m->waiting;

    while (*at) {
        struct http_call *c = *at;
        int64_t left = c->flight.not_before - now;
        if (left <= 0) {
            *at = c->flight.next;
            multi_add(m, c);
        } else {
            soonest = left < soonest ? left : soonest;
            at = &c->flight.next;
        }
    }
    return (int)(soonest / MS) + 1;
}

static int launch_next(struct multi *m) {
    struct http_call *c = m->first;

    m->first = c->flight.next;
    if (!m->first) {
        m->last = NULL;
    }
    c->flight.next = NULL;
    launch(m, c);
    return c->rc ? finish(m, c) : 0;
}

/* Fills what room there is: queued calls first. */
static int fill(struct multi *m, int (*next)(void *ctx), void *ctx) {
    while ((int)m->flying.len < pace_limit(&m->pace)) {
        int more = m->first ? 1 : next ? next(ctx) : 0;
        if (more <= 0) {
            return more;
        }
        if (!m->first) {
            continue; /* it brought an item to its end without a call */
        }
        int rc = launch_next(m);
        if (rc) {
            return rc;
        }
    }
    return 0;
}

static int reap(struct multi *m) {
    CURLMsg *message;
    int left;

    while ((message = m->curl->multi_info_read(m->curlm, &left))) {
        char *call = NULL;
        if (message->msg != CURLMSG_DONE) {
            continue;
        }
        CURLcode code = message->data.result;
        m->curl->easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
        int rc = landed(m, (struct http_call *)(void *)call, code);
        if (rc) {
            return rc;
        }
    }
    return 0;
}

static void drop_all(struct multi *m) {
    while (m->flying.len > 0) {
        struct http_call *c = m->flying.at[m->flying.len - 1];
        ground(m, c);
        call_drop(c);
    }
    struct http_call *lists[] = {m->first, m->waiting};
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        for (struct http_call *c = lists[i], *after; c; c = after) {
            after = c->flight.next;
            call_drop(c);
        }
    }
    m->first = m->last = m->waiting = NULL;
}

static int turn(struct multi *m, bool *over, int (*next)(void *ctx), void *ctx) {
    int wait_ms = wake(m), running;

    int rc = cancel_check();
    if (!rc) {
        rc = fill(m, next, ctx);
    }
    *over = m->flying.len == 0 && !m->waiting; /* and `next` had nothing either */
    if (rc || *over) {
        return rc;
    }
    /* A connection of HTTP/2 carries many calls; one of HTTP/1 carries one. */
    m->curl->multi_setopt(m->curlm, CURLMOPT_MAX_HOST_CONNECTIONS,
                          m->http2 ? 4L : (long)pace_limit(&m->pace));
    size_t before = m->flying.len;
    CURLMcode code = m->curl->multi_perform(m->curlm, &running);
    rc = reap(m);
    if (!rc && !code && m->flying.len == before) { /* nothing has come to an end */
        code = m->curl->multi_poll(m->curlm, NULL, 0, wait_ms, NULL);
    }
    return rc || !code ? rc : err_set(ERR_FAILED, "network: %s", m->curl->multi_strerror(code));
}

int multi_run(struct multi *m, int (*next)(void *ctx), void *ctx) {
    bool over = false;
    int rc = 0;

    while (!rc && !over) {
        rc = turn(m, &over, next, ctx);
    }
    if (rc) {
        struct err_chain *outer CLEANUP(err_restore) = err_hold();
        drop_all(m);
    }
    return rc;
}

int multi_one(struct multi *m, struct http_call *c) {
    c->keep = true;
    multi_add(m, c);
    return multi_run(m, NULL, NULL);
}
