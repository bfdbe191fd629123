#include "project.h"

#include "doc/node.h"
#include "doc/write.h"
#include "model/pipefile.h"
#include "model/stage.h"
#include "model/view.h"

static int parse(struct pipefile *out, const char *text) {
    struct view view = {.repo = repo};

    return pipefile_parse(out, arena, &view, "dvc.yaml", text, strlen(text));
}

/* The names and commands of all stages, a line each: "name: cmd". */
static void expect(const char *text, const char *commands) {
    struct pipefile pipe;
    struct str seen = STR_INIT;
    int rc = parse(&pipe, text);

    if (rc) {
        fail_msg("%s\n%s", err_text(), text);
    }
    for (size_t i = 0; i < pipe.stages.len; i++) {
        str_addf(&seen, "%s: %s\n", pipe.stages.at[i]->name, pipe.stages.at[i]->cmd);
    }
    assert_string_equal(seen.buf, commands);
    str_release(&seen);
    pipefile_release(&pipe);
}

static void expect_error(const char *text, const char *error) {
    struct pipefile pipe;

    assert_error(parse(&pipe, text), ERR_INVALID, error);
}

static struct stage *first_stage(struct pipefile *pipe, const char *text) {
    if (parse(pipe, text)) {
        fail_msg("%s\n%s", err_text(), text);
    }
    assert_true(pipe->stages.len > 0);
    return pipe->stages.at[0];
}

static void reads_a_stage(void **state) {
    (void)state;
    struct pipefile pipe;
    struct stage *s =
        first_stage(&pipe, "stages:\n  a:\n    cmd: |\n      one\n      two\n    wdir: sub\n"
                           "    deps: [x, ../y, /abs, ../../z]\n"
                           "    outs: [o, {p: {cache: false, persist: true}}, {p: {push: false}}]\n"
                           "    metrics: [{m: {remote: r}}]\n    plots: [{q: {x: a}}]\n"
                           "    desc: words\n    frozen: true\n    always_changed: true\n");

    assert_string_equal(s->file, "dvc.yaml");
    assert_string_equal(s->wdir, "sub");
    assert_string_equal(s->cmd, "one\ntwo\n");
    assert_string_equal(s->cmds[0], "one");
    assert_string_equal(s->cmds[1], "two");
    assert_null(s->cmds[2]);
    assert_string_equal(s->desc, "words");
    assert_true(s->frozen && s->always_changed && !s->cmd_list);
    assert_int_equal(s->ndeps, 4);
    assert_string_equal(s->deps[0].path, "sub/x");
    assert_string_equal(s->deps[1].path, "y");
    assert_string_equal(s->deps[1].written, "../y");
    assert_string_equal(s->deps[2].path, "/abs");
    assert_int_equal(s->deps[3].path[0], '/');
    assert_int_equal(s->nouts, 4);
    assert_string_equal(s->outs[0].path, "sub/o");
    assert_true(s->outs[0].cache && s->outs[0].push && !s->outs[0].persist);
    assert_true(!s->outs[1].cache && !s->outs[1].push && s->outs[1].persist);
    assert_int_equal(s->outs[2].kind, OUT_METRIC);
    assert_string_equal(s->outs[2].remote, "r");
    assert_int_equal(s->outs[3].kind, OUT_PLOT);
    assert_null(s->unsupported);
    pipefile_release(&pipe);
}

/* "file: key key" per params dep, "file: *" for a whole file. */
static void expect_params(const char *params, const char *found) {
    struct pipefile pipe;
    struct str seen = STR_INIT;
    char text[512];

    snprintf(text, sizeof text, "stages:\n  a:\n    cmd: x\n    params: %s\n", params);
    struct stage *s = first_stage(&pipe, text);

    for (size_t i = 0; i < s->ndeps; i++) {
        assert_int_equal(s->deps[i].kind, DEP_PARAMS);
        str_addf(&seen, "%s:%s", s->deps[i].path, s->deps[i].whole_file ? " *" : "");
        for (size_t k = 0; k < s->deps[i].keys.len; k++) {
            str_addf(&seen, " %s", s->deps[i].keys.at[k]);
        }
        str_addc(&seen, '\n');
    }
    assert_string_equal(seen.buf, found);
    str_release(&seen);
    pipefile_release(&pipe);
}

