# cairn. `make quickstart` and `make check` are all a new user needs; README.md has the rest.
#
# One file, several variants: `make CC=clang`, `make asan`, `make BUILD=dir`. Objects land in $(BUILD).

VERSION := 0.1.0
PREFIX  ?= /usr/local
BUILD   ?= build/release
CC      := $(if $(filter default,$(origin CC)),gcc,$(CC))
DVC     ?= dvc

BUILD_PACKAGES := gcc make pkg-config git ca-certificates libgit2-dev libyaml-dev libxxhash-dev libssl-dev libjson-c-dev libarchive-dev \
                  libcurl4-openssl-dev libexpat1-dev libcsv-dev
TEST_PACKAGES  := libcmocka-dev python3 strace openssh-client openssh-server nginx libnginx-mod-http-dav-ext apache2 curl openssl
CI_PACKAGES    := python3-venv dpkg-dev chromium fonts-dejavu-core btrfs-progs xfsprogs sshfs libzstd-dev postgresql mariadb-server libmariadb3
SLURM_PACKAGES := slurmctld slurmd slurm-client munge slurm-wlm-basic-plugins
NFS_PACKAGES   := qemu-system-x86 debootstrap e2fsprogs
LINT_PACKAGES  := g++ clang clang-format clang-tidy libclang-rt-14-dev llvm cppcheck shellcheck mandoc

PKGS     := libgit2 yaml-0.1 libxxhash libcrypto json-c
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            -Wold-style-definition -Wvla -Wwrite-strings -Wpointer-arith -Wformat=2 -Wundef \
            -Wswitch-enum -Wcast-align $(if $(DEVELOPER),-Werror)
CFLAGS   ?= -O2 -g $(if $(SAN),-fno-omit-frame-pointer,-D_FORTIFY_SOURCE=3)
CPPFLAGS += -D_GNU_SOURCE -DCAIRN_VERSION='"$(VERSION)"' -Isrc -Iinclude $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
ALL_CFLAGS := -std=c17 -fPIC -fvisibility=hidden -pthread -fno-common -fstack-protector-strong $(WARNINGS) $(CFLAGS) $(SAN)
LDFLAGS  += -pie -pthread -Wl,--as-needed,-z,relro,-z,now $(SAN)
LDLIBS   := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lcsv -lm

# Mistakes in the handling of errors end the program, where it is not users who would bear it.
$(BUILD)/base/err.o $(BUILD)/unit/base/err_test: CPPFLAGS += $(if $(DEVELOPER)$(SAN),-DDEBUG_ERR)

