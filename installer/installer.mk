# The set-up program; included by the top-level Makefile.
# SPDX-License-Identifier: MIT

# There is no home page yet; who publishes gives the real one.
HOME_PAGE ?= https://tidegate.invalid/
INSTALLER := build/tidegate-$(VERSION)-setup.exe
INSTALLER_FILES := $(wildcard installer/*.nsi installer/*.nsh installer/strings/*) LICENSE \
                   resources/icons/app.ico installer/sign.sh installer/side.bmp

# The same sources give the same bytes: the set-up program's own time stamp is the commit's.
ifndef SOURCE_DATE_EPOCH
SOURCE_DATE_EPOCH := $(or $(shell git log -1 --format=%ct 2>/dev/null),0)
endif
export SOURCE_DATE_EPOCH

# $(call make_installer,VERSION,FOLDER OF THE PROGRAMS,FILE,MORE OPTIONS)
make_installer = makensis -V2 -WX -INPUTCHARSET UTF8 -DVERSION=$(1) \
    -DVERSION_NUMBERS=$(1).0 -DVERSION_MAJOR=$(word 1,$(subst ., ,$(1))) \
    -DVERSION_MINOR=$(word 2,$(subst ., ,$(1))) -DHOME_PAGE=$(HOME_PAGE) -DTOP=$(CURDIR) \
    -DPROGRAMS=$(abspath $(2)) -DOUTPUT=$(abspath $(3)) $(4) installer/tidegate.nsi

$(INSTALLER): $(PROGRAMS) $(INSTALLER_FILES) | $(SETUP_LAB)
	$(call say,NSIS,$@)
	$(Q)$(call make_installer,$(VERSION),build,$@)

installer: $(INSTALLER) ## build/tidegate-VERSION-setup.exe

# What the scenarios in tests/e2e/scenarios/installer.py install.
e2e-programs: $(INSTALLER)
include tests/e2e/versions/versions.mk

# For what is published: in older ones another user can win a race for the plug-ins' folder while a
# set-up program runs as SYSTEM. For a trial, OLD_NSIS=1.
NSIS_NEEDED := 3.11
define require_nsis
$(Q)version=$$(makensis -VERSION) && version=$${version#v} && \
    if [ -z "$(OLD_NSIS)" ] && ! printf '%s\n' $(NSIS_NEEDED) "$${version%%-*}" | sort -CV; then \
    echo "$@: NSIS $$version is too old to publish with; needed: $(NSIS_NEEDED). For a trial: OLD_NSIS=1" >&2; \
    exit 1; fi
endef

# Programs, uninstaller and set-up program, each signed by installer/sign.sh, which says how. What
# was built stays as it is, so that it can be compared with another's.
SIGNED ?= build/signed
sign: $(PROGRAMS) $(INSTALLER_FILES) | $(SETUP_LAB) ## signed programs and set-up (installer/sign.sh says how)
	$(require_nsis)
	$(Q)rm -rf $(SIGNED) && mkdir -p $(SIGNED)
	$(Q)cp $(PROGRAMS) $(SIGNED)
	$(Q)for file in $(PROGRAMS); do installer/sign.sh $(SIGNED)/$${file##*/} || exit 1; done
	$(call say,NSIS,$(SIGNED)/$(notdir $(INSTALLER)))
	$(Q)$(call make_installer,$(VERSION),$(SIGNED),$(SIGNED)/$(notdir $(INSTALLER)),-DSIGN)
	$(Q)installer/sign.sh $(SIGNED)/$(notdir $(INSTALLER))

SBOM := build/tidegate-$(VERSION).spdx.json
$(SBOM): $(INSTALLER) installer/sbom.py $(SQLITE_H)
	$(call say,SBOM,$@)
	$(Q)python3 installer/sbom.py $(VERSION) $(HOME_PAGE) $(SQLITE_H) $(PROGRAMS) $(INSTALLER) >$@
sbom: $(SBOM) ## SPDX bill of materials: build/tidegate-VERSION.spdx.json

# Not in the set-up program: who uses them copies them once, to a central store or one's own PC.
ADMX := build/tidegate-$(VERSION)-admx.zip
$(ADMX): installer/admx.py $(wildcard installer/admx/*.admx installer/admx/*/*) | $(SETUP_LAB)
	$(call say,ADMX,$@)
	$(Q)mkdir -p $(@D)
	$(Q)python3 installer/admx.py $@
admx: test-admx $(ADMX) ## templates for Group Policy: build/tidegate-VERSION-admx.zip

# For what is published: the signed set-up program where there is one (WINGET_SETUP=FILE).
WINGET_SETUP ?= $(INSTALLER)
WINGET_URL   ?= $(HOME_PAGE)releases/download/v$(VERSION)/$(notdir $(INSTALLER))
winget: $(WINGET_SETUP) ## winget manifests into build/winget
	$(require_nsis)
	$(call say,WINGET,build/winget)
	$(Q)mkdir -p build/winget
	$(Q)hash=$$(sha256sum <$< | cut -d ' ' -f 1) && for template in installer/winget/*.yaml; do \
	    sed -e 's|@VERSION@|$(VERSION)|' -e "s|@SHA256@|$$(echo $$hash | tr a-f A-F)|" \
	        -e 's|@URL@|$(WINGET_URL)|' -e 's|@HOME_PAGE@|$(HOME_PAGE)|' $$template >build/winget/$${template##*/} || exit 1; \
	done

# Builds everything once more, in another folder, and compares.
REPRODUCED := build/reproduced
reproducible: $(PROGRAMS) | $(SETUP_LAB) ## the same bytes when built twice, in two folders?
	$(Q)rm -rf $(REPRODUCED) && mkdir -p $(REPRODUCED)/in/another/folder
	$(Q)$(call make_installer,$(VERSION),build,$(REPRODUCED)/$(notdir $(INSTALLER)))
	$(Q)tar -c --exclude=./build --exclude=./.git . | tar -xm -C $(REPRODUCED)/in/another/folder
	$(Q)mkdir $(REPRODUCED)/in/another/folder/build
	$(Q)cp -a $(wildcard build/.setup-*) build/third_party $(REPRODUCED)/in/another/folder/build
	$(Q)$(MAKE) --no-print-directory -C $(REPRODUCED)/in/another/folder installer
	$(Q)for file in $(PROGRAMS); do cmp $$file $(REPRODUCED)/in/another/folder/$$file || exit 1; done
	$(Q)cmp $(REPRODUCED)/$(notdir $(INSTALLER)) $(REPRODUCED)/in/another/folder/$(INSTALLER)
	$(Q)cd $(REPRODUCED) && sha256sum $(notdir $(INSTALLER))
.PHONY: installer admx sbom sign reproducible winget
