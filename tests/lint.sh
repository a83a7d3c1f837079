#!/usr/bin/env bash
# The rules of the house that a compiler does not know: what each layer may mention, headers that
# stand alone, resource IDs and languages, banned calls, file names, sizes. One line per finding,
# `path:line: text`; warnings do not fail. HOST_CC and WIN_CC may carry the compilers' flags.
# SPDX-License-Identifier: MIT
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2
export LC_ALL=C.UTF-8

host_cc=${HOST_CC:-gcc -std=c17 -I. -Ibuild/third_party/sqlite3}
win_cc=${WIN_CC:-x86_64-w64-mingw32-gcc -std=c17 -I. -DUNICODE -D_UNICODE -D_WIN32_WINNT=0x0A00}

function_warn=60 function_error=100
file_warn=500 file_error=700
columns=100

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
: >"$work/errors"

error() { cat >>"$work/errors"; }

# list FOLDER... -- PATTERN...: files below those folders that exist, by name.
list() {
    local folders=() names=()
    while [ "$1" != -- ]; do
        [ -d "$1" ] && folders+=("$1")
        shift
    done
    shift
    [ ${#folders[@]} -gt 0 ] || return 0
    while [ $# -gt 0 ]; do
        names+=(-o -name "$1")
        shift
    done
    find "${folders[@]}" -type f \( "${names[@]:1}" \) | sort
}

list app core tests resources -- '*.[ch]' >"$work/files"

# The code as `path:line:text`, without comments, and with string contents left out but in #include
# lines, so that a word in a sentence is not taken for code.
read_code() {
    [ -s "$work/files" ] || return 0
    # shellcheck disable=SC2016 # awk's own $
    tr '\n' '\0' <"$work/files" | xargs -0 awk '
    FNR == 1 { in_comment = 0 }
    {
        text = $0
        out = ""
        is_include = !in_comment && text ~ /^[ \t]*#[ \t]*include/
        while (text != "") {
            if (in_comment) {
                end = index(text, "*/")
                if (!end) { text = ""; break }
                text = substr(text, end + 2)
                in_comment = 0
                continue
            }
            if (!match(text, /\/\*|\/\/|"|\047/)) { out = out text; break }
            mark = substr(text, RSTART, RLENGTH)
            out = out substr(text, 1, RSTART - 1)
            text = substr(text, RSTART + RLENGTH)
            if (mark == "/*") { in_comment = 1; out = out " "; continue }
            if (mark == "//") break
            out = out mark
            while (text != "") {
                c = substr(text, 1, 1)
                if (c == "\\") { text = substr(text, 3); continue }
                text = substr(text, 2)
                if (is_include || c == mark) out = out c
                if (c == mark) break
            }
        }
        if (out ~ /[^ \t]/) print FILENAME ":" FNR ":" out
    }'
}
read_code >"$work/code"

# refuse PATHS WORDS MESSAGE [EXCEPT]: no code in files matching PATHS (but EXCEPT) may match WORDS.
# Both are awk patterns, and ~ stands for a word's border.
refuse() {
    awk -v paths="^($1)" -v words="$2" -v message="$3" -v except="${4:-^$}" '
    BEGIN { gsub(/~/, "[^A-Za-z0-9_]", words) }
    {
        path = $0; sub(/:.*/, "", path)
        if (path !~ paths || path ~ except) next
        line = substr($0, length(path) + 2); sub(/:.*/, "", line)
        text = " " substr($0, length(path) + length(line) + 3) " "
        if (match(text, words)) {
            found = substr(text, RSTART, RLENGTH)
            gsub(/^[^A-Za-z0-9_<"]+|[^A-Za-z0-9_>".]+$/, "", found)
            print path ":" line ": " message ": " found
        }
    }' "$work/code" | error
}

include='#[ \t]*include[ \t]*'

check_layers() {
    local standard='assert|ctype|errno|float|inttypes|limits|math|signal|stdalign|stdarg|stdatomic'
    standard="($standard|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string|time)[.]h"
    local ui='commctrl[.]h|commdlg[.]h|windowsx[.]h|uxtheme[.]h|(resources/)?resource[.]h'
    local writes='Reg(Set|SetKey)Value(Ex)?[AW]?|ControlService(Ex)?[AW]?|INetFw[A-Za-z0-9]*'
    local core='core/' win32='^core/win32/'

    # Everything that is neither a C header, SQLite's nor our own is one of a system.
    awk -v standard="^<$standard>\$" '
    /^core\// && !/^core\/win32\// && /#[ \t]*include/ {
        path = $0; match(path, /^[^:]*:[^:]*/); path = substr(path, 1, RLENGTH)
        name = $0; sub(/.*include[ \t]*/, "", name); sub(/[ \t]+$/, "", name)
        if (name ~ standard || name ~ /^["<]sqlite3[.]h[">]$/) next
        if (name ~ /^"core\// && name !~ /^"core\/win32\//) next
        print path ": the core may include C headers and core/ (not core/win32/) only: " name
    }' "$work/code" | error

    refuse "$core" '~(wchar_t|WCHAR|HWND|HKEY|HANDLE|DWORD|LPC?W?STR|_WIN32)~' \
        'Windows in the core' "$win32|^core/(attributes|banned)[.]h"
    refuse '(app|core|resources)/' "${include}[<\"]sqlite3[.]h" \
        'sqlite3.h belongs to core/store and app/ctl' '^(core/store|app/ctl)/'
    refuse 'core/win32/' "${include}[<\"]($ui|app/)" \
        'user interface in core/win32'
    refuse 'app/tray/' "~($writes)~" \
        'the tray only asks, the service changes Windows' '^app/tray/user_settings[.]c$'
    refuse 'app/(service|ctl)/' "${include}[<\"]($ui|app/dialog[.]h)" \
        'user interface outside the tray'
    refuse '(app|core|tests)/' "${include}[<\"]windowsx[.]h" \
        'windowsx.h is included by app/dialog.h alone' '^app/dialog[.]h$'
    refuse 'app/tray/' '~CreateDialog(Indirect)?ParamW~' \
        'dialog_create makes a dialog in the direction of its language' \
        '^app/tray/dialog_texts[.]c$'
    refuse 'app/tray/' "${include}\"app/(service|ctl)/" 'programs do not use one another'
    refuse 'app/service/' "${include}\"app/(tray|ctl)/" 'programs do not use one another'
    refuse 'app/ctl/' "${include}\"app/(tray|service)/" 'programs do not use one another'
    refuse 'tests/' "${include}\"app/" 'tests do not look inside the programs'
}

check_calls() {
    local banned='strcpy|strcat|v?sprintf|strtok|atoi|gets'
    banned="$banned|lstrcpy[AW]?|lstrcat[AW]?|wv?sprintf[AW]?"

    refuse '(app|core|tests)/' "~($banned)[ \t]*[(]" 'banned call' '^core/banned[.]h$'
    refuse '(app|core|tests)/' '~[A-Z][A-Za-z0-9_]*[a-z0-9]A[ \t]*[(]' \
        'ANSI call (use the W function)'
    refuse '(app|core|tests)/' '~(TCHAR|LPC?TSTR|_T|_TEXT|TEXT)~' 'neither char nor wchar_t'
}

# (The IP Helper service is called so by Microsoft.)
check_names() {
    list app core resources installer tests -- '*' |
        sed 's/ip_helper/iphlpsvc/' |
        grep -E '(^|[/_.-])(misc|utils?|common|helpers?|globals?)([/_.-]|$)' |
        sed 's/$/:1: this name says nothing about its content/' | error
}

# Which compiler a header is for: Windows' for the edges, the host's for the core and its tests.
check_headers() {
    local headers=$work/headers
    list app core resources tests -- '*.h' >"$headers"
    cat >"$work/alone" <<'EOF'
#!/bin/sh
# alone COMPILER HEADER
printf '#include "%s"\n' "$2" |
    $1 -Wall -Wextra -Werror -x c -fsyntax-only - >"$3" 2>&1 && exit 0
echo "$2:1: does not compile alone: $(grep -m 1 -E 'error' "$3")"
EOF
    local edge='^(app|core/win32|resources|tests/(win32|lab|e2e))/'
    compile_alone "$host_cc" < <(grep -vE "$edge" "$headers")
    compile_alone "$win_cc" < <(grep -E "$edge" "$headers")
}

compile_alone() {
    if ! command -v "${1%% *}" >/dev/null; then
        echo "lint: no ${1%% *}: its headers were not compiled alone" >&2
        cat >/dev/null
        return
    fi
    # shellcheck disable=SC2016 # for the inner shell
    xargs -r -P 2 -I '{}' sh -c 'sh "$1" "$2" "$3" "$(mktemp -p "$4")"' - \
        "$work/alone" "$1" '{}' "$work" | error
}

# Resource IDs: plain numbers, unique in their group; strings defined, used and in every language.
check_resources() {
    local header=resources/resource.h
    [ -f $header ] || return 0

    awk '
    /^[ \t]*#[ \t]*define[ \t]+ID[A-Z]_/ {
        name = $2; value = $3
        if ($1 == "#") { name = $3; value = $4 }
        group = substr(name, 1, 4)
        where = FILENAME ":" FNR ": "
        if (value !~ /^(-?[0-9]+|0[xX][0-9A-Fa-f]+)$/) {
            print where name " is not a plain number"
            next
        }
        if (value == "-1") next
        if ((group, value) in seen) print where name " has the number of " seen[group, value]
        seen[group, value] = name
    }' $header | error

    sed -nE 's/^[ \t]*#[ \t]*define[ \t]+(IDS_[A-Za-z0-9_]+).*/\1/p' $header |
        sort -u >"$work/defined"
    grep '^app/' "$work/code" | grep -oE '\bIDS_[A-Za-z0-9_]+' |
        sort -u >"$work/used"
    comm -13 "$work/defined" "$work/used" | sed "s|.*|$header:1: & is used but not defined|" | error
    comm -23 "$work/defined" "$work/used" | sed "s|.*|$header:1: & is defined but not used|" | error

    local file
    for file in $(list resources -- 'strings*.rc'); do
        sed -nE 's/^[ \t]*(IDS_[A-Za-z0-9_]+).*/\1/p' "$file" | sort >"$work/strings"
        uniq -d "$work/strings" | sed "s|.*|$file:1: & stands there twice|" | error
        sort -u -o "$work/strings" "$work/strings"
        comm -23 "$work/defined" "$work/strings" | sed "s|.*|$file:1: & is missing|" | error
        comm -13 "$work/defined" "$work/strings" | sed "s|.*|$file:1: & is not defined|" | error
    done
}

check_lines() {
    list app core tests resources -- '*.[ch]' '*.rc' '*.py' '*.sh' >"$work/texts"
    [ -s "$work/texts" ] || return 0
    tr '\n' '\0' <"$work/texts" | xargs -0 grep -nH "$(printf '\t')" |
        sed -E 's/^([^:]*:[0-9]+):.*/\1: a tab/' | error
    # A text of the user interface is one line, however long.
    grep -vE '^resources/strings[^/]*[.]rc$' "$work/texts" | tr '\n' '\0' |
        xargs -0 -r grep -nHE "^.{$((columns + 1)),}" |
        sed -E "s/^([^:]*:[0-9]+):.*/\1: longer than $columns columns/" | error
}

# Test tables and suites may be long; a product's function may not.
check_sizes() {
    [ -s "$work/files" ] || return 0
    tr '\n' '\0' <"$work/files" | xargs -0 wc -l | awk -v warn=$file_warn -v limit=$file_error '
    $2 != "total" && $1 > warn {
        print $2 ":1: " ($1 > limit ? "" : "warning: ") "file of " $1 " lines"
    }' | error

    if ! ctags --version 2>/dev/null | grep -q Universal; then
        echo "lint: no universal-ctags: the length of functions was not checked" >&2
        return
    fi
    grep -E '^(app|core|tests/lab)/.*[.]c$' "$work/files" |
        ctags --languages=C --kinds-C=f --fields=+ne -L - -o - 2>/dev/null |
        awk -F '\t' -v warn=$function_warn -v limit=$function_error '
        {
            first = last = 0
            for (i = 4; i <= NF; i++) {
                if ($i ~ /^line:/) first = substr($i, 6)
                if ($i ~ /^end:/) last = substr($i, 5)
            }
            count = last - first + 1
            if (count > warn)
                print $2 ":" first ": " (count > limit ? "" : "warning: ") "function " $1 \
                    " of " count " lines"
        }' | error
}

check_layers
check_calls
check_names
check_headers
check_resources
check_lines
check_sizes

sort -t : -k 1,1 -k 2,2n "$work/errors"
errors=$(grep -vc ': warning: ' "$work/errors")
warnings=$(grep -c ': warning: ' "$work/errors")
echo "lint: $(wc -l <"$work/files") C files, $errors errors, $warnings warnings"
[ "$errors" -eq 0 ]
