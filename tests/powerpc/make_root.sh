#!/usr/bin/env bash
# Makes a folder from which this project is built for a foreign machine, of 32 bits and with the
# highest byte first, and run by an emulator:
#
#     make_root.sh ROOT
#     PKG_CONFIG_LIBDIR=ROOT/lib/pkgconfig meson setup --cross-file cross.ini ...
#
# It holds libyaml, xxHash and Check as static libraries, built from Debian's sources.
set -u
here=$(cd "$(dirname "$0")" && pwd)
for tool in powerpc-linux-gnu-gcc qemu-ppc cmake ninja; do
    command -v "$tool" >/dev/null 2>&1 || { echo "$tool is missing"; exit 77; }
done
mkdir -p "$1" && root=$(cd "$1" && pwd) && cd "$here/../.." || exit 1
export CC=powerpc-linux-gnu-gcc AR=powerpc-linux-gnu-ar CFLAGS=-O2
fuzz/sources "$root/src" check || exit
fuzz/deps "$root" "$root/src/libyaml" "$root/src/xxhash" || exit 1
tests/build_check.sh "$root" "$root/src/check" -DCMAKE_SYSTEM_NAME=Linux || exit 1
