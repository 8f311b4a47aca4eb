#!/usr/bin/env bash
# Builds Check, the library of the C tests, as a static library from its sources, beside what
# fuzz/deps has built, with the compiler and flags of the caller.
#
#     CC=... CFLAGS=... build_check.sh PREFIX SOURCE [CMAKE_OPTION...]
set -u
[ $# -ge 2 ] || { echo "usage: build_check.sh PREFIX SOURCE [CMAKE_OPTION...]"; exit 2; }
mkdir -p "$1" && prefix=$(cd "$1" && pwd) || exit 1
source=$2
shift 2
rm -rf "$prefix/check"
# Without subunit, which is one more library and only another form of the results.
cmake -S "$source" -B "$prefix/check" -G Ninja "-DCMAKE_INSTALL_PREFIX=$prefix" \
    -DCMAKE_INSTALL_LIBDIR=lib -DBUILD_TESTING=OFF -DCHECK_ENABLE_TESTS=OFF \
    -DHAVE_SUBUNIT=0 "$@" >"$prefix/check.log" 2>&1 &&
    ninja -C "$prefix/check" install >>"$prefix/check.log" 2>&1 ||
    { tail -n 30 "$prefix/check.log"; exit 1; }
# Tests that are linked statically name what it needs, and run without a path to it.
rm -f "$prefix"/lib/libcheck.so*
sed -i 's/^Libs: .*/& -lm/' "$prefix/lib/pkgconfig/check.pc"
