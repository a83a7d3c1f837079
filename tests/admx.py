#!/usr/bin/env python3
"""The templates for Group Policy: well formed by Microsoft's schema, whole in every language, and
of the values that the service reads. Afterwards each fault of a list is put in, and must be found.

SPDX-License-Identifier: MIT
"""

import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "installer/admx"
ADMX = "Tidegate.admx"
LANGUAGES = ("de-DE", "en-US", "es-ES", "fr-FR", "ja-JP", "pt-BR", "zh-CN")
NAMESPACE = "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"

# Of policyDefinitionFiles.xsd what is used here: the children of an element in their order (? may
# be absent, * may be there often), its attributes (? may be absent). None: text.
SCHEMA = {
    "policyDefinitions": (["policyNamespaces", "resources", "supportedOn", "categories",
                           "policies"], ["revision", "schemaVersion"]),
    "policyNamespaces": (["target"], []),
    "target": ([], ["prefix", "namespace"]),
    "policyDefinitions/resources": ([], ["minRequiredRevision"]),
    "policyDefinitions/supportedOn": (["definitions"], []),
    "definitions": (["definition*"], []),
    "definition": ([], ["name", "displayName"]),
    "categories": (["category*"], []),
    "category": ([], ["name", "displayName", "explainText?"]),
    "policies": (["policy*"], []),
    "policy": (["parentCategory", "supportedOn", "enabledValue?", "disabledValue?", "elements?"],
               ["name", "class", "displayName", "explainText?", "presentation?", "key",
                "valueName?"]),
    "parentCategory": ([], ["ref"]),
    "supportedOn": ([], ["ref"]),
    "enabledValue": (["decimal"], []),
    "disabledValue": (["decimal"], []),
    "decimal": ([], ["value"]),
    "elements": (["enum?", "multiText?"], []),
    "multiText": ([], ["id", "valueName", "required?", "maxLength?", "maxStrings?"]),
    "enum": (["item*"], ["id", "valueName", "required?"]),
    "item": (["value"], ["displayName"]),
    "value": (["string"], []),
    "value/string": (None, []),

    "policyDefinitionResources": (["displayName", "description", "resources"],
                                  ["revision", "schemaVersion"]),
    "displayName": (None, []),
    "description": (None, []),
    "resources": (["stringTable", "presentationTable"], []),
    "stringTable": (["string*"], []),
    "string": (None, ["id"]),
    "presentationTable": (["presentation*"], []),
    "presentation": (["multiTextBox?", "dropdownList?"], ["id"]),
    "multiTextBox": (None, ["refId"]),
    "dropdownList": (None, ["refId", "noSort?", "defaultItem?"]),
}
CONTROLS = {"enum": "dropdownList", "multiText": "multiTextBox"}


def name_of(element):
    namespace, _, name = element.tag.rpartition("}")
    return name if namespace == "{" + NAMESPACE else element.tag


def check_schema(element, parent=""):
    """Yields what the schema does not have."""
    name = name_of(element)
    entry = SCHEMA.get(f"{parent}/{name}") or SCHEMA.get(name)
    if not entry:
        yield f"<{name}> is not known below <{parent}>"
        return
    children, attributes = entry
    allowed = {one.rstrip("?"): one for one in attributes}
    for attribute in element.attrib:
        if attribute not in allowed:
            yield f"<{name}> has no attribute {attribute}"
    for attribute, one in allowed.items():
        if attribute not in element.attrib and not one.endswith("?"):
            yield f"<{name}> lacks {attribute}"
    if children is None:
        if len(element) or not (element.text or "").strip():
            yield f"<{name} {element.attrib}> should hold words"
        return
    pattern = "".join(f"(?:{one.rstrip('?*')} ){one[-1] if one[-1] in '?*' else ''}"
                      for one in children)
    got = "".join(name_of(one) + " " for one in element)
    if not re.fullmatch(pattern, got):
        yield f"<{name}> holds '{got}', not '{' '.join(children)}'"
    for child in element:
        yield from check_schema(child, name)


