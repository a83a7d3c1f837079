# Tidegate. `make help` lists the targets, V=1 shows the commands.
#
# Folders are the manifest: a .c file placed in core/*/, app/tray/, tests/unit/ ... is built without
# any change here. Objects mirror the tree: build/win/ (mingw), build/host/ (native, sanitizers).
#
# Debian: everything missing is installed and fetched on first use. Windows: in an MSYS2 UCRT64
# shell, after `pacman -S make mingw-w64-ucrt-x86_64-{gcc,sqlite3,check,pkgconf}`, `make`,
# `make test-unit` and `make test-win32` work with MSYS2's own SQLite and Check. The lab and the
# installer are built on Debian only.

VERSION := 0.1.0

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:

# --- Tools and flags ------------------------------------------------------------------------------

ifeq ($(OS),Windows_NT)
CROSS    ?=
HOST_EXE := .exe
else
CROSS    ?= x86_64-w64-mingw32-
endif
WIN_CC    = $(CROSS)gcc
WIN_AR    = $(CROSS)ar
WIN_STRIP = $(CROSS)strip
WINDRES   = $(CROSS)windres
WINDMC    = $(CROSS)windmc
HOST_CC  ?= gcc
WINE     ?= wine

ifeq ($(V),1)
Q   :=
say := @:
else
Q   := @
say  = @printf '  %-8s %s\n' $(1) $(2)
endif

CFLAGS ?= -O2 -g
WARN   := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wvla -Wundef -Wformat=2 \
          -Wstrict-prototypes -Wmissing-prototypes
# Only in CI, so that a newer compiler does not break a user's build.
ifneq ($(filter-out 0 false,$(CI) $(WERROR)),)
WARN   += -Werror
endif

comma := ,
VERSION_NUMBERS := $(subst .,$(comma),$(VERSION)),0
COMMON_CFLAGS := -std=c17 -I. -Ibuild/third_party/sqlite3 -DTIDEGATE_VERSION='"$(VERSION)"' \
                 -fstack-protector-strong -ffile-prefix-map=$(CURDIR)=. -MMD -MP

WIN_DEFINES := -DUNICODE -D_UNICODE -DSTRICT -DWIN32_LEAN_AND_MEAN -D_WIN32_WINNT=0x0A00 \
               -D__USE_MINGW_ANSI_STDIO=1 -D_FORTIFY_SOURCE=2
WIN_CFLAGS  := $(COMMON_CFLAGS) $(WIN_DEFINES) -ffunction-sections -fdata-sections
# -fstack-protector-strong belongs here too: it links libssp, statically.
WIN_LDFLAGS := -static -fstack-protector-strong \
               -Wl,--dynamicbase,--nxcompat,--high-entropy-va,--no-insert-timestamp,--gc-sections
# windres hands its -D to a shell, hence one more layer of quotes.
RC_FLAGS    := -c 65001 -I. -Iresources -Ibuild/win/resources \
               '-DTIDEGATE_VERSION=\"$(VERSION)\"' -DTIDEGATE_VERSION_NUMBERS=$(VERSION_NUMBERS)

SANITIZE    := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
ifeq ($(OS),Windows_NT)
SANITIZE    :=
endif
HOST_CFLAGS := $(COMMON_CFLAGS) -O1 -g

# Imports appear only for what is called: these lists are what may be called.
CORE_LIBS := -lwbemuuid -lole32 -loleaut32 -luuid -lrpcrt4 -lwtsapi32 -lshell32 -lshlwapi \
             -liphlpapi -lws2_32 -ladvapi32 -lntdll
TRAY_LIBS := -lcomctl32 -lcomdlg32 -ldwmapi -lgdi32 -luser32

# --- What there is --------------------------------------------------------------------------------

objects = $(patsubst %.c,build/$(1)/%.o,$(2))

