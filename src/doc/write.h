/*
 * Nodes to text, byte for byte as DVC's libraries do.
 */
#ifndef DOC_WRITE_H
#define DOC_WRITE_H

struct node;
struct str;

/* As ruamel.yaml's round-trip dumper in DVC's settings: block style, dashes not indented, width 80, quotes only
 * where needed, whatever style the nodes were read in; ends in a newline. Lists and maps that hang together by
 * an alias get anchors again (&id001), as they do when DVC copies params into dvc.lock. */
void yaml_write(struct str *out, const struct node *n);

/* As json.dumps: ", " and ": ", ASCII with \uXXXX, floats by repr, NaN and Infinity; no newline. */
void json_write(struct str *out, const struct node *n);
void json_write_sorted(struct str *out, const struct node *n);   /* sort_keys=True */
void json_write_indented(struct str *out, const struct node *n); /* indent=4 */
void json_write_text(struct str *out, const char *text);         /* one quoted string */

/* As Python's str(): True, None, 0.1, [1, 'a'], {'k': 1}; strings bare at the top. For tables. */
void python_write(struct str *out, const struct node *n);

#endif
