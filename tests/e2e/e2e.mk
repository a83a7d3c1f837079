# What the scenarios need besides the product; included by the top-level Makefile.
# SPDX-License-Identifier: MIT

E2E_BUILD    := build/e2e
E2E_PROGRAMS := $(E2E_BUILD)/crash-service.exe $(E2E_BUILD)/pipe_noise.exe
CRASH_OBJECTS := $(call objects,win,$(wildcard tests/e2e/crash/*.c))

# The service's own objects, with a wrapper around the seam that ends the process at call n.
CRASH_WRAPS := windows_system_seam firewall_com_add firewall_com_remove

$(E2E_BUILD)/crash-service.exe: $(CRASH_OBJECTS) $(SERVICE_OBJECTS) $(WIN_LIBRARIES) $(WIN_SQLITE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(WIN_CC) $(WIN_LDFLAGS) -mconsole -municode $(addprefix -Wl$(comma)--wrap=,$(CRASH_WRAPS)) \
	    -s -o $@ $^ $(SQLITE_LIBS) $(CORE_LIBS)

$(E2E_BUILD)/pipe_noise.exe: build/win/tests/e2e/pipe_noise.o
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(WIN_CC) $(WIN_LDFLAGS) -mconsole -municode -s -o $@ $^

e2e-programs: $(E2E_PROGRAMS)
test-e2e: | e2e-programs
.PHONY: e2e-programs
