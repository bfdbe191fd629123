/*
 * Compiler attributes by short names. The one header that every other may include.
 */
#ifndef BASE_ATTR_H
#define BASE_ATTR_H

#define MUST_CHECK      __attribute__((warn_unused_result))
#define PRINTF(fmt, at) __attribute__((format(printf, fmt, at)))
#define NORETURN        __attribute__((noreturn))

/* Runs fn(&variable) when the variable leaves its scope, which is use enough for it. */
#define CLEANUP(fn) __attribute__((cleanup(fn), unused))

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