class Product:
    """What the service reads, from its source."""

    def __init__(self, root):
        source = (root / "core/store/policy.c").read_text()
        table = re.search(r"rows\[SETTING_COUNT\] = \{(.*?)\n\};", source, re.DOTALL)[1]
        self.values = {}
        for name, kind, accepted in re.findall(
                r'\.name = "(\w+)",\s*\.kind = POLICY_(\w+),.*?\.accepted = "([^"]*)"', table,
                re.DOTALL):
            self.values[name] = (kind, accepted)
        header = (root / "core/store/policy.h").read_text()
        key = re.search(r'#define POLICY_KEY "HKLM(\S*)"', header)[1]
        self.key = key.replace("\\\\", "\\").lstrip("\\")
        self.users = re.search(r"#define SETTINGS_USER_CAPACITY (\d+)",
                               (root / "core/store/settings.h").read_text())[1]
        size = re.search(r"#define USER_SID_SIZE (\d+)",
                         (root / "core/model/rule.h").read_text())[1]
        self.user_length = str(int(size) - 1)
        count = source.count(".name = ")
        if len(self.values) != count or count == 0:
            raise ValueError(f"read {len(self.values)} of {count} rows of core/store/policy.c")


def find(element, path):
    return element.findall("/".join("{%s}%s" % (NAMESPACE, part) for part in path.split("/")))


def decimal(policy, which):
    found = find(policy, which + "/decimal")
    return found[0].get("value") if found else None


def check_number(policy, accepted):
    if [f"REG_DWORD {decimal(policy, 'disabledValue')} | {decimal(policy, 'enabledValue')}"] != \
            [accepted]:
        yield "writes other numbers than " + accepted
    if find(policy, "elements"):
        yield "has elements, though it is a switch"


def check_words(element, accepted):
    words = [one.text for one in find(element, "item/value/string")]
    if name_of(element) != "enum" or "REG_SZ " + " | ".join(words) != accepted:
        yield f"writes {words}, and {accepted} is accepted"


def check_list(element, product):
    if name_of(element) != "multiText" or element.get("maxStrings") != product.users or \
            element.get("maxLength") != product.user_length:
        yield (f"is no multiText of at most {product.users} texts of {product.user_length} "
               "characters")


def check_policy(policy, product):
    """Key, name, kind and accepted values are the service's own."""
    elements = [child for one in find(policy, "elements") for child in one]
    name = policy.get("valueName") or (elements[0].get("valueName") if elements else None)
    if policy.get("class") != "Machine" or policy.get("key") != product.key:
        yield f"is not for the machine's key {product.key}"
    if name not in product.values:
        yield f"writes the value {name}, which nobody reads"
        return
    kind, accepted = product.values[name]
    if (policy.get("valueName") is None) != (kind != "NUMBER") or \
            len(elements) != (kind != "NUMBER"):
        yield f"is not of the kind {kind}"
    elif kind == "NUMBER":
        yield from check_number(policy, accepted)
    elif kind == "TEXT":
        yield from check_words(elements[0], accepted)
    else:
        yield from check_list(elements[0], product)


def check_admx(admx, product):
    policies = find(admx, "policies/policy")
    names = [one.get("name") for one in policies]
    for one in policies:
        yield from (f"policy {one.get('name')} {fault}" for fault in check_policy(one, product))
    if sorted(names) != sorted(product.values) or len(set(names)) != len(names):
        yield f"has the policies {names}, and the service reads {sorted(product.values)}"
    categories = {one.get("name") for one in find(admx, "categories/category")}
    supported = {one.get("name") for one in find(admx, "supportedOn/definitions/definition")}
    for one in policies:
        if find(one, "parentCategory")[0].get("ref") not in categories or \
                find(one, "supportedOn")[0].get("ref") not in supported:
            yield f"policy {one.get('name')} is in no category, or for no Windows"


def references(admx, table):
    found = []
    for element in admx.iter():
        for value in element.attrib.values():
            found += re.findall(r"^\$\(%s\.(\w+)\)$" % table, value)
            if value.startswith("$") and not re.match(r"^\$\((string|presentation)\.\w+\)$", value):
                found.append(value)
    return found


def check_adml(adml, admx):
    """All that is named is there once, and nothing else; each box is of its element's kind."""
    strings = [one.get("id") for one in find(adml, "resources/stringTable/string")]
    presentations = {one.get("id"): one
                     for one in find(adml, "resources/presentationTable/presentation")}
    for table, ids in (("string", strings), ("presentation", list(presentations))):
        if sorted(ids) != sorted(set(references(admx, table))):
            yield (f"has the {table}s {sorted(ids)}, and named are "
                   f"{sorted(set(references(admx, table)))}")
    for policy in find(admx, "policies/policy"):
        elements = {one.get("id"): CONTROLS[name_of(one)]
                    for parent in find(policy, "elements") for one in parent}
        box = presentations.get((policy.get("presentation") or "").partition(".")[2].rstrip(")"))
        boxes = {one.get("refId"): name_of(one) for one in box} if box is not None else {}
        if boxes != elements:
            yield f"policy {policy.get('name')} has the boxes {boxes} for {elements}"


