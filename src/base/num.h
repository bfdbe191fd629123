/*
 * Strict reading and exact writing of numbers.
 */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The whole text must be the number, in decimal. */
bool num_int(int64_t *out, const char *text);
bool num_uint(uint64_t *out, const char *text);
bool num_float(double *out, const char *text); /* locale-free */

/* Python's repr(float): the shortest text that reads back the same, "1e-07", "1000.0", "inf",
 * "nan". */
#define NUM_FLOAT_MAX 40
const char *num_float_repr(char out[NUM_FLOAT_MAX], double value);

/* Python's round(value, digits): half to even on the exact binary value. */
double num_round(double value, int digits);

/* 4 → "4", 1536 → "1.50k", 123456789 → "118M": powers of 1024, three digits, as DVC has it (for
 * people). */
const char *num_size(char out[24], uint64_t bytes);

/* A length of time as people write it: "90s", "30m", "12h", "7d", "2w", in seconds. False for
 * anything else, and for more than a thousand years. */
bool num_duration(int64_t *seconds, const char *text);

#endif
