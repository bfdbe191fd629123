/*
 * Names of the Git tags that are the registry, as GTO writes and reads them.
 */
#ifndef REGISTRY_TAGNAME_H
#define REGISTRY_TAGNAME_H

#include <stdbool.h>

struct arena;

/* In the order in which events of one second count. */
enum registry_action {
    REGISTRY_DEPRECATE,
    REGISTRY_REGISTER,
    REGISTRY_DEREGISTER,
    REGISTRY_ASSIGN,
    REGISTRY_UNASSIGN,
};

struct tagname {
    enum registry_action action;
    const char *artifact; /* "name", or "folder:name" for the dvc.yaml in a folder */
    const char *version;  /* of the first two, else NULL */
    const char *stage;    /* of the last two, else NULL */
    unsigned counter;     /* 0: none */
};

/* False for tags that are not the registry's. Strings live in the arena. */
bool tagname_parse(struct tagname *out, struct arena *arena, const char *tag);
const char *tagname_text(struct arena *arena, const struct tagname *t);

/* "name" or "folder:name": letters and digits, between them also '-', '_' and '/'; in folders also
 * '.'. */
bool artifact_name_valid(const char *name);
bool registry_stage_valid(const char *name);

/* "registration", "assignment" …: GTO's name of the event. */
const char *registry_action_name(enum registry_action action);
/* GTO's rank among events of one second. */
int registry_action_priority(enum registry_action action);

#endif
