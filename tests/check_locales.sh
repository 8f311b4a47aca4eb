#!/usr/bin/env bash
# A program gives the same verdict in locales that write numbers and fold letters differently.
#
#     check_locales.sh PROGRAM [ARGUMENT...]
#
# Makes the locales in a temporary folder, so nothing has to be installed but their sources.
set -u
command -v localedef >/dev/null 2>&1 || { echo "localedef is missing"; exit 77; }
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
for name in de_DE tr_TR; do
    localedef -i "$name" -f UTF-8 "$folder/$name.UTF-8" 2>/dev/null
    [ -d "$folder/$name.UTF-8" ] || { echo "the source of locale $name is missing"; exit 77; }
done
export LOCPATH=$folder
point=$(LC_ALL=de_DE.UTF-8 locale decimal_point)
[ "$point" = , ] || { echo "locale de_DE.UTF-8 is not in force"; exit 1; }

failed=0
for name in C de_DE.UTF-8 tr_TR.UTF-8; do
    if LC_ALL=$name "$@" >"$folder/log" 2>&1; then
        echo "$name: fine"
    else
        echo "$name: status $?"
        tail -n 40 "$folder/log"
        failed=1
    fi
done
exit $failed
