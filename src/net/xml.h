/*
 * XML answers of servers, element by element. expat is loaded at first use. What a server has no
 * reason to send (a document type, entities, deep nesting) is refused.
 */
#ifndef NET_XML_H
#define NET_XML_H

#include <stddef.h>

#include "base/attr.h"

/* An element has ended: its path without namespace prefixes ("ListBucketResult/Contents/Key") and
 * its own text. Non-zero ends the reading and is returned. */
typedef int xml_element_fn(void *ctx, const char *path, const char *text);

/* ERR_INVALID for what is not XML; elements before the fault have been told. Main thread only. */
int xml_read(const char *data, size_t len, xml_element_fn *fn, void *ctx) MUST_CHECK;

#endif
