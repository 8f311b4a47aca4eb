#!/usr/bin/env bash
# Two builds of the same sources give the same bytes, whatever their folders are called and
# whatever umask, locale and time zone they are made in.
#
#     check_reproducible.sh WORK_FOLDER [MESON_OPTION...]
#
# Copies what git knows of the sources to two places below WORK_FOLDER, builds and installs both,
# and compares every installed file.
set -u
[[ $# != 0 && $1 != -* ]] ||
    { echo "usage: check_reproducible.sh WORK_FOLDER [MESON_OPTION...]" >&2; exit 2; }
top=$(cd "$(dirname "$0")/.." && pwd)
for tool in git meson; do
    command -v "$tool" >/dev/null 2>&1 || { echo "$tool is missing"; exit 77; }
done
# The folder may belong to somebody else, as in a container of continuous integration.
here() { git -c safe.directory='*' -C "$top" "$@"; }
here rev-parse --git-dir >/dev/null 2>&1 || { echo "this is no git checkout"; exit 77; }
mkdir -p "$1" && work=$(cd "$1" && pwd) || exit 1
shift
rm -rf "$work/first" "$work/a longer name for the second"

build() { # source folder, build folder, options...
    local source=$1 build=$2
    shift 2
    mkdir -p "$source" &&
        (cd "$top" && here ls-files -z | xargs -0 cp --parents -t "$source") &&
        meson setup "$build" "$source" --prefix=/usr -Dtests=disabled -Dbench=disabled \
            -Dexamples=enabled -Ddispatcher=disabled -Dman=enabled "$@" &&
        meson compile -C "$build" -j 2 && DESTDIR=$build/root meson install -C "$build" --no-rebuild
}
log() { tail -n 30 "$work/log"; exit 1; }

first=$work/first/build
second="$work/a longer name for the second/folder to build in"
(umask 022; export LC_ALL=C TZ=UTC; build "${first%/*}" "$first" "$@") >"$work/log" 2>&1 || log
(umask 077; export LC_ALL=C.UTF-8 TZ=Pacific/Auckland; build "${second%/*}" "$second" "$@") \
    >"$work/log" 2>&1 || log

files() { (cd "$1/root" && find . ! -type d -printf '%M %P %l\n' | sort -k 2); }
failed=0
diff <(files "$first") <(files "$second") || { echo "not the same files"; failed=1; }
while read -r file; do
    cmp -s "$first/root/$file" "$second/root/$file" || { echo "$file: differs"; failed=1; }
    ! grep -qaF "$work" "$first/root/$file" || { echo "$file: names the folder"; failed=1; }
done < <(cd "$first/root" && find . -type f -printf '%P\n')
for name in 'libtracedag.so.[0-9]*.[0-9]*' libtracedag.a tracedag.pc tracedag \
    tracedag.1 tracedag.h; do
    [ -n "$(find "$first/root" -type f -name "$name")" ] ||
        { echo "$name: is not among the files"; failed=1; }
done
[ $failed = 0 ] && echo "$(files "$first" | wc -l) files, the same in both builds"
exit $failed
