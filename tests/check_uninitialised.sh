#!/usr/bin/env bash
# Runs the tests and the fuzz corpus with clang's memory sanitizer: nothing is read that nobody has
# written. For that libyaml, xxHash and Check are built from Debian's sources with it as well;
# memory that they fill would count as never written.
#
#     check_uninitialised.sh WORK_FOLDER
set -u
mkdir -p "$1" && work=$(cd "$1" && pwd) || exit 1
cd "$(dirname "$0")/.." || exit 1
for tool in clang meson ninja cmake python3; do
    command -v $tool >/dev/null || { echo "$tool is missing"; exit 77; }
done
fuzz/sources "$work/src" check || exit

# CXX: the C++ sample would bring a library that is not built so.
export CC=clang CXX=false PKG_CONFIG_LIBDIR=$work/libraries/lib/pkgconfig
flags="-O1 -g -fno-omit-frame-pointer -fsanitize=memory"
unjudged=-fsanitize-ignorelist=$PWD/tests/suppressed/memory.list
if [ ! -f "$work/libraries/lib/libcheck.a" ]; then
    CFLAGS=$flags fuzz/deps "$work/libraries" "$work/src/libyaml" "$work/src/xxhash" &&
        CFLAGS=$flags tests/build_check.sh "$work/libraries" "$work/src/check" || exit 1
fi
if [ ! -f "$work/build/build.ninja" ]; then
    meson setup "$work/build" -Dauto_features=disabled -Dtests=enabled -Dexamples=enabled \
        -Dfuzz=enabled -Ddefault_library=static -Doptimization=1 -Db_lundef=false \
        -Db_sanitize=memory "-Dc_args=-fno-omit-frame-pointer $unjudged" \
        >"$work/log" 2>&1 || { tail -n 30 "$work/log"; exit 1; }
fi
meson compile -C "$work/build" >"$work/log" 2>&1 || { tail -n 30 "$work/log"; exit 1; }
meson test -C "$work/build" --no-rebuild --print-errorlogs --timeout-multiplier 5 \
    --suite c --suite cli --suite examples --suite fuzz --no-suite changed
