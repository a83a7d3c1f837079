#!/bin/sh
# Renders the SVG drawings to .ico files (needs rsvg-convert and icotool). The .ico files are
# committed, so a build needs neither; run this after changing a drawing.
# SPDX-License-Identifier: MIT
set -eu
cd "$(dirname "$0")"
sizes='16 20 24 28 32 40 48 64 256'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# render DRAWING ICON INK
render() {
    printf 'svg { color: %s }\n' "$3" >"$work/ink.css"
    set -- "$1" "$2"
    frames=
    for size in $sizes; do
        rsvg-convert --stylesheet "$work/ink.css" -w "$size" -h "$size" \
            -o "$work/$size.png" "$1.svg"
        frames="$frames $work/$size.png"
    done
    # Small frames as bitmaps, for the oldest readers; only 256 is stored as PNG.
    # shellcheck disable=SC2086 # the frames are separate words
    icotool --create --output "$2.ico" $(for f in $frames; do
        case $f in */256.png) printf '%s %s ' --raw "$f" ;; *) printf '%s ' "$f" ;; esac
    done)
}

render app app '#000'
# The drawings that have a colour of their own exist a second time, in ink alone, for high contrast.
for state in fine waiting needs-user unreachable paused needs-user-contrast unreachable-contrast; do
    render "tray-$state" "tray-$state-dark" '#fff'  # for a dark taskbar
    render "tray-$state" "tray-$state-light" '#000' # for a light taskbar
done
for state in off active warning busy waiting blocked conflict failed not-needed foreign; do
    render "state-$state" "state-$state" '#000' # in the rules window's list
done
