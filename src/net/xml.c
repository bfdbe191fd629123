#include "net/xml.h"

#include <expat.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "os/library.h"

#define LIBRARY   "libexpat.so.1"
#define DEPTH_MAX 32
#define TEXT_MAX  ((size_t)1 << 20)

struct expat {
    XML_Parser (*create)(const XML_Char *encoding);
    void (*destroy)(XML_Parser parser);
    void (*set_data)(XML_Parser parser, void *data);
    void (*set_element)(XML_Parser parser, XML_StartElementHandler start,
                        XML_EndElementHandler end);
    void (*set_text)(XML_Parser parser, XML_CharacterDataHandler text);
    void (*set_doctype)(XML_Parser parser, XML_StartDoctypeDeclHandler start);
    enum XML_Status (*parse)(XML_Parser parser, const char *text, int len, int final);
    enum XML_Status (*stop)(XML_Parser parser, XML_Bool resumable);
    enum XML_Error (*error)(XML_Parser parser);
    const XML_LChar *(*error_text)(enum XML_Error code);
};

static const struct library_symbol symbols[] = {
    {"XML_ParserCreate", offsetof(struct expat, create)},
    {"XML_ParserFree", offsetof(struct expat, destroy)},
    {"XML_SetUserData", offsetof(struct expat, set_data)},
    {"XML_SetElementHandler", offsetof(struct expat, set_element)},
    {"XML_SetCharacterDataHandler", offsetof(struct expat, set_text)},
    {"XML_SetStartDoctypeDeclHandler", offsetof(struct expat, set_doctype)},
    {"XML_Parse", offsetof(struct expat, parse)},
    {"XML_StopParser", offsetof(struct expat, stop)},
    {"XML_GetErrorCode", offsetof(struct expat, error)},
    {"XML_ErrorString", offsetof(struct expat, error_text)},
};

static int expat_load(const struct expat **out) {
    static struct expat lib;
    static bool loaded;

    *out = &lib;
    if (loaded) {
        return 0;
    }
    int rc = library_load(&lib, LIBRARY, symbols, COUNT_OF(symbols), "this kind of remote needs",
                          "libexpat1");
    if (rc) {
        return rc;
    }
    loaded = true;
    return 0;
}

struct reader {
    const struct expat *lib;
    XML_Parser parser;
    xml_element_fn *fn;
    void *ctx;
    struct str path, text;
    int depth, rc;
};

static void reader_stop(struct reader *r, int rc) {
    r->rc = rc;
    (void)r->lib->stop(r->parser, XML_FALSE);
}

static void on_start(void *data, const XML_Char *name, const XML_Char **attributes) {
    struct reader *r = data;
    const char *colon = strrchr(name, ':');

    (void)attributes;
    if (r->rc) {
        return;
    }
    if (++r->depth > DEPTH_MAX || r->path.len + strlen(name) > TEXT_MAX) {
        reader_stop(r, err_set(ERR_INVALID, "the answer is nested too deeply"));
        return;
    }
    if (r->depth > 1) {
        str_addc(&r->path, '/');
    }
    str_adds(&r->path, colon ? colon + 1 : name);
    str_clear(&r->text);
}

static void on_text(void *data, const XML_Char *text, int len) {
    struct reader *r = data;

    str_add(&r->text, text, (size_t)len);
}

static void on_end(void *data, const XML_Char *name) {
    struct reader *r = data;

    (void)name;
    if (r->rc) {
        return;
    }
    int rc = r->text.overflow ? err_set(ERR_INVALID, "an element of the answer is too long")
                              : r->fn(r->ctx, r->path.buf, r->text.buf);
    if (rc) {
        reader_stop(r, rc);
        return;
    }
    const char *slash = strrchr(r->path.buf, '/');
    str_truncate(&r->path, slash ? (size_t)(slash - r->path.buf) : 0);
    str_clear(&r->text);
    r->depth--;
}

static void on_doctype(void *data, const XML_Char *name, const XML_Char *system,
                       const XML_Char *public, int internal) {
    struct reader *r = data;

    (void)name;
    (void)system;
    (void)public;
    (void)internal;
    reader_stop(r, err_set(ERR_INVALID, "the answer has a document type, as a page of HTML has"));
}

int xml_read(const char *data, size_t len, xml_element_fn *fn, void *ctx) {
    struct reader r = {.fn = fn, .ctx = ctx, .path = STR_INIT, .text = STR_INIT};
    int rc = expat_load(&r.lib);

    if (rc) {
        return rc;
    }
    if (len > INT_MAX) {
        return err_set(ERR_INVALID, "the answer is too long");
    }
    r.text.max = TEXT_MAX;
    r.parser = r.lib->create(NULL);
    r.lib->set_data(r.parser, &r);
    r.lib->set_element(r.parser, on_start, on_end);
    r.lib->set_text(r.parser, on_text);
    r.lib->set_doctype(r.parser, on_doctype);
    if (r.lib->parse(r.parser, data, (int)len, 1) != XML_STATUS_OK && !r.rc) {
        r.rc = err_set(ERR_INVALID, "the answer is no XML: %s",
                       r.lib->error_text(r.lib->error(r.parser)));
    }
    r.lib->destroy(r.parser);
    str_release(&r.path);
    str_release(&r.text);
    return r.rc;
}