def read_files():
    files = {path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8")
             for path in sorted(FOLDER.rglob("*")) if path.is_file()}
    wanted = sorted([ADMX] + [f"{language}/Tidegate.adml" for language in LANGUAGES])
    return files, sorted(files) == wanted


def check(files, product):
    roots = {}
    for name, text in files.items():
        try:
            roots[name] = ElementTree.fromstring(text.encode("utf-8"))
        except ElementTree.ParseError as error:
            yield f"{name}: {error}"
            return
        wanted = "policyDefinitions" if name == ADMX else "policyDefinitionResources"
        if name_of(roots[name]) != wanted:
            yield f"{name}: begins with {roots[name].tag}"
            return
        faults = list(check_schema(roots[name]))
        yield from (f"{name}: {fault}" for fault in faults)
        if faults:
            return
    yield from (f"{ADMX}: {fault}" for fault in check_admx(roots[ADMX], product))
    for name, root in roots.items():
        if name != ADMX:
            yield from (f"{name}: {fault}" for fault in check_adml(root, roots[ADMX]))


GERMAN = "de-DE/Tidegate.adml"
# File, what is changed in it, and a part of the complaint.
SPOILERS = (
    (ADMX, "</policies>", "", "mismatched tag"),
    (ADMX, "GroupPolicy/2006/07", "GroupPolicy/2006/08", "begins with"),
    (ADMX, 'class="Machine"', 'class="User"', "not for the machine's key"),
    (ADMX, r'key="SOFTWARE\Policies\Tidegate"', r'key="SOFTWARE\Tidegate"', "machine's key"),
    (ADMX, 'valueName="AllowWidening"', 'valueName="AllowWider"', "which nobody reads"),
    (ADMX, '<decimal value="1" />', '<decimal value="2" />', "other numbers"),
    (ADMX, "<string>withdraw</string>", "<string>off</string>", "REG_SZ keep | withdraw"),
    (ADMX, 'maxStrings="16"', 'maxStrings="17"', "no multiText of at most 16"),
    (ADMX, '<parentCategory ref="Tidegate" />', '<parentCategory ref="Windows" />', "no category"),
    (ADMX, '<parentCategory ref="Tidegate" />', "", "holds"),
    (ADMX, ' revision="1.0"', "", "lacks revision"),
    (ADMX, "$(string.AllowedUsers)", "$(string.Users)", "Users"),
    (ADMX, "$(presentation.AllowedUsers)", "$(presentation.Users)", "presentations"),
    (GERMAN, '<string id="WhenWslStops_Keep">', '<string id="WhenWslStops_Kept">', "Kept"),
    (GERMAN, 'refId="WhenWslStops_Choice"', 'refId="WhenWslStops_Box"', "has the boxes"),
    (GERMAN, 'multiTextBox', 'dropdownList', "has the boxes"),
    (GERMAN, "<displayName>Tidegate</displayName>", "<displayName />", "should hold words"),
)


def check_product_changes(files, product):
    """What is changed in the service must be found as well."""
    for name, row, complaint in (("AllowOutbound", ("NUMBER", "REG_DWORD 0 | 2"), "other numbers"),
                                 ("AllowOutbound", ("TEXT", "REG_SZ off | allow"), "the kind"),
                                 ("WhenWslStops", ("TEXT", "REG_SZ keep | drop"), "is accepted"),
                                 ("AllowNothing", ("NUMBER", "REG_DWORD 0 | 1"), "AllowNothing")):
        spoilt = Product(ROOT)
        spoilt.values = dict(product.values, **{name: row})
        if not any(complaint in fault for fault in check(files, spoilt)):
            yield f"a changed {name} in core/store/policy.c is not found"


def check_itself(files, product):
    for name, old, new, complaint in SPOILERS:
        spoilt = dict(files)
        spoilt[name] = files[name].replace(old, new)
        if spoilt[name] == files[name]:
            yield f"'{old}' is not in {name}: the check of this check is out of date"
        elif not any(complaint in fault for fault in check(spoilt, product)):
            yield f"'{old}' became '{new}' in {name}, and nothing of '{complaint}' was found"
    yield from check_product_changes(files, product)


def main():
    product = Product(ROOT)
    files, is_whole = read_files()
    faults = [] if is_whole else [f"installer/admx holds {sorted(files)}"]
    faults += check(files, product)
    if not faults:
        faults += check_itself(files, product)
    for fault in faults:
        print(f"admx: {fault}")
    print(f"admx: {len(product.values)} policies in {len(files) - 1} languages, "
          f"{len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