static void reads_params(void **state) {
    (void)state;
    expect_params("[a, b.c]", "params.yaml: a b.c\n");
    expect_params("[a, {f.yaml: [x, y]}, {g.json: }, b, {f.yaml: [z]}]",
                  "params.yaml: a b\nf.yaml: x y z\ng.json: *\n");
    expect_params("[a, {params.yaml: }, {f.yaml: [x]}, {f.yaml: []}]",
                  "params.yaml: *\nf.yaml: *\n");
}

static void reads_sections_of_params(void **state) {
    (void)state;
    put("params.yaml", "prepare:\n  split: 0.2\nother: 1\n");
    expect_params("[{prepare: [split, seed]}]", "params.yaml: prepare.split prepare.seed\n");
    expect_params("[other, {prepare: [split]}]", "params.yaml: other prepare.split\n");
    expect_params("[{nothing: [split]}]", "nothing: split\n");
    sh("mkdir prepare");
    expect_params("[{prepare: [split]}]", "params.yaml: prepare.split\n");
    sh("rmdir prepare; echo 1 > prepare");
    expect_params("[{prepare: [split]}]", "prepare: split\n");
}

static void fills_templates(void **state) {
    (void)state;
    put("params.yaml",
        "lr: 1e-3\non: true\nnone:\nlist: [a, {b: 2}]\nnest: {a: {b: deep}}\nname: n\n"
        "opts: {d: {x: 1}, flag: true, off: false, l: [1, \"a b\", true], s: it's, e: {}, z: "
        "''}\n");
    expect("stages:\n  a: {cmd: \"${lr} ${on} ${none} ${nest.a.b} ${list[1].b} ${list[-2]} ${ "
           "nest[a].b }\"}\n",
           "a: 0.001 true None deep 2 a deep\n");
    expect("stages:\n  a: {cmd: 'run ${opts}'}\n",
           "a: run --d.x 1 --flag --l 1 'a b' True --s 'it'\"'\"'s' --z ''\n");
    expect("stages:\n  a: {cmd: 'x \\${y} \\$ $z \\${${name}} ${ open'}\n",
           "a: x ${y} \\$ $z ${n} ${ open\n");
    expect("stages:\n  a: {cmd: '${lr}'}\n", "a: 0.001\n");

    struct pipefile pipe;
    struct stage *s = first_stage(
        &pipe, "stages:\n  a:\n    cmd: x\n    wdir: ${name}\n    deps: ['${name}.in']\n"
               "    outs: [{'${name}.out': {cache: false}}]\n    meta: {v: '${lr}'}\n");

    assert_string_equal(s->wdir, "n");
    assert_string_equal(s->deps[0].path, "n/n.in");
    assert_string_equal(s->outs[0].path, "n/n.out");
    assert_false(s->outs[0].cache);
    assert_int_equal(node_get(node_get(s->node, "meta"), "v")->kind, NODE_FLOAT);
    pipefile_release(&pipe);
}

static void notes_what_templates_took(void **state) {
    (void)state;
    struct pipefile pipe;
    struct str seen = STR_INIT;

    put("params.yaml", "lr: 1\nlist: [a, b]\nunused: 3\n");
    put("v.json", "{\"v\": {\"w\": 2}}");
    struct stage *s = first_stage(
        &pipe,
        "vars: [v.json, {own: 3}]\nstages:\n  a: {cmd: '${lr} ${v.w} ${own} ${lr} ${list[1]}'}\n");

    json_write(&seen, s->template_params);
    assert_string_equal(
        seen.buf, "{\"params.yaml\": {\"lr\": 1, \"list.1\": \"b\"}, \"v.json\": {\"v.w\": 2}}");
    str_release(&seen);
    pipefile_release(&pipe);
}

