#!/usr/bin/env bash
# Makes a folder from which musl-gcc can build this project on Debian, which has no libyaml, xxHash
# or Check for musl:
#
#     make_root.sh ROOT
#     PKG_CONFIG_LIBDIR=ROOT/lib/pkgconfig CC=musl-gcc meson setup ...
#
# It holds the headers and static libraries that Debian built against glibc. They call nothing but
# plain C and POSIX functions, the same in both, and the few names of fortify.c. The library and
# its tests are compiled against musl's own headers and run on musl.
set -u
here=$(cd "$(dirname "$0")" && pwd)
for tool in musl-gcc pkg-config ar; do
    command -v "$tool" >/dev/null 2>&1 || { echo "$tool is missing"; exit 77; }
done
rm -rf "$1"
mkdir -p "$1/include" "$1/lib/pkgconfig" && root=$(cd "$1" && pwd) || exit 1
libraries=$(pkg-config --variable=libdir yaml-0.1)

package() { # name, headers, libraries
    local name=$1 headers=$2 names=$3 header library flags=
    for header in $headers; do
        cp "/usr/include/$header" "$root/include/" || exit 1
    done
    for library in $names; do
        cp "$libraries/lib$library.a" "$root/lib/" || exit 1
        flags+=" -l$library"
    done
    cat >"$root/lib/pkgconfig/$name.pc" <<PC
Name: $name
Description: Debian's $name, for musl
Version: $(pkg-config --modversion "$name")
Cflags: -I$root/include
Libs: -L$root/lib$flags -lfortify
PC
}

musl-gcc -std=c11 -O2 -fPIC -c "$here/fortify.c" -o "$root/fortify.o" &&
    ar rcs "$root/lib/libfortify.a" "$root/fortify.o" || exit 1
package yaml-0.1 yaml.h yaml
package libxxhash xxhash.h xxhash
package check 'check.h check_stdint.h' 'check subunit'
