/*
 * In which styles a YAML scalar can be written, as ruamel.yaml judges it.
 */
#ifndef DOC_YAML_STYLE_H
#define DOC_YAML_STYLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct style {
    bool multiline;
    bool flow_plain, block_plain; /* without quotes, inside and outside of brackets */
    bool single;                  /* in single quotes */
    bool literal;                 /* as a block of lines */
};

struct style style_of(const uint32_t *text, size_t len);

#endif
