# cairn: `make quickstart` and `make check` are all a new user needs; README.md has the rest.
#
# Variants share this file: `make CC=clang`, `make asan`, `make BUILD=dir`. Objects land in $(BUILD).

VERSION := 0.1.0
PREFIX  ?= /usr/local
BUILD   ?= build/release
CC      ?= cc
SAN     ?=

PKGS     := libgit2 yaml-0.1 libxxhash libcrypto json-c
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            -Wold-style-definition -Wvla -Wwrite-strings -Wpointer-arith -Wformat=2 -Wundef \
            -Wswitch-enum -Wcast-align $(if $(DEVELOPER),-Werror)
OPT      ?= -O2 -g
CFLAGS   ?= $(OPT) -fno-common -fstack-protector-strong $(if $(SAN),,-D_FORTIFY_SOURCE=3)
CPPFLAGS += -D_GNU_SOURCE -DCAIRN_VERSION='"$(VERSION)"' -Isrc $(shell pkg-config --cflags $(PKGS))
ALL_CFLAGS := -std=c17 -fPIE -pthread $(WARNINGS) $(CFLAGS) $(SAN)
LDFLAGS  += -pie -pthread -Wl,--as-needed,-z,relro,-z,now $(SAN)
LDLIBS   := $(shell pkg-config --libs $(PKGS)) -lcsv -lm

SRC  := $(sort $(wildcard src/*/*.c))
OBJ  := $(SRC:src/%.c=$(BUILD)/%.o)
LIB  := $(BUILD)/libcairn.a
TESTS := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(sort $(wildcard tests/unit/*/*_test.c)))

all: $(BUILD)/cairn

$(BUILD)/cairn: $(BUILD)/cli/main.o $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(LIB): $(filter-out $(BUILD)/cli/main.o,$(OBJ))
	@rm -f $@
	ar rcs $@ $^

$(BUILD)/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/unit/%: tests/unit/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -Itests/unit -MMD -MP $(LDFLAGS) -o $@ $< $(LIB) $(LDLIBS) -lcmocka

check-unit: $(TESTS)
	@for t in $(TESTS); do $$t || exit 1; done

clean:
	rm -rf build

-include $(OBJ:.o=.d) $(TESTS:=.d)
.PHONY: all check-unit clean
