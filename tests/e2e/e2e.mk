# What the scenarios need besides the product; included by the top-level Makefile.
# SPDX-License-Identifier: MIT

E2E_BUILD    := build/e2e
E2E_PROGRAMS := $(E2E_BUILD)/crash-service.exe $(E2E_BUILD)/pipe_noise.exe
CRASH_OBJECTS := $(call objects,win,$(wildcard tests/e2e/crash/*.c))

# The service's own objects, with a wrapper around the seam that ends the process at call n.
CRASH_WRAPS := windows_system_seam firewall_com_add firewall_com_remove hyperv_firewall_add \
    hyperv_firewall_remove loop_free

$(E2E_BUILD)/crash-service.exe: $(CRASH_OBJECTS) $(SERVICE_OBJECTS) $(WIN_LIBRARIES) $(WIN_SQLITE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(WIN_CC) $(WIN_LDFLAGS) -mconsole -municode $(addprefix -Wl$(comma)--wrap=,$(CRASH_WRAPS)) \
	    -s -o $@ $^ $(SQLITE_LIBS) $(CORE_LIBS)

$(E2E_BUILD)/pipe_noise.exe: build/win/tests/e2e/pipe_noise.o
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(WIN_CC) $(WIN_LDFLAGS) -mconsole -municode -s -o $@ $^

E2E_PROGRAMS += $(E2E_BUILD)/pipe_crowd.exe

$(E2E_BUILD)/pipe_crowd.exe: build/win/tests/e2e/pipe_crowd.o $(WIN_LIBRARIES)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(WIN_CC) $(WIN_LDFLAGS) -mconsole -municode -s -o $@ $^ $(CORE_LIBS)

E2E_PROGRAMS += $(E2E_BUILD)/service_stand_in.exe

$(E2E_BUILD)/service_stand_in.exe: build/win/tests/e2e/service_stand_in.o $(WIN_LIBRARIES)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(WIN_CC) $(WIN_LDFLAGS) -mconsole -municode -s -o $@ $^ $(CORE_LIBS)

E2E_PROGRAMS += $(E2E_BUILD)/desktop_probe.exe

$(E2E_BUILD)/desktop_probe.exe: build/win/tests/e2e/desktop_probe.o
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(WIN_CC) $(WIN_LDFLAGS) -mconsole -municode -s -o $@ $^ -lshell32

# For pictures alone: the tray with one language more, which reads from right to left, and with
# Windows' word on high contrast.
PICTURES := $(E2E_BUILD)/pictures
PICTURE_SOURCES := tests/e2e/pictures

$(PICTURES)/strings.rc: resources/strings.rc $(PICTURE_SOURCES)/mirrored_strings.py
	$(Q)mkdir -p $(@D)
	$(Q)python3 $(PICTURE_SOURCES)/mirrored_strings.py $< $@

$(PICTURES)/tray.res: $(PICTURES)/strings.rc $(RESOURCES) Makefile
	$(call say,WINDRES,$@)
	$(Q)printf '#include "resources/tray.rc"\n#include "%s"\n' $< >$(@D)/tray.rc
	$(Q)$(WINDRES) $(RC_FLAGS) -O coff $(@D)/tray.rc $@

$(PICTURES)/tidegate.exe: build/win/$(PICTURE_SOURCES)/high_contrast.o \
    $(filter %.o,$(TRAY_OBJECTS)) $(PICTURES)/tray.res $(WIN_LIBRARIES)
	$(call say,LINK,$@)
	$(Q)$(WIN_CC) $(WIN_LDFLAGS) -mwindows -municode -Wl,--wrap=__imp_SystemParametersInfoW \
	    -s -o $@ $^ $(TRAY_LIBS) $(CORE_LIBS)

screenshots: | $(PICTURES)/tidegate.exe

# The tray's own objects, with a count of what they make. Calls into a DLL go through pointers.
COUNTED := CreatePopupMenu DestroyMenu LoadImageW CreateIconIndirect CreateFontIndirectW \
    CreateSolidBrush CreatePen CreateCompatibleDC CreateCompatibleBitmap CreateBitmap \
    CreateDIBSection CreateRectRgn ImageList_Create GetDC ReleaseDC \
    GetProcAddress CreateAcceleratorTableW SendMessageW DestroyIcon \
    DestroyAcceleratorTable
ALLOCATION := malloc calloc realloc free
COUNTING := $(E2E_BUILD)/counting/tidegate.exe
E2E_PROGRAMS += $(COUNTING)

$(COUNTING): build/win/tests/e2e/counting/counting.o $(TRAY_OBJECTS) $(WIN_LIBRARIES)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(WIN_CC) $(WIN_LDFLAGS) -mwindows -municode \
	    $(addprefix -Wl$(comma)--wrap=__imp_,$(COUNTED)) \
	    $(addprefix -Wl$(comma)--wrap=,$(ALLOCATION)) -s -o $@ $^ $(TRAY_LIBS) $(CORE_LIBS)

# What the rules window's opening is measured beside.
E2E_PROGRAMS += $(E2E_BUILD)/empty_dialog.exe

$(E2E_BUILD)/empty_dialog.exe: build/win/tests/bench/empty_dialog.o $(filter %.res,$(TRAY_OBJECTS))
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(WIN_CC) $(WIN_LDFLAGS) -mwindows -municode -s -o $@ $^ $(TRAY_LIBS)

# Attacks: clients of the pipe, who takes its name, and a library that is planted.
E2E_PROGRAMS += $(addprefix $(E2E_BUILD)/,pipe_attack.exe pipe_squatter.exe careless.exe planted.dll \
    as_standard_user.exe smashed_stack.exe)

$(E2E_BUILD)/pipe_attack.exe $(E2E_BUILD)/pipe_squatter.exe $(E2E_BUILD)/careless.exe \
$(E2E_BUILD)/as_standard_user.exe $(E2E_BUILD)/smashed_stack.exe: $(E2E_BUILD)/%.exe: build/win/tests/e2e/%.o $(WIN_LIBRARIES)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(WIN_CC) $(WIN_LDFLAGS) -mconsole -municode -s -o $@ $^ $(CORE_LIBS)

$(E2E_BUILD)/planted.dll: build/win/tests/e2e/planted_dll.o
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(WIN_CC) $(WIN_LDFLAGS) -shared -s -o $@ $^

# The tray's own objects, and a clock that can be put forward.
E2E_PROGRAMS += $(E2E_BUILD)/clock/tidegate.exe

$(E2E_BUILD)/clock/tidegate.exe: build/win/tests/e2e/clock/clock_ahead.o $(TRAY_OBJECTS) \
    $(WIN_LIBRARIES)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(WIN_CC) $(WIN_LDFLAGS) -mwindows -municode -Wl,--wrap=__imp_GetTickCount64 \
	    -Wl,--wrap=__imp_WaitForMultipleObjects -s -o $@ $^ $(TRAY_LIBS) $(CORE_LIBS)

# The service's own objects, and links told as Windows tells them.
E2E_PROGRAMS += $(E2E_BUILD)/links/tidegate-service.exe

$(E2E_BUILD)/links/tidegate-service.exe: build/win/tests/e2e/links/links_by_handle.o \
    $(SERVICE_OBJECTS) $(WIN_LIBRARIES) $(WIN_SQLITE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(WIN_CC) $(WIN_LDFLAGS) -mconsole -municode -Wl,--wrap=__imp_CreateFileW \
	    -Wl,--wrap=__imp_GetFileInformationByHandle -s -o $@ $^ $(SQLITE_LIBS) $(CORE_LIBS)

# The service's own objects, its callers told apart as Windows tells them, and the clock.
E2E_PROGRAMS += $(E2E_BUILD)/callers/tidegate-service.exe

$(E2E_BUILD)/callers/tidegate-service.exe: build/win/tests/e2e/callers/impersonate_client.o \
    build/win/tests/e2e/clock/clock_ahead.o $(SERVICE_OBJECTS) $(WIN_LIBRARIES) $(WIN_SQLITE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(WIN_CC) $(WIN_LDFLAGS) -mconsole -municode \
	    -Wl,--wrap=__imp_ImpersonateNamedPipeClient -Wl,--wrap=__imp_GetTickCount64 \
	    -Wl,--wrap=__imp_WaitForMultipleObjects -s -o $@ $^ $(SQLITE_LIBS) $(CORE_LIBS)

e2e-programs: $(E2E_PROGRAMS)
test-e2e: | e2e-programs
.PHONY: e2e-programs