static void reads_vars(void **state) {
    (void)state;
    put("params.yaml", "lr: 1\n");
    put("v.json", "{\"v\": 1, \"w\": {\"x\": 2}}");
    sh("mkdir sub; echo 'q: 5' > sub/q.yaml");
    expect("vars: [v.json, {w: {y: 3}}]\nstages:\n  a: {cmd: '${lr} ${v} ${w.x} ${w.y}'}\n",
           "a: 1 1 2 3\n");
    expect("vars: ['v.json:v', 'v.json:w', params.yaml]\nstages:\n  a: {cmd: '${v} ${w.x}'}\n",
           "a: 1 2\n");
    expect("stages:\n  a: {wdir: sub, vars: [q.yaml, {r: 6}], cmd: '${q} ${r} ${lr}'}\n  b: {cmd: "
           "'${lr}'}\n",
           "a: 5 6 1\nb: 1\n");
    expect_error("vars: [{lr: 2}]\n",
                 "dvc.yaml:1:8: 'lr' of vars[0] is already defined in params.yaml");
    expect_error("vars: [v.json, {w: {x: 1}}]\n",
                 "dvc.yaml:1:16: 'w.x' of vars[1] is already defined in v.json");
    expect_error("vars: [none.yaml]\n", "dvc.yaml:1:8: 'none.yaml' does not exist");
    expect_error("vars: [sub]\n", "dvc.yaml:1:8: 'sub' is a folder");
    expect_error("vars: ['v.json:z']\n", "dvc.yaml:1:8: 'v.json' has no key 'z'");
    expect_error("vars: ['v.json:v', v.json]\n",
                 "dvc.yaml:1:20: 'v.json' is loaded already, in part");
    expect_error("vars: ['v.json', 'v.json:v']\n",
                 "dvc.yaml:1:18: 'v.json' is loaded already, as a whole");
    expect_error("vars: [../../../../../../../etc/passwd]\n",
                 "dvc.yaml:1:8: '../../../../../../../etc/passwd' lies outside the repository");
    expect_error("vars: [{a: '${lr}'}]\n", "dvc.yaml:1:8: vars cannot be interpolated");
    expect_error("stages:\n  a: {vars: [{lr: 2}], cmd: x}\n",
                 "dvc.yaml:2:14: 'lr' of a.vars[0] is already defined in params.yaml");
    expect_error("stages:\n  a: {cmd: '${q}'}\n",
                 "dvc.yaml:2:12: 'stages.a.cmd': 'q' is not defined");
}

static void needs_no_params_without_templates(void **state) {
    (void)state;
    put("params.yaml", "- broken: [\n");
    expect("stages:\n  a: {cmd: x}\n  f: {foreach: [1, 2], do: {cmd: y}}\n",
           "a: x\nf@1: y\nf@2: y\n");
}

static void makes_stages_of_lists_and_maps(void **state) {
    (void)state;
    put("params.yaml", "l: [true, 2.5, null]\nm: {x: {w: 1}, y: {w: 2}}\nt: true\n");
    expect("stages:\n  f: {foreach: [a, 1, 2.5, true, null, '007', 1e3], do: {cmd: 'e ${item}'}}\n",
           "f@a: e a\nf@1: e 1\nf@2.5: e 2.5\nf@true: e true\nf@None: e None\nf@007: e "
           "007\nf@1000.0: e 1000.0\n");
    expect("stages:\n  f: {foreach: '${l}', do: {cmd: '${item}'}}\n",
           "f@True: true\nf@2.5: 2.5\nf@None: None\n");
    expect("stages:\n  f: {foreach: '${m}', do: {cmd: '${key} ${item.w} ${item}'}}\n",
           "f@x: x 1 --w 1\nf@y: y 2 --w 2\n");
    expect("stages:\n  f: {foreach: [{a: 1}, x], do: {cmd: z}}\n", "f@0: z\nf@1: z\n");
    expect("stages:\n  f: {foreach: {1: a, x: b}, do: {cmd: '${key} ${item}'}}\n",
           "f@1: 1 a\nf@x: x b\n");
    expect("stages:\n  f: {foreach: [b, a, b], do: {cmd: '${item}'}}\n", "f@b: b\nf@a: a\n");
    expect("stages:\n  f: {foreach: ['${t}', true], do: {cmd: '${item}'}}\n",
           "f@True: true\nf@true: true\n");
    expect("stages:\n  f: {foreach: [], do: {cmd: '${bad..}'}}\n", "");
    expect("vars: [{item: 3}]\nstages:\n  f: {foreach: [a], do: {cmd: 'x${item}'}}\n  g: {cmd: "
           "'x${item}'}\n",
           "f@a: xa\ng: x3\n");
}

static void makes_stages_of_matrices(void **state) {
    (void)state;
    put("params.yaml", "l: [true, x]\n");
    expect(
        "stages:\n  f:\n    matrix: {a: '${l}', b: [true, {n: 1}]}\n    cmd: '${item.a} ${key}'\n",
        "f@True-true: true True-true\nf@True-b1: true True-b1\nf@x-true: x x-true\nf@x-b1: x "
        "x-b1\n");
    expect("stages:\n  f: {matrix: {a: [x], b: []}, cmd: y}\n", "");
    expect_error("stages:\n  f: {matrix: {}, cmd: y}\n",
                 "dvc.yaml:2:15: 'stages.f.matrix' has no axes");
    expect_error("stages:\n  f: {matrix: {a: '${l[1]}'}, cmd: y}\n",
                 "dvc.yaml:2:19: 'stages.f.matrix.a' is a string; expected a list");
}

