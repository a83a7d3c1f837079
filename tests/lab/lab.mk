# Builds the lab's stand-ins into $(BUILD)/lab; included by the top-level Makefile.
# SPDX-License-Identifier: MIT

BUILD ?= build
CROSS ?= x86_64-w64-mingw32-
HOST_CC ?= gcc

LAB_FOLDER := tests/lab
LAB_BUILD := $(BUILD)/lab
LAB_WARN := -Wall -Wextra -Wconversion -Wshadow
LAB_CFLAGS := -std=c17 $(LAB_WARN) -O2 -MMD -MP -I$(LAB_FOLDER) -DUNICODE -D_UNICODE \
              -D_WIN32_WINNT=0x0A00 -D__USE_MINGW_ANSI_STDIO=1

LAB_FIREWALL_RULES := $(addprefix firewall/,rule_check rule_fields rule_store)

LAB_SOURCES_iphlpsvc.exe   := iphlpsvc portproxy_table tcp_relay event_log firewall/admission \
                              $(LAB_FIREWALL_RULES)
LAB_SOURCES_mpssvc.exe     := mpssvc
LAB_SOURCES_firewall.dll   := event_log $(LAB_FIREWALL_RULES) \
                              $(addprefix firewall/,server policy_object rules_object rule_object)
LAB_SOURCES_hyperv_firewall.dll := event_log firewall/rule_check \
                              $(addprefix wmi/,server services objects rule_store rule_properties)
LAB_SOURCES_fwctl.exe      := fwctl
LAB_SOURCES_idle.exe       := idle
LAB_SOURCES_wsl.exe        := wsl wsl_control event_log
LAB_SOURCES_wslrelay.exe   := wslrelay tcp_relay event_log
LAB_SOURCES_wslservice.exe := wslservice event_log
LAB_SOURCES_labagent.exe   := event_log $(addprefix agent/,agent agent_registry agent_services \
                              agent_processes agent_windows)

LAB_LIBS_iphlpsvc.exe := -lws2_32 -liphlpapi -lole32
LAB_LIBS_firewall.dll := -lole32 -loleaut32 -luuid -lws2_32
LAB_LIBS_hyperv_firewall.dll := -lwbemuuid -lole32 -loleaut32 -luuid -lws2_32
LAB_LIBS_fwctl.exe    := -lole32 -loleaut32 -luuid
LAB_LIBS_wsl.exe      := -lws2_32
LAB_LIBS_wslrelay.exe := -lws2_32
LAB_LIBS_labagent.exe := -lws2_32 -liphlpapi -lntdll

LAB_CONSOLE_PROGRAMS := idle.exe wslservice.exe
LAB_PROGRAMS := iphlpsvc.exe mpssvc.exe firewall.dll hyperv_firewall.dll fwctl.exe idle.exe \
                wsl.exe wslrelay.exe wslservice.exe labagent.exe

LAB += $(addprefix $(LAB_BUILD)/,$(LAB_PROGRAMS) port_sharing.so)

$(LAB_BUILD)/obj/%.o: $(LAB_FOLDER)/%.c | $(SETUP_BUILD)
	@mkdir -p $(@D)
	$(Q)$(CROSS)gcc $(LAB_CFLAGS) -c -o $@ $<

# $(1) is the program's file name.
define LAB_LINK
$(LAB_BUILD)/$(1): $$(LAB_SOURCES_$(1):%=$(LAB_BUILD)/obj/%.o)
	$$(Q)$$(CROSS)gcc -static $$(if $$(filter %.dll,$(1)),-shared) \
	    $$(if $$(filter %.dll $$(LAB_CONSOLE_PROGRAMS),$(1)),,-municode) \
	    -o $$@ $$^ $$(LAB_LIBS_$(1))
endef
$(foreach program,$(LAB_PROGRAMS),$(eval $(call LAB_LINK,$(program))))

$(LAB_BUILD)/port_sharing.so: $(LAB_FOLDER)/port_sharing.c
	@mkdir -p $(@D)
	$(Q)$(HOST_CC) -std=gnu17 $(LAB_WARN) -O2 -shared -fPIC -o $@ $<

-include $(shell find $(LAB_BUILD)/obj -name '*.d' 2>/dev/null)
