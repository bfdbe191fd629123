#include "doc/yaml_problem.h"

#include <string.h>

#include "base/attr.h"

const char *yaml_problem(const char *problem) {
    static const struct {
        const char *part, *words;
    } table[] = {
        {"mapping values are not allowed", "a colon where no key can stand; quote the value"},
        {"could not find expected ':'", "a key without its colon"},
        {"cannot start any token", "a character that no value can begin with; quote it"},
        {"did not find expected key", "indented unlike the keys before, or not a key"},
        {"did not find expected '-' indicator", "indented unlike the list items before"},
        {"did not find expected ',' or", "a comma or closing bracket is missing"},
        {"did not find expected node content", "a value is missing"},
        {"block sequence entries are not allowed", "a list item where none can stand"},
        {"block mapping", "a mapping where none can stand"},
        {"unexpected end of stream", "a quoted string that does not end"},
        {"unexpected document indicator", "a quoted string that does not end"},
        {"unknown escape character", "an escape that YAML does not know"},
        {"hexdecimal number", "an escape without its hexadecimal digits"},
        {"Unicode character escape", "an escape that is no Unicode character"},
        {"tab character", "a tab where blanks must indent"},
        {"control characters", "a control character"},
        {"<document start>", "more text behind the end of the document"},
        {"undefined tag handle", "a tag with an unknown handle"},
        {"alphabetic or numeric", "an anchor or alias without a name"},
        {"block scalar", "a block of text that is indented wrongly"},
        {"comment or line break", "text behind the sign of a block of text"},
    };
    for (size_t i = 0; problem && i < COUNT_OF(table); i++) {
        if (strstr(problem, table[i].part)) {
            return table[i].words;
        }
    }
    return "not valid YAML";
}