CORE      := $(wildcard core/*/*.c)
CORE_HOST := $(filter-out core/win32/%,$(CORE))
APP       := $(wildcard app/*.c)
UNIT      := $(wildcard tests/*.c tests/unit/*.c)
WIN_TESTS := $(wildcard tests/win32/*.c)
FUZZ      := $(wildcard tests/fuzz/fuzz_*.c)
RESOURCES := $(wildcard resources/* resources/*/*)
C_FILES   := $(wildcard $(foreach dir,app app/* core core/* tests tests/* tests/*/*,$(dir)/*.[ch]))

PROGRAMS     := build/tidegate.exe build/tidegate-service.exe build/tidegatectl.exe
TRAY_OBJECTS    := $(call objects,win,$(wildcard app/tray/*.c)) \
                   $(patsubst %.rc,build/win/%.res,$(wildcard resources/tray.rc))
SERVICE_OBJECTS := $(call objects,win,$(wildcard app/service/*.c)) \
                   $(patsubst %.rc,build/win/%.res,$(wildcard resources/service.rc))
CTL_OBJECTS     := $(call objects,win,$(wildcard app/ctl/*.c)) \
                   $(patsubst %.rc,build/win/%.res,$(wildcard resources/ctl.rc))
WIN_TEST_OBJECTS := $(call objects,win,$(WIN_TESTS)) $(filter %.res,$(TRAY_OBJECTS))
WIN_LIBRARIES   := build/win/libapp.a build/win/libcore.a

# --- Packages (Debian) ----------------------------------------------------------------------------

BUILD_PACKAGES := gcc-mingw-w64-x86-64 npm
TEST_PACKAGES  := gcc libc6-dev check pkg-config cmake wine wine64 xvfb xauth universal-ctags \
                  clang-format
LAB_PACKAGES   := $(TEST_PACKAGES) python3 xdotool imagemagick x11-utils iproute2 procps curl \
                  nsis osslsigncode openssl icoutils librsvg2-bin fonts-dejavu-core fonts-noto-cjk
ANALYZE_PACKAGES := $(TEST_PACKAGES) clang-tidy cppcheck
SETUP_BUILD    := build/.setup-build
SETUP_TEST     := build/.setup-test
SETUP_LAB      := build/.setup-lab
SETUP_ANALYZE  := build/.setup-analyze

# Installs those of the packages $(1) that are missing. npm counts as present when the command is:
# a machine with Node from elsewhere must not get Debian's beside it.
define install_packages
	$(Q)mkdir -p $(@D); \
	if ! command -v dpkg-query >/dev/null; then \
	    echo "not Debian, so nothing is installed; needed: $(1)"; touch $@; exit 0; \
	fi; \
	missing=; \
	for package in $(1); do \
	    if [ $$package = npm ] && command -v npm >/dev/null; then continue; fi; \
	    case $$(dpkg-query -W -f='$${db:Status-Status}' $$package 2>/dev/null) in \
	    installed*) ;; \
	    *) missing="$$missing $$package" ;; \
	    esac; \
	done; \
	if [ -n "$$missing" ]; then \
	    if [ "$$(id -u)" != 0 ]; then \
	        echo "These packages are missing. As root:"; \
	        echo "  apt-get update && apt-get install --no-install-recommends$$missing"; \
	        exit 1; \
	    fi; \
	    echo "installing$$missing"; \
	    export DEBIAN_FRONTEND=noninteractive; \
	    { apt-get -qq update && apt-get -qq -y -o DPkg::Lock::Timeout=120 install \
	        --no-install-recommends $$missing; } >$@.log 2>&1 || { tail -n 20 $@.log; exit 1; }; \
	fi; \
	touch $@
endef

ifeq ($(OS),Windows_NT)
$(SETUP_BUILD) $(SETUP_TEST) $(SETUP_LAB) $(SETUP_ANALYZE):
	$(Q)mkdir -p $(@D) && touch $@
else
$(SETUP_BUILD): Makefile
	$(call install_packages,$(BUILD_PACKAGES))
# One after the other: apt has one lock.
$(SETUP_TEST): Makefile | $(SETUP_BUILD)
	$(call install_packages,$(TEST_PACKAGES))
$(SETUP_LAB): Makefile | $(SETUP_TEST)
	$(call install_packages,$(LAB_PACKAGES))
$(SETUP_ANALYZE): Makefile | $(SETUP_LAB)
	$(call install_packages,$(ANALYZE_PACKAGES))
endif

# --- Third party: pinned, checked, never committed ------------------------------------------------

THIRD_PARTY   := build/third_party
SQLITE_NPM    := better-sqlite3-12.11.1
SQLITE_SHA256 := ebf0ed75a7a59dbcb3b24bbd014ef49d9f15bc328e4adcbf516f2a8fadfa2835
CHECK_VERSION := 0.15.2
CHECK_SHA256  := 8451b68ac5d6f3157b24f22eceff575bcf566264f6d78f3852f89d4e08cf42e1

SQLITE_FLAGS := -DSQLITE_DQS=0 -DSQLITE_THREADSAFE=1 -DSQLITE_DEFAULT_MEMSTATUS=0 \
    -DSQLITE_TRUSTED_SCHEMA=0 -DSQLITE_LIKE_DOESNT_MATCH_BLOBS -DSQLITE_ENABLE_API_ARMOR \
    -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_OMIT_DEPRECATED -DSQLITE_OMIT_SHARED_CACHE

ifeq ($(OS),Windows_NT)
WIN_SQLITE   =
HOST_SQLITE  =
SQLITE_LIBS  = $(shell pkg-config --static --libs sqlite3)
WIN_CHECK    =
CHECK_CFLAGS = $(shell pkg-config --cflags check)
CHECK_LIBS   = $(shell pkg-config --static --libs check)
else
SQLITE_H    := $(THIRD_PARTY)/sqlite3/sqlite3.h
WIN_SQLITE  := build/win/sqlite3.o
HOST_SQLITE := build/host/sqlite3.o
SQLITE_LIBS :=
WIN_CHECK   := $(THIRD_PARTY)/check/libcheck.a
CHECK_CFLAGS := -isystem $(THIRD_PARTY)/check
CHECK_LIBS   := $(WIN_CHECK) -lpthread
endif

# npm is only the carrier here: the package holds the SQLite amalgamation.
$(THIRD_PARTY)/$(SQLITE_NPM).tgz: | $(SETUP_BUILD)
	$(call say,FETCH,$(@F))
	$(Q)mkdir -p $(@D)/download
	$(Q)npm pack --silent --pack-destination $(@D)/download $(subst 3-,3@,$(SQLITE_NPM)) >/dev/null
	$(Q)echo '$(SQLITE_SHA256)  $(@D)/download/$(@F)' | sha256sum --check --quiet
	$(Q)mv $(@D)/download/$(@F) $@

$(THIRD_PARTY)/sqlite3/sqlite3.h: $(THIRD_PARTY)/$(SQLITE_NPM).tgz
	$(Q)mkdir -p $(@D)
	$(Q)tar -xzmf $< -C $(@D) --strip-components=3 package/deps/sqlite3/sqlite3.c \
	    package/deps/sqlite3/sqlite3.h
$(THIRD_PARTY)/sqlite3/sqlite3.c: $(THIRD_PARTY)/sqlite3/sqlite3.h ;

build/win/sqlite3.o: $(THIRD_PARTY)/sqlite3/sqlite3.c | $(SETUP_BUILD)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(WIN_CC) -w -O2 -g -fstack-protector-strong -ffunction-sections -fdata-sections \
	    -ffile-prefix-map=$(CURDIR)=. $(SQLITE_FLAGS) -c $< -o $@

# Without sanitizers, which would take three times as long.
build/host/sqlite3.o: $(THIRD_PARTY)/sqlite3/sqlite3.c | $(SETUP_TEST)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(HOST_CC) -w -O1 -g $(SQLITE_FLAGS) -c $< -o $@

# Check's source from Debian, by a private copy of this machine's own package sources that asks for
# deb-src; the system's lists stay as they are. A source without deb-src may fail to update: what
# counts is the checksum.
APT_PRIVATE = -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts=$(CURDIR)/$(@D)/apt/parts \
    -o Dir::State::Lists=$(CURDIR)/$(@D)/apt/lists -o Dir::Cache::PkgCache= \
    -o Dir::Cache::SrcPkgCache= -o APT::Sandbox::User=root
$(THIRD_PARTY)/check_$(CHECK_VERSION).orig.tar.gz: | $(SETUP_TEST)
	$(call say,FETCH,$(@F))
	$(Q)rm -rf $(@D)/apt $(@D)/download/check_*
	$(Q)mkdir -p $(@D)/download $(@D)/apt/parts $(@D)/apt/lists/partial
	$(Q)for file in /etc/apt/sources.list.d/*.sources; do [ ! -f "$$file" ] || \
	    sed 's/^Types:.*/Types: deb-src/' "$$file" >"$(@D)/apt/parts/$${file##*/}"; done
	$(Q)for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do [ ! -f "$$file" ] || \
	    sed -nE 's/^[[:space:]]*deb(-src)?([[:space:]])/deb-src\2/p' "$$file" \
	    | sort -u >"$(@D)/apt/parts/$${file##*/}"; done
	$(Q)apt-get -qq $(APT_PRIVATE) update >$@.log 2>&1 || true
	$(Q)cd $(@D)/download && apt-get -qq $(APT_PRIVATE) source --download-only check \
	    >>../$(@F).log 2>&1 || { tail -n 20 ../$(@F).log; exit 1; }
	$(Q)echo '$(CHECK_SHA256)  $(@D)/download/$(@F)' | sha256sum --check --quiet
	$(Q)mv $(@D)/download/$(@F) $@

# The header says "printf" where our stdio is "gnu_printf" (__USE_MINGW_ANSI_STDIO).
$(THIRD_PARTY)/check/libcheck.a: $(THIRD_PARTY)/check_$(CHECK_VERSION).orig.tar.gz | $(SETUP_TEST)
	$(call say,BUILD,$@)
	$(Q)rm -rf $(@D) && mkdir -p $(@D)/source $(@D)/build
	$(Q)tar -xzf $< -C $(@D)/source --strip-components=1
	$(Q){ cmake -S $(@D)/source -B $(@D)/build -DCMAKE_SYSTEM_NAME=Windows \
	    -DCMAKE_C_COMPILER=$(WIN_CC) -DCMAKE_C_FLAGS='-D__USE_MINGW_ANSI_STDIO=1 -w' \
	    -DCMAKE_BUILD_TYPE=Release -DCHECK_ENABLE_TESTS=OFF \
	    && cmake --build $(@D)/build --target check; } >$(@D)/log 2>&1 \
	    || { tail -n 20 $(@D)/log; exit 1; }
	$(Q)cp $(@D)/build/check_stdint.h $(@D)/
	$(Q)sed 's/CK_ATTRIBUTE_FORMAT(printf,/CK_ATTRIBUTE_FORMAT(gnu_printf,/' \
	    $(@D)/build/src/check.h >$(@D)/check.h
	$(Q)cp $(@D)/build/src/libcheck.a $@

# --- The programs ---------------------------------------------------------------------------------

build/win/%.o: %.c Makefile | $(SETUP_BUILD) $(SQLITE_H)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(WIN_CC) $(WIN_CFLAGS) $(CFLAGS) $(WARN) -c $< -o $@

# windres writes no dependencies: any file of the folder may be a part of it.
build/win/%.res: %.rc $(RESOURCES) Makefile | $(SETUP_BUILD)
	$(call say,WINDRES,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(WINDRES) $(RC_FLAGS) -O coff $< $@

# The service is its own message file for the event log.
build/win/resources/service.res: build/win/resources/events.rc
build/win/resources/events.rc: resources/events.mc Makefile | $(SETUP_BUILD)
	$(call say,WINDMC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(WINDMC) -h $(@D) -r $(@D) $<

build/win/libcore.a: $(call objects,win,$(CORE))
build/win/libapp.a: $(call objects,win,$(APP))
$(WIN_LIBRARIES): Makefile | $(SETUP_BUILD)
	$(call say,AR,$@)
	$(Q)mkdir -p $(@D) && rm -f $@
	$(Q)$(WIN_AR) rcsD $@ $(filter %.o,$^)

# With symbols, and a map; what is shipped is the stripped copy. (-p keeps the linker's zero time
# stamp, else strip would write today's.)
build/symbols/tidegate.exe: $(TRAY_OBJECTS) $(WIN_LIBRARIES)
build/symbols/tidegate.exe: LINK := -mwindows -municode
build/symbols/tidegate.exe: LIBS := $(TRAY_LIBS) $(CORE_LIBS)
build/symbols/tidegate-service.exe: $(SERVICE_OBJECTS) $(WIN_LIBRARIES) $(WIN_SQLITE)
build/symbols/tidegate-service.exe: LINK := -mconsole -municode
build/symbols/tidegate-service.exe: LIBS = $(SQLITE_LIBS) $(CORE_LIBS)
build/symbols/tidegatectl.exe: $(CTL_OBJECTS) $(WIN_LIBRARIES) $(WIN_SQLITE)
build/symbols/tidegatectl.exe: LINK := -mconsole -municode
build/symbols/tidegatectl.exe: LIBS = $(SQLITE_LIBS) $(CORE_LIBS)

$(PROGRAMS:build/%=build/symbols/%): Makefile
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(WIN_CC) $(WIN_LDFLAGS) $(LINK) -Wl,-Map=$@.map -o $@ $(filter-out Makefile,$^) $(LIBS)

$(PROGRAMS): build/%: build/symbols/%
	$(call say,STRIP,$@)
	$(Q)$(WIN_STRIP) -p -o $@ $< && touch $@

all: $(PROGRAMS) ## the three programs (default)

verify-binary: all | $(SETUP_LAB) ## what the programs are made of, and fail on any surprise
	$(Q)python3 tests/binary/verify.py --version $(VERSION) --objdump $(CROSS)objdump $(PROGRAMS)

# --- Tests ----------------------------------------------------------------------------------------

# Test suites export a function each, which no header declares.
build/host/tests/unit/%.o build/win/tests/win32/%.o: WARN += -Wno-missing-prototypes

build/host/%.o: %.c Makefile | $(SETUP_TEST) $(SQLITE_H)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(HOST_CC) $(HOST_CFLAGS) $(SANITIZE) $(WARN) -c $< -o $@

build/host/test-unit$(HOST_EXE): $(call objects,host,$(CORE_HOST) $(UNIT)) $(HOST_SQLITE)
	$(call say,LINK,$@)
	$(Q)$(HOST_CC) $(SANITIZE) -o $@ $^ $$(pkg-config --libs check) $(SQLITE_LIBS) -lm

# Each test is a process of its own under a time limit of Check's; this one is for the whole. Each
# end that the crash tests play is a fork, which copies what ASan keeps of freed memory: 16 MB of it
# do as well as 256, in two thirds of the time.
test-unit: build/host/test-unit$(HOST_EXE) ## the core, natively under ASan and UBSan
	$(Q)export UBSAN_OPTIONS=print_stacktrace=1 ASAN_OPTIONS=quarantine_size_mb=16; status=0; \
	timeout 600 $< 2 2 >build/host/second-half.log 2>&1 & second=$$!; \
	timeout 600 $< 1 2 || status=$$?; \
	wait $$second || status=$$?; cat build/host/second-half.log; exit $$status

$(call objects,win,$(WIN_TESTS)): WIN_CFLAGS += $(CHECK_CFLAGS)
$(call objects,win,$(WIN_TESTS)): | $(WIN_CHECK)
build/test-win32.exe: $(WIN_TEST_OBJECTS) $(WIN_LIBRARIES) $(WIN_SQLITE)
	$(call say,LINK,$@)
	$(Q)$(WIN_CC) $(WIN_LDFLAGS) -mconsole -o $@ $^ $(CHECK_LIBS) $(SQLITE_LIBS) \
	    $(TRAY_LIBS) $(CORE_LIBS)

# A new prefix for each run, and nothing of Wine left running after it. What set the prefix up had no
# display, and must be gone before windows are made.
WINE_TEST_ENV = WINEPREFIX=$(CURDIR)/build/wine-test WINEDEBUG=-all \
    WINEDLLOVERRIDES='mscoree=;mshtml=;winemenubuilder.exe='
# Every dialog is measured at each of these; Windows is asked for a DPI before the program starts.
DIALOG_DPIS := 120 144 192 288
# Else Chinese and Japanese would be measured as boxes.
FONT_LINKS := 'HKLM\Software\Microsoft\Windows NT\CurrentVersion\FontLink\SystemLink' \
    /v 'DejaVu Sans' /t REG_MULTI_SZ /d 'NotoSansCJK-Regular.ttc,Noto Sans CJK JP' /f
test-win32: build/test-win32.exe lab | $(SETUP_TEST) ## core/win32 and the resources, under Wine
ifeq ($(OS),Windows_NT)
	$(Q)timeout 300 $<
else
	$(Q)rm -rf build/wine-test
	$(Q)export $(WINE_TEST_ENV); status=0; \
	timeout -k 5 120 wineboot -i >build/wine-test.log 2>&1 || { cat build/wine-test.log; exit 1; }; \
	$(WINE) reg add $(FONT_LINKS) >>build/wine-test.log 2>&1 || status=$$?; \
	wineserver -k; wineserver -w; \
	timeout -k 5 300 xvfb-run -a -s '-screen 0 1280x800x24' $(WINE) $< || status=$$?; \
	for dpi in $(DIALOG_DPIS); do \
	    $(WINE) reg add 'HKCU\Control Panel\Desktop' /v LogPixels /t REG_DWORD /d $$dpi /f \
	        >>build/wine-test.log 2>&1 || status=$$?; \
	    wineserver -k; wineserver -w; \
	    TEST_DPI=$$dpi CK_RUN_SUITE=resources CK_RUN_CASE=dialogs timeout -k 5 120 \
	        xvfb-run -a -s '-screen 0 3840x2400x24' $(WINE) $< || status=$$?; \
	done; \
	wineserver -k || true; exit $$status
endif

# Modules of scenarios at a time.
E2E_JOBS ?= 2
test-e2e: all lab ## whole programs in the lab: real clicks, real traffic
	$(Q)python3 tests/e2e/run.py -j $(E2E_JOBS)

test-admx: | $(SETUP_LAB) ## the templates for Group Policy against what the service reads
	$(Q)python3 tests/admx.py

# Built in parallel under -j, run one after the other; each part runs even if an earlier one fails.
test: all lab build/host/test-unit$(HOST_EXE) build/test-win32.exe ## everything, as CI runs it
	$(Q)$(MAKE) --no-print-directory -k ONE_BY_ONE=1 test-unit test-fuzz test-admx test-win32 test-e2e

# --- The lab --------------------------------------------------------------------------------------

# Appends what it builds to LAB; may use the variables above.
LAB :=
-include tests/lab/lab.mk
-include tests/e2e/e2e.mk

ifneq ($(LAB),)
$(LAB): | $(SETUP_LAB)
endif
lab: $(LAB) | $(SETUP_LAB) ## the small Windows to test against

demo: all lab ## set up, build, and forward real traffic in the lab
	$(Q)python3 tests/e2e/demo.py

screenshots: all lab ## pictures of every window into build/screenshots
	$(Q)python3 tests/e2e/screenshots.py

growth: all lab | e2e-programs ## open and close each window 1,000 times, take 10,000 changes
	$(Q)TIDEGATE_ROUNDS=1000 TIDEGATE_UPDATES=10000 python3 tests/e2e/run.py growth

ATTACKS ?= 100000
attack: all lab | e2e-programs ## 100,000 (ATTACKS) hostile clients, and what else attackers try
	$(Q)TIDEGATE_ATTACKS=$(ATTACKS) python3 tests/e2e/run.py attacks attacked_files callers

bench: all lab ## measure speed, memory and wake-ups
	$(Q)python3 tests/bench/run.py

# --- Fuzzing --------------------------------------------------------------------------------------

# tests/fuzz/fuzz_*.c define LLVMFuzzerTestOneInput and the seeds; driver.c holds a main that mutates
# these blindly and always in the same way. It runs a few thousand inputs in `make test`, gives
# libFuzzer its first corpus, and stands in for it where there is no clang.

# FUZZ_RUNS=10000000: so many inputs for each, instead of FUZZ_SECONDS.
FUZZ_RUNS    ?=
FUZZ_SECONDS ?= 60
# In `make test`; a database takes a hundred times as long as a line of text.
FUZZ_SHORT       ?= 20000
FUZZ_SHORT_store ?= 2000
FUZZ_LIMIT   := $(if $(FUZZ_RUNS),-runs=$(FUZZ_RUNS),-max_total_time=$(FUZZ_SECONDS))

FUZZ_DRIVER   := $(filter-out $(FUZZ),$(wildcard tests/fuzz/*.c))
FUZZ_NAMES    := $(patsubst tests/fuzz/fuzz_%.c,%,$(FUZZ))
SHORT_FUZZERS := $(FUZZ_NAMES:%=build/host/fuzz_%$(HOST_EXE))
$(SHORT_FUZZERS): build/host/fuzz_%$(HOST_EXE): build/host/tests/fuzz/fuzz_%.o $(HOST_SQLITE) \
    $(call objects,host,$(CORE_HOST) $(FUZZ_DRIVER))
	$(call say,LINK,$@)
	$(Q)$(HOST_CC) $(SANITIZE) -o $@ $^ $(SQLITE_LIBS) -lm

test-fuzz: $(SHORT_FUZZERS) ## each decoder on a few thousand inputs, always the same
	$(Q)$(foreach name,$(FUZZ_NAMES),printf '$(name): ' && timeout 300 \
	    build/host/fuzz_$(name) -runs=$(or $(FUZZ_SHORT_$(name)),$(FUZZ_SHORT)) &&) true

ifneq ($(shell command -v clang 2>/dev/null),)
# Without the tracing of comparisons, which makes the readers several times slower: the seeds hold
# the words that it would find.
FUZZ_SANITIZE := -fsanitize=fuzzer,address,undefined
FUZZ_CFLAGS   := -O2 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all \
                 -fno-sanitize-coverage=trace-cmp
build/fuzz/%.o: %.c Makefile | $(SETUP_TEST) $(SQLITE_H)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)clang $(HOST_CFLAGS) $(FUZZ_CFLAGS) -c $< -o $@

FUZZERS := $(FUZZ_NAMES:%=build/fuzz/fuzz_%)
$(FUZZERS): build/fuzz/fuzz_%: build/fuzz/tests/fuzz/fuzz_%.o $(HOST_SQLITE) \
    $(call objects,fuzz,$(CORE_HOST))
	$(call say,LINK,$@)
	$(Q)clang $(FUZZ_SANITIZE) -o $@ $^ -lm
else
FUZZERS := $(SHORT_FUZZERS)
endif

# What libFuzzer finds stays in build/fuzz/corpus/ for the next time.
fuzz: $(FUZZERS) $(SHORT_FUZZERS) ## fuzz each decoder for FUZZ_SECONDS (60), or FUZZ_RUNS inputs
	$(Q)for name in $(FUZZ_NAMES); do \
	    seeds=build/fuzz/seeds/$$name; corpus=build/fuzz/corpus/$$name; \
	    mkdir -p $$seeds $$corpus && build/host/fuzz_$$name -seeds=$$seeds || exit 1; \
	    $(dir $(firstword $(FUZZERS)))fuzz_$$name $(FUZZ_LIMIT) -print_final_stats=1 \
	        -artifact_prefix=build/fuzz/$$name- $$corpus $$seeds >build/fuzz/$$name.log 2>&1 \
	        || { tail -n 30 build/fuzz/$$name.log; exit 1; }; \
	    sed -nE "s/^(stat::number_of_executed_units: |fuzz: executed )([0-9]+).*/$$name: \2 inputs/p" \
	        build/fuzz/$$name.log; \
	done

# --- Checks of the source -------------------------------------------------------------------------

lint: | $(SETUP_TEST) $(SQLITE_H) ## layers, headers alone, resource IDs, banned calls, sizes
	$(Q)HOST_CC='$(HOST_CC) $(filter-out -M%,$(HOST_CFLAGS))' \
	    WIN_CC='$(WIN_CC) $(filter-out -M%,$(WIN_CFLAGS)) $(CHECK_CFLAGS)' tests/lint.sh

format: | $(SETUP_TEST) ## lay out the code by .clang-format
	$(Q)clang-format -i $(C_FILES)

format-check: | $(SETUP_TEST) ## is it laid out so?
	$(Q)clang-format --dry-run --Werror $(C_FILES)

# Three readers, each with findings as errors: gcc's analyzer of everything (with mingw's headers for
# Windows' side), clang-tidy (.clang-tidy) of the core, cppcheck of everything. Windows' side is not
# for clang-tidy: its headers take it five minutes. What was read and has not changed is not read
# again.
ANALYZER := -fanalyzer -Werror -O1
TIDY_CFLAGS = $(filter-out -M% -ffile-prefix-map=%,$(COMMON_CFLAGS))

build/analyze/host/%.o: %.c Makefile | $(SETUP_ANALYZE) $(SQLITE_H)
	$(call say,ANALYZE,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(HOST_CC) $(COMMON_CFLAGS) $(ANALYZER) -c $< -o $@

build/analyze/win/%.o: %.c Makefile | $(SETUP_ANALYZE) $(SQLITE_H)
	$(call say,ANALYZE,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(WIN_CC) $(WIN_CFLAGS) $(ANALYZER) -c $< -o $@

# The object's list of headers serves here, too.
build/analyze/tidy/%.ok: build/analyze/host/%.o .clang-tidy
	$(call say,TIDY,$*.c)
	$(Q)mkdir -p $(@D)
	$(Q)clang-tidy --quiet $*.c -- $(TIDY_CFLAGS) >$@.log 2>&1 || { cat $@.log; exit 1; }
	$(Q)touch $@

CPPCHECK = cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr -I. \
    --enable=warning,performance,portability --suppress=missingIncludeSystem
APP_C := $(wildcard app/*/*.c)
build/analyze/cppcheck.ok: $(C_FILES) Makefile | $(SETUP_ANALYZE)
	$(call say,CPPCHECK,core app)
	$(Q)mkdir -p $(@D)
	$(Q)$(CPPCHECK) --platform=unix64 $(CORE_HOST)
	$(Q)$(CPPCHECK) --platform=win64 -D_WIN32 -DUNICODE $(filter core/win32/%,$(CORE)) $(APP_C)
	$(Q)touch $@

analyze: build/analyze/cppcheck.ok $(call objects,analyze/host,$(CORE_HOST)) \
    $(patsubst %.c,build/analyze/tidy/%.ok,$(CORE_HOST)) \
    $(call objects,analyze/win,$(filter core/win32/%,$(CORE)) $(APP_C))
analyze: ## gcc's analyzer, clang-tidy and cppcheck

build/coverage/%.o: %.c Makefile | $(SETUP_TEST) $(SQLITE_H)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(HOST_CC) $(COMMON_CFLAGS) -O0 -g --coverage -c $< -o $@

build/coverage/test-unit: $(call objects,coverage,$(CORE_HOST) $(UNIT)) $(HOST_SQLITE)
	$(call say,LINK,$@)
	$(Q)$(HOST_CC) --coverage -o $@ $^ $$(pkg-config --libs check) -lm

coverage: build/coverage/test-unit ## which lines of the core the unit tests reach
	$(Q)find build/coverage -name '*.gcda' -delete
	$(Q)timeout 600 $< >build/coverage/log || { cat build/coverage/log; exit 1; }
	$(Q)for file in $(CORE_HOST); do \
	    gcov -n -o build/coverage/$${file%/*} $$file 2>/dev/null \
	    | awk -v file=$$file '$$1 == "File" { mine = $$2 == "\047" file "\047" } \
	        mine && /^Lines executed/ { sub(/.*:/, ""); print file ": " $$0; exit }'; \
	done | awk -F '[:% ]+' '{ print; lines += $$NF; hit += $$NF * $$2 / 100 } \
	    END { if (lines) printf "all: %.2f%% of %d\n", hit * 100 / lines, lines }'

# --- The installer --------------------------------------------------------------------------------

include installer/installer.mk

ifdef ONE_BY_ONE
.NOTPARALLEL:
endif

# --- The rest -------------------------------------------------------------------------------------

setup: $(SETUP_LAB) $(SQLITE_H) $(WIN_CHECK) ## install and fetch what is missing, and no more

clean: ## remove what was built; what was fetched stays
	$(Q)rm -rf $(filter-out $(THIRD_PARTY),$(wildcard build/* build/.setup-*))

distclean: ## remove what was fetched, too
	$(Q)rm -rf build

help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

.PHONY: all verify-binary demo test test-unit test-fuzz test-admx test-win32 test-e2e lab \
    screenshots growth attack bench fuzz lint format format-check analyze coverage installer setup \
    clean distclean help

OBJECT_FOLDERS := $(wildcard $(addprefix build/,win host fuzz analyze coverage))
ifneq ($(OBJECT_FOLDERS),)
-include $(shell find $(OBJECT_FOLDERS) -name '*.d')
endif
