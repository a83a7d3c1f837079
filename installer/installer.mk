# The set-up program; included by the top-level Makefile.
# SPDX-License-Identifier: MIT

# There is no home page yet; who publishes gives the real one.
HOME_PAGE ?= https://tidegate.invalid/
INSTALLER := build/tidegate-$(VERSION)-setup.exe
INSTALLER_FILES := $(wildcard installer/*.nsi installer/*.nsh installer/strings/*) LICENSE \
                   resources/icons/app.ico

# $(call make_installer,VERSION,FOLDER OF THE PROGRAMS,FILE). The installer's own time stamp is the
# commit's, so that the same sources give the same bytes.
make_installer = SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$(or $(shell git log -1 --format=%ct \
    2>/dev/null),0)} makensis -V2 -WX -INPUTCHARSET UTF8 -DVERSION=$(1) \
    -DVERSION_NUMBERS=$(1).0 -DVERSION_MAJOR=$(word 1,$(subst ., ,$(1))) \
    -DVERSION_MINOR=$(word 2,$(subst ., ,$(1))) -DHOME_PAGE=$(HOME_PAGE) -DTOP=$(CURDIR) \
    -DPROGRAMS=$(CURDIR)/$(2) -DOUTPUT=$(CURDIR)/$(3) $(4) installer/tidegate.nsi

$(INSTALLER): $(PROGRAMS) $(INSTALLER_FILES) | $(SETUP_LAB)
	$(call say,NSIS,$@)
	$(Q)$(call make_installer,$(VERSION),build,$@)

installer: $(INSTALLER) ## build/tidegate-VERSION-setup.exe

# What the scenarios in tests/e2e/scenarios/installer.py install.
e2e-programs: $(INSTALLER)
include tests/e2e/versions/versions.mk
