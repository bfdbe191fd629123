/*
 * Text of strangers in HTML.
 */
#ifndef SHOW_HTML_TEXT_H
#define SHOW_HTML_TEXT_H

#include <stddef.h>

struct node;
struct str;

/* Appends text for an element or a quoted attribute: markup escaped, what is no character and
 * control characters replaced by U+FFFD. */
void html_text(struct str *out, const char *text);

/* Appends JSON that may stand in a <script> of data: it holds no "<". */
void html_json(struct str *out, const struct node *value);

/* "image/png", by the suffix of the file's name. */
const char *html_image_type(const char *name);

/* Appends "data:<type>;base64,…". */
void html_data_uri(struct str *out, const char *type, const char *data, size_t len);

#endif
