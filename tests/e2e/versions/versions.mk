# Set-up programs of other versions, to upgrade from and to: the product's own objects, but those that
# know the version are built anew.
# SPDX-License-Identifier: MIT

OLDER_VERSION  := 0.0.9
BROKEN_VERSION := 0.2.0
VERSIONED      := $(shell grep -l TIDEGATE_VERSION $(wildcard app/*/*.c core/*/*.c))

# $(call objects_of,NAME,PROGRAM'S OBJECTS): with those of the other version in place of ours.
objects_of = $(foreach object,$(filter %.o,$(2)),$(if $(filter $(VERSIONED),$(patsubst \
    build/win/%.o,%.c,$(object))),$(object:build/win/%=$(E2E_BUILD)/$(1)/objects/%),$(object)))

# $(eval $(call other_version,NAME,VERSION,LINKER FLAGS AND OBJECTS OF THE SERVICE))
define other_version
$(E2E_BUILD)/$(1)/objects/%.o: %.c | $$(SETUP_BUILD)
	$$(call say,CC,$$@)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(WIN_CC) $$(WIN_CFLAGS) -UTIDEGATE_VERSION -DTIDEGATE_VERSION='"$(2)"' $$(CFLAGS) -c $$< -o $$@

$(E2E_BUILD)/$(1)/objects/%.res: %.rc $$(RESOURCES)
	$$(call say,WINDRES,$$@)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(WINDRES) $$(subst $$(VERSION_NUMBERS),$$(subst .,$$(comma),$(2))$$(comma)0,$$(subst \
	    $$(VERSION),$(2),$$(RC_FLAGS))) -O coff $$< $$@

$(E2E_BUILD)/$(1)/objects/resources/service.res: build/win/resources/events.rc

$(E2E_BUILD)/$(1)/tidegate.exe: $$(call objects_of,$(1),$$(TRAY_OBJECTS)) \
    $(E2E_BUILD)/$(1)/objects/resources/tray.res \
    $(E2E_BUILD)/$(1)/objects/core/view/menu_model.o $$(WIN_LIBRARIES)
	$$(call say,LINK,$$@)
	$$(Q)$$(WIN_CC) $$(WIN_LDFLAGS) -mwindows -municode -s -o $$@ $$^ $$(TRAY_LIBS) $$(CORE_LIBS)
$(E2E_BUILD)/$(1)/tidegate-service.exe: $$(call objects_of,$(1),$$(SERVICE_OBJECTS)) \
    $(E2E_BUILD)/$(1)/objects/resources/service.res $(filter %.o,$(3)) $$(WIN_LIBRARIES) $$(WIN_SQLITE)
	$$(call say,LINK,$$@)
	$$(Q)$$(WIN_CC) $$(WIN_LDFLAGS) $(filter-out %.o,$(3)) -mconsole -municode -s -o $$@ $$^ \
	    $$(SQLITE_LIBS) $$(CORE_LIBS)
$(E2E_BUILD)/$(1)/tidegatectl.exe: $$(call objects_of,$(1),$$(CTL_OBJECTS)) \
    $(E2E_BUILD)/$(1)/objects/resources/ctl.res $$(WIN_LIBRARIES) $$(WIN_SQLITE)
	$$(call say,LINK,$$@)
	$$(Q)$$(WIN_CC) $$(WIN_LDFLAGS) -mconsole -municode -s -o $$@ $$^ $$(SQLITE_LIBS) $$(CORE_LIBS)

$(E2E_BUILD)/$(1)/tidegate-$(2)-setup.exe: $$(PROGRAMS:build/%=$(E2E_BUILD)/$(1)/%) \
    $$(INSTALLER_FILES)
	$$(call say,NSIS,$$@)
	$$(Q)$$(call make_installer,$(2),$(E2E_BUILD)/$(1),$$@)

e2e-programs: $(E2E_BUILD)/$(1)/tidegate-$(2)-setup.exe
endef

$(eval $(call other_version,older,$(OLDER_VERSION)))
BROKEN_WRAPS   := windows_system_new __imp_GetTickCount64 __imp_TerminateProcess
$(eval $(call other_version,broken,$(BROKEN_VERSION),$(addprefix -Wl$(comma)--wrap=,$(BROKEN_WRAPS)) \
    build/win/tests/e2e/versions/failing_start.o))

-include $(wildcard $(foreach name,older broken,$(addprefix $(E2E_BUILD)/$(name)/objects/,\
    $(VERSIONED:.c=.d))))
