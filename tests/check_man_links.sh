#!/usr/bin/env bash
# The name of each function opens the page that describes it: installs the manual into a
# temporary folder and looks there, and for links that no function has.
#
#     check_man_links.sh BUILD_FOLDER PAGE...
set -u
build=$(cd "$1" && pwd) || exit 1
shift
for tool in meson mandoc; do
    command -v "$tool" >/dev/null 2>&1 || { echo "$tool is missing"; exit 77; }
done
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT

DESTDIR=$folder meson install -C "$build" --no-rebuild --quiet --tags man >"$folder/log" 2>&1 ||
    { cat "$folder/log"; exit 1; }
man3=$(find "$folder" -type d -name man3)
[ -n "$man3" ] || { echo "no manual is installed"; exit 1; }
functions=$(sed -n 's/^\.Fo \([a-z_]*\)$/\1/p' "$@")
[ -n "$functions" ] || { echo "the pages show no functions"; exit 1; }

failed=0
for function in $functions; do
    shown=$(mandoc -Thtml "$man3/$function.3" 2>&1 | sed -n '/id="NAME"/,/id="SYNOPSIS"/p')
    grep -qw "$function" <<<"$shown" || { echo "$function: opens no page of its name"; failed=1; }
done
while IFS= read -r link; do
    grep -qx "$(basename "$link" .3)" <<<"$functions" ||
        { echo "$(basename "$link"): a link for no function"; failed=1; }
done < <(find "$man3" -type l)
[ $failed = 0 ] && echo "$(wc -l <<<"$functions") functions have their page"
exit $failed