static void bounds_what_is_made(void **state) {
    (void)state;
    struct str text = STR_INIT;
    struct pipefile pipe;

    str_adds(&text, "stages:\n  f:\n    matrix:\n");
    for (char axis = 'a'; axis < 'g'; axis++) {
        str_addf(&text, "      %c: [0", axis);
        for (int i = 1; i < 40; i++) {
            str_addf(&text, ", %d", i);
        }
        str_adds(&text, "]\n");
    }
    str_adds(&text, "    cmd: x\n");
    assert_error(parse(&pipe, text.buf), ERR_INVALID,
                 "dvc.yaml:4:7: 'stages.f.matrix' makes too many stages");

    str_clear(&text);
    str_adds(&text, "stages:\n  f:\n    foreach: [0");
    for (int i = 1; i <= 100000; i++) {
        str_addf(&text, ", %d", i);
    }
    str_adds(&text, "]\n    do: {cmd: x}\n");
    assert_error(parse(&pipe, text.buf), ERR_INVALID,
                 "dvc.yaml:3:14: 'stages.f.foreach' makes too many stages");

    /* A text that doubles with each mention. */
    str_clear(&text);
    str_adds(&text, "stages:\n  f: {cmd: '");
    for (int i = 0; i < 2000; i++) {
        str_adds(&text, "${t}");
    }
    str_adds(&text, "'}\n");
    FILE *f = fopen(at("params.yaml"), "w");
    fprintf(f, "t: '%01000d'\n", 0);
    fclose(f);
    assert_error(parse(&pipe, text.buf), ERR_INVALID,
                 "dvc.yaml:2:12: 'stages.f.cmd': the text becomes too long");
    str_release(&text);
}

static void refuses(void **state) {
    (void)state;
    put("params.yaml", "l: [1]\nd: {a: {b: [[1]]}}\n");
    expect_error("stages:\n  a:\n    cmdd: x\n    cmd: y\n",
                 "dvc.yaml:3:5: unknown key 'cmdd' in 'stages.a'");
    expect_error("stages:\n  a: {deps: [x]}\n", "dvc.yaml:2:6: 'cmd' is missing in 'stages.a'");
    expect_error("stages:\n  a: {cmd: x, outs: [{o: {cach: 1}}]}\n",
                 "dvc.yaml:2:27: unknown key 'cach' in 'stages.a.outs[0].o'");
    expect_error("stages:\n  a@b: {cmd: x}\n",
                 "dvc.yaml:2:3: a stage name with '@', which only foreach and matrix make");
    expect_error("stages:\n  a: {foreach: [x], do: {cmd: y}, frozen: true}\n",
                 "dvc.yaml:2:35: unknown key 'frozen' in 'stages.a'");
    expect_error("stages:\n  a: {foreach: x, do: {cmd: y}}\n",
                 "dvc.yaml:2:16: 'stages.a.foreach' is a string; expected a list or mapping");
    expect_error("stages:\n  a: {cmd: 'x ${l}'}\n",
                 "dvc.yaml:2:12: 'stages.a.cmd': a list cannot be interpolated here");
    expect_error(
        "stages:\n  a: {cmd: 'x ${d}'}\n",
        "dvc.yaml:2:12: 'stages.a.cmd': 'a.b' holds a list in a list, which makes no flag");
    expect_error("stages:\n  a: {cmd: x, deps: ['${d}']}\n",
                 "dvc.yaml:2:22: 'stages.a.deps': a mapping cannot be interpolated here");
    expect_error(
        "stages:\n  a: {cmd: '${a..b}'}\n",
        "dvc.yaml:2:12: 'stages.a.cmd': '${a..b}' is no name; expected something like ${a.b[0]}");
    expect_error("metrics: ['${no}']\n", "dvc.yaml:1:11: 'metrics': 'no' is not defined");
    expect_error("plots: [{a: {x: '${no}'}}]\n", "dvc.yaml:1:17: 'plots': 'no' is not defined");
    expect_error("- a\n", "dvc.yaml:1:1: expected mapping, found list");
    expect("", "");
    expect("artifacts: {m: {path: x, labels: [a]}}\ndatasets: [1]\nplots: [a, {b: {y: [c, d]}}, "
           "{e: }]\n",
           "");
}