OBJCOPY ?= objcopy
OBJ   := $(patsubst src/%.c,$(BUILD)/%.o,$(sort $(wildcard src/*/*.c)))
LIB   := $(BUILD)/rooms.a
TESTS := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(sort $(wildcard tests/unit/*/*_test.c)))
FUZZ  := $(patsubst tests/fuzz/%.c,%,$(filter-out %/standalone_main.c,$(sort $(wildcard tests/fuzz/*.c))))

all: $(BUILD)/cairn

# What belongs to the program alone, not to the library.
PROGRAM := $(BUILD)/cli/main.o $(BUILD)/cli/git_start.o

$(BUILD)/cairn: $(PROGRAM) $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# The same with all but the C library inside, found libraries beside: it starts in a third of the time, and runs where it is put.
# Debian's libgit2 names GSSAPI, of which there is no archive; only its connections would call it, and we make none.
GSS            := GSS_C_NT_HOSTBASED_SERVICE $(addprefix gss_,delete_sec_context display_status import_name indicate_mechs \
                  init_sec_context release_buffer release_name release_oid_set)
STATIC_LDFLAGS := -Wl,-z,muldefs,--gc-sections,--disable-new-dtags,-rpath,'$$ORIGIN/../lib' $(GSS:%=-Wl,--defsym=%=0)
STATIC_LDLIBS   = -Wl,-Bstatic $(shell pkg-config --static --libs $(PKGS)) -lcsv -larchive -lzstd -Wl,-Bdynamic -lm

$(BUILD)/static/cairn: $(PROGRAM) $(BUILD)/os/tarball_static.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $(STATIC_LDFLAGS) -o $@ $^ $(STATIC_LDLIBS)
$(BUILD)/os/tarball_static.o: src/os/tarball.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -DCAIRN_STATIC $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# The library for other programs (include/cairn.h): of all that is in it only cairn_* can be seen from outside.
API      := $(filter $(BUILD)/api/%.o,$(OBJ))
SOVERSION := 0
library: $(BUILD)/libcairn.so $(BUILD)/libcairn.a
$(BUILD)/libcairn.so: $(API) $(LIB)
	$(CC) -shared -pthread -Wl,--as-needed,-z,relro,-z,now,-z,defs,--gc-sections,-soname,libcairn.so.$(SOVERSION) \
	    -Wl,--version-script=src/api/libcairn.map $(SAN) -o $@ $^ $(LDLIBS)
$(BUILD)/libcairn.a: $(API) $(LIB)
	$(LD) -r -o $(BUILD)/libcairn.whole $^
	$(OBJCOPY) --wildcard --keep-global-symbol='cairn_*' $(BUILD)/libcairn.whole
	rm -f $@ && $(AR) rcs $@ $(BUILD)/libcairn.whole

$(LIB): $(filter-out $(PROGRAM),$(OBJ))
	@rm -f $@
	@$(AR) rcs $@ $^

$(BUILD)/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/unit/%: tests/unit/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(LIB) $(LDLIBS) -lcmocka

# ---- on a fresh machine

# $(call install,PACKAGES): those that are missing, through sudo where not root; downloads are tried three times.
install = @missing=$$(dpkg-query -W -f '$${Status} $${Package}\n' $(1) 2>/dev/null | sed -n 's/^install ok installed //p' >/tmp/.cairn-have.$$$$; \
	for p in $(1); do grep -qx "$$p" /tmp/.cairn-have.$$$$ || echo $$p; done; rm -f /tmp/.cairn-have.$$$$); \
	if [ -n "$$missing" ]; then echo "installing" $$missing; sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	for try in 1 2 3; do $$sudo apt-get -q update && DEBIAN_FRONTEND=noninteractive $$sudo apt-get -q install -y --no-install-recommends $$missing && exit 0; \
	sleep 5; done; exit 1; fi

# A submake that nobody has told how many jobs it may run.
ALL_CORES = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

deps:
	$(call install,$(BUILD_PACKAGES))
deps-test: deps
	$(call install,$(TEST_PACKAGES))
deps-lint: deps-test
	$(call install,$(LINT_PACKAGES))
deps-ci: deps-lint
	$(call install,$(CI_PACKAGES))

quickstart: deps
	$(call install,python3)
	@$(MAKE) --no-print-directory -s $(ALL_CORES) all
	@CAIRN=$(abspath $(BUILD))/cairn sh examples/pipeline/run

# ---- tests: each prints "N passed, N failed" as its last line

check: deps-test
	@$(MAKE) --no-print-directory -s $(ALL_CORES) all unit-programs fuzz-programs
	@sh tests/run $(BUILD)

unit-programs: $(TESTS)

check-unit: $(TESTS)
	@sh tests/unit/run $(BUILD)
check-cli: all
	@CAIRN=$(abspath $(BUILD))/cairn tests/cli/run
check-compat: all
	@sh tests/compat/run recorded $(abspath $(BUILD))/cairn
check-fuzz: fuzz-programs
	@sh tests/fuzz/run $(BUILD)
check-page: all
	@sh tests/page/run $(abspath $(BUILD))/cairn
check-torture: all
	@sh tests/torture/run $(abspath $(BUILD))/cairn $(MODE)
# The C library and the Python package as they are installed: make check-library [DVC=path/of/dvc]
check-library: all library
	@sh tests/api/run $(abspath $(BUILD)) $(if $(filter-out dvc,$(DVC)),$(DVC))
# File systems of their own, mounted from images: make check-filesystems (as root)
check-filesystems: all
	@sh tests/filesystems/run $(abspath $(BUILD))/cairn
# A real NFS in a virtual machine, whose disk is made at the first time: make check-nfs (as root)
deps-nfs:
	$(call install,$(NFS_PACKAGES))
check-nfs: all deps-nfs
	@bash tests/filesystems/nfs $(abspath $(BUILD))/cairn $(abspath $(BUILD))/nfs
# Real servers on the loopback, and the exchange with the real DVC: make check-remotes [DVC=path/of/dvc]
check-remotes: all
	@DVC="$(DVC)" sh tests/remotes/run $(abspath $(BUILD))/cairn
check-remotes-all: all
	@ALL=1 DVC="$(DVC)" sh tests/remotes/run $(abspath $(BUILD))/cairn
# A Slurm of its own on the loopback: make check-slurm [NAMES="cluster ..."]
deps-slurm:
	$(call install,$(SLURM_PACKAGES))
check-slurm: all deps-slurm
	@sh tests/slurm/run $(abspath $(BUILD))/cairn $(NAMES)
# Fifty runs in which somebody is killed: make check-slurm-kill [RUNS=50] [SEED=1]
check-slurm-kill: all deps-slurm
	@RUNS=$(or $(RUNS),50) SEED=$(or $(SEED),1) sh tests/slurm/run $(abspath $(BUILD))/cairn kill
# Random pipelines run one stage at a time and several: make check-dags [COUNT=500] [DVC=path/of/dvc]
check-dags: all
	@tests/compat/dags $(abspath $(BUILD))/cairn --count $(or $(COUNT),500) $(if $(DVC),--dvc $(DVC) --live 20)
# What `dag --format` writes, in Airflow, make, and as GitHub and Argo would run it: make check-engines
check-engines: all
	@sh tests/engines/run $(abspath $(BUILD))/cairn
# The real DVCLive beside `log`, and inside of experiments: make check-dvclive PYTHON=an/interpreter/that/has/it
check-dvclive: all
	@tests/compat/dvclive $(abspath $(BUILD))/cairn $(PYTHON)
# The real DVC beside us, live: make check-dvc DVC=path/of/dvc [SECONDS=240] [SEED=1] [GENERATED=8]
check-dvc: all
	@SEED=$(SEED) GENERATED=$(GENERATED) SECONDS_LIMIT=$(SECONDS) sh tests/compat/run live $(abspath $(BUILD))/cairn $(DVC)

SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=undefined
# Instrumented code makes gcc warn of what cannot be: warnings are judged in the other builds.
asan:
	@$(MAKE) --no-print-directory -s BUILD=build/asan SAN="$(SANITIZE)" DEVELOPER= $(ALL_CORES) all unit-programs fuzz-programs
	@LEAVE_OUT="$${LEAVE_OUT-dags page remotes}" LSAN_OPTIONS=suppressions=$(CURDIR)/tests/lsan.supp:print_suppressions=0 sh tests/run build/asan

# Programs that replay the corpora; with clang, `make fuzz TARGET=yaml_read SECONDS=60` searches for new inputs.
fuzz-programs: $(FUZZ:%=$(BUILD)/fuzz/%)
$(BUILD)/fuzz/%: tests/fuzz/%.c tests/fuzz/standalone_main.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(LDFLAGS) -o $@ tests/fuzz/$*.c tests/fuzz/standalone_main.c $(LIB) $(LDLIBS)
fuzz:
	@$(MAKE) --no-print-directory -s BUILD=build/fuzz CC=clang SAN="-fsanitize=fuzzer-no-link,address,undefined" build/fuzz/rooms.a
	@mkdir -p build/fuzz/found/$(TARGET)
	clang $(CPPFLAGS) -std=c17 -g -pthread -fsanitize=fuzzer,address,undefined -o build/fuzz/$(TARGET) tests/fuzz/$(TARGET).c build/fuzz/rooms.a $(LDLIBS)
	build/fuzz/$(TARGET) -max_total_time=$(or $(SECONDS),60) -timeout=5 -rss_limit_mb=1024 build/fuzz/found/$(TARGET) tests/fuzz/corpus/$(TARGET)

bench: all
	@python3 tests/bench/bench.py --tool $(abspath $(BUILD))/cairn --dvc $(DVC)
# What grows with what, to a million files; takes 10 GB below /dev/shm: make bench-scale [KINDS=files,stages] [MOST=100000]
bench-scale: all
	@python3 tests/bench/scale.py --tool $(abspath $(BUILD))/cairn $(if $(KINDS),--kinds $(KINDS)) $(if $(MOST),--most $(MOST))
# VERSITYGW=path; tests/remotes/run builds one into the cache folder.
# The estimator of sweeps beside Optuna's: PYTHON is one that has Optuna.
bench-tpe: $(BUILD)/bench/tpe_ask
	@$(or $(PYTHON),python3) tests/bench/tpe.py $<

$(BUILD)/bench/%: tests/bench/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LDLIBS)

bench-remotes: all
	@python3 tests/bench/remotes.py --tool $(abspath $(BUILD))/cairn --gateway $(or $(VERSITYGW),$(HOME)/.cache/cairn-test-tools/versitygw) --dvc $(DVC)

# Stages as jobs beside plain arrays of sbatch, on a Slurm of its own: make bench-slurm [STAGES=200]
bench-slurm: all deps-slurm
	@sh tests/bench/slurm.sh $(abspath $(BUILD))/cairn $(STAGES)

# ---- checks of the house

lint: deps-lint
	@$(MAKE) --no-print-directory -s all
	@CC="$(CC)" CPPFLAGS='$(CPPFLAGS)' WARNINGS='$(WARNINGS)' sh tests/lint/run $(BUILD)
format:
	clang-format -i $(sort $(wildcard src/*/*.[ch] tests/unit/*/*.c tests/fuzz/*.c include/*.h))
completions: all
	$(BUILD)/cairn completion -s bash >completions/cairn.bash
	$(BUILD)/cairn completion -s zsh >completions/_cairn
	$(BUILD)/cairn completion -s fish >completions/cairn.fish

# ---- installing

INSTALLED ?= $(BUILD)/cairn
install: all
	install -D -m 755 -s $(INSTALLED) $(DESTDIR)$(PREFIX)/bin/cairn
	for page in man/*.[1-9]; do install -D -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/} || exit 1; done
	install -D -m 644 completions/cairn.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/cairn
	install -D -m 644 completions/_cairn $(DESTDIR)$(PREFIX)/share/zsh/vendor-completions/_cairn
	install -D -m 644 completions/cairn.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/cairn.fish
# The C library, its header and what pkg-config says of it.
LIBDIR ?= $(PREFIX)/lib
install-library: library
	install -D -m 644 include/cairn.h $(DESTDIR)$(PREFIX)/include/cairn.h
	install -D -m 644 $(BUILD)/libcairn.a $(DESTDIR)$(LIBDIR)/libcairn.a
	install -D -m 644 -s $(BUILD)/libcairn.so $(DESTDIR)$(LIBDIR)/libcairn.so.$(VERSION)
	ln -sfn libcairn.so.$(VERSION) $(DESTDIR)$(LIBDIR)/libcairn.so.$(SOVERSION)
	ln -sfn libcairn.so.$(SOVERSION) $(DESTDIR)$(LIBDIR)/libcairn.so
	mkdir -p $(DESTDIR)$(LIBDIR)/pkgconfig
	sed -e 's|@PREFIX@|$(PREFIX)|; s|@LIBDIR@|$(LIBDIR)|; s|@VERSION@|$(VERSION)|; s|@REQUIRES@|$(PKGS)|' src/api/cairn.pc.in \
	    >$(DESTDIR)$(LIBDIR)/pkgconfig/cairn.pc
install-dvc-alias:
	@if [ -e $(DESTDIR)$(PREFIX)/bin/dvc ] && [ "$$(readlink $(DESTDIR)$(PREFIX)/bin/dvc)" != cairn ]; then \
	    echo "$(DESTDIR)$(PREFIX)/bin/dvc exists and is not ours" >&2; exit 1; fi
	@mkdir -p $(DESTDIR)$(PREFIX)/bin
	ln -sfn cairn $(DESTDIR)$(PREFIX)/bin/dvc
uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/cairn $(patsubst man/%,$(DESTDIR)$(PREFIX)/share/man/man*/%,$(wildcard man/*.[1-9])) \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions/cairn $(DESTDIR)$(PREFIX)/share/zsh/vendor-completions/_cairn \
	    $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/cairn.fish

# A package for this Debian: `apt install ./cairn_*.deb`.
deb: all
	sh .github/debian/build $(VERSION) $(BUILD)

# A folder that runs where it is put, for machines that are no Debian and for containers.
tarball: $(BUILD)/static/cairn
	sh .github/tarball/build $(VERSION) $(BUILD)

# Both packages, in a root of their own that has the C library and nothing else.
check-package: deb tarball
	@sh tests/package/run $(VERSION)

clean:
	rm -rf build

-include $(OBJ:.o=.d) $(BUILD)/os/tarball_static.d $(TESTS:=.d)
.PHONY: all library check-library install-library deps deps-test deps-lint deps-ci quickstart check unit-programs check-unit check-cli check-compat check-fuzz check-page check-filesystems check-nfs deps-nfs check-torture \
        check-remotes check-remotes-all check-slurm check-slurm-kill deps-slurm check-engines check-dags check-dvc check-dvclive asan fuzz fuzz-programs bench bench-scale bench-remotes bench-slurm bench-tpe lint format completions install install-dvc-alias uninstall deb tarball check-package clean