static void reads_lists_at_the_top(void **state) {
    (void)state;
    struct pipefile pipe;
    struct view view = {.repo = repo};
    const char *text = "metrics: [m.json, ../n.json]\nparams: [p.yaml]\n";

    assert_int_equal(pipefile_parse(&pipe, arena, &view, "sub/dvc.yaml", text, strlen(text)), 0);
    assert_int_equal(pipe.metrics.len, 2);
    assert_string_equal(pipe.metrics.at[0], "sub/m.json");
    assert_string_equal(pipe.metrics.at[1], "n.json");
    assert_string_equal(pipe.params.at[0], "sub/p.yaml");
    pipefile_release(&pipe);
}

static void edits_stages(void **state) {
    (void)state;
    struct node *d = node_map(arena);

    node_put(arena, d, "cmd", node_str(arena, "x"));
    assert_int_equal(pipefile_put_stage(repo, "dvc.yaml", "a", d), 0);
    assert_file("dvc.yaml", "stages:\n  a:\n    cmd: x\n");
    put("dvc.yaml", "# mine\nstages:\n  a:   # first\n    cmd:  y # z\n    deps: [q]\n  f: "
                    "{foreach: [1], do: {cmd: z}}\n");
    node_put(arena, d, "deps", node_list(arena));
    node_append(arena, node_get(d, "deps"), node_str(arena, "q"));
    assert_int_equal(pipefile_put_stage(repo, "dvc.yaml", "a", d), 0);
    assert_file("dvc.yaml", "# mine\nstages:\n  a:   # first\n    cmd:  x # z\n    deps: [q]\n  f: "
                            "{foreach: [1], do: {cmd: z}}\n");
    assert_int_equal(pipefile_set_key(repo, "dvc.yaml", "a", "frozen", node_bool(arena, true)), 0);
    assert_file(
        "dvc.yaml",
        "# mine\nstages:\n  a:   # first\n    cmd:  x # z\n    deps: [q]\n    frozen: true\n"
        "  f: {foreach: [1], do: {cmd: z}}\n");
    assert_int_equal(pipefile_set_key(repo, "dvc.yaml", "a", "frozen", NULL), 0);
    assert_error(pipefile_set_key(repo, "dvc.yaml", "f@1", "frozen", NULL), ERR_FAILED,
                 "stage 'f@1' is made by a foreach or matrix in 'dvc.yaml'");
    assert_error(pipefile_set_key(repo, "dvc.yaml", "f", "frozen", NULL), ERR_FAILED,
                 "'f' in 'dvc.yaml' is a group of stages");
    assert_error(pipefile_remove_stage(repo, "dvc.yaml", "b"), ERR_FAILED,
                 "Stage 'b' not found inside 'dvc.yaml' file");
    put("dvc.lock", "schema: '2.0'\nstages:\n  a:\n    cmd: x\n");
    assert_int_equal(pipefile_remove_stage(repo, "dvc.yaml", "a"), 0);
    assert_file("dvc.yaml", "# mine\nstages:\n  f: {foreach: [1], do: {cmd: z}}\n");
    assert_file("dvc.lock", NULL);
    assert_int_equal(pipefile_remove_stage(repo, "dvc.yaml", "f"), 0);
    assert_file("dvc.yaml", NULL);
    put("dvc.yaml", "plots: [a.csv]\nstages:\n  a:\n    cmd: x\n");
    assert_int_equal(pipefile_remove_stage(repo, "dvc.yaml", "a"), 0);
    assert_file("dvc.yaml", "plots: [a.csv]\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        PROJECT_TEST(reads_a_stage),
        PROJECT_TEST(reads_params),
        PROJECT_TEST(reads_sections_of_params),
        PROJECT_TEST(fills_templates),
        PROJECT_TEST(notes_what_templates_took),
        PROJECT_TEST(reads_vars),
        PROJECT_TEST(needs_no_params_without_templates),
        PROJECT_TEST(makes_stages_of_lists_and_maps),
        PROJECT_TEST(makes_stages_of_matrices),
        PROJECT_TEST(bounds_what_is_made),
        PROJECT_TEST(refuses),
        PROJECT_TEST(reads_lists_at_the_top),
        PROJECT_TEST(edits_stages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
