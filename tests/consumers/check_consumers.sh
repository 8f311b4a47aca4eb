#!/usr/bin/env bash
# What is installed serves strangers. Installs into a temporary folder, looks at the pkg-config
# file, then builds the README's program as others would and runs it on a good and on a broken
# document: with cc and pkg-config, shared and static; in C++; with CMake; and as a Meson project
# that has the library as a subproject.
#
#     check_consumers.sh BUILD_FOLDER
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
build=$(cd "$1" && pwd) || exit 1
for tool in meson pkg-config cc readelf; do
    command -v "$tool" >/dev/null 2>&1 || { echo "$tool is missing"; exit 77; }
done
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
root=$folder/root

DESTDIR=$root meson install -C "$build" --no-rebuild --quiet >"$folder/log" 2>&1 ||
    { cat "$folder/log"; exit 1; }
pc=$(find "$root" -name tracedag.pc)
[ -n "$pc" ] || { echo "no tracedag.pc is installed"; exit 1; }
shared=$(find "$root" -name libtracedag.so)
static=$(find "$root" -name libtracedag.a)

failed=0
wrong() { echo "$1"; failed=1; }

# A static library alone needs those that it is made with of everybody, or nothing links.
check_pc() {
    local wanted='yaml-0\.1 >= *0\.2\.5, libxxhash >= *0\.8\.0' key=Requires
    [ -z "$shared" ] || key=Requires.private
    grep -qE "^$key: $wanted\$" "$pc" || wrong "tracedag.pc: $key is another one"
    # shellcheck disable=SC2016 # pkg-config expands them
    grep -qxF 'Libs: -L${libdir} -ltracedag' "$pc" || wrong "tracedag.pc: Libs is another one"
    # shellcheck disable=SC2016
    grep -qxF 'Cflags: -I${includedir}' "$pc" || wrong "tracedag.pc: Cflags is another one"
    ! grep -F -e "$build" -e "$top" "$pc" || wrong "tracedag.pc: names the folder of the build"
}
check_pc

# From here on the installation counts as one at the place where it lies.
sed -i "s|^prefix=|&$root|" "$pc"
PKG_CONFIG_PATH=$(dirname "$pc")
export PKG_CONFIG_PATH
LD_LIBRARY_PATH=$(pkg-config --variable=libdir tracedag)
export LD_LIBRARY_PATH

try() { # title, program
    local said
    said=$("$2" "$top/examples/good.yaml" 2>&1)
    if [ $? != 0 ] || [[ $said != *"accepted, td1:"* ]]; then
        wrong "$1: the good document: $said"
        return
    fi
    said=$("$2" "$top/examples/broken.yaml" 2>&1)
    if [ $? != 1 ] || [[ $said != *TD402* ]]; then
        wrong "$1: the broken document: $said"
        return
    fi
    echo "$1: fine"
}
quietly() { # title, command...
    local title=$1
    shift
    "$@" >"$folder/log" 2>&1 || { cat "$folder/log"; wrong "$title: ${*:1:3} fails"; return 1; }
}
has() { # title, tool
    command -v "$2" >/dev/null 2>&1 || { echo "$1: skipped, $2 is missing"; return 1; }
}
project() { # name; a copy, so that nothing is written beside this script
    cp -R "$here/$1" "$folder/$1" && cp "$top/examples/validate.c" "$folder/$1/"
}

# shellcheck disable=SC2046 # the flags are words
pkg_config_shared() {
    [ -n "$shared" ] || return
    quietly shared cc -Wall -Wextra -Werror "$top/examples/validate.c" -o "$folder/shared" \
        $(pkg-config --cflags --libs tracedag) || return
    readelf -d "$folder/shared" | grep -q 'NEEDED.*libtracedag\.so\.' ||
        wrong "shared: does not load the library by its soname"
    ! readelf -d "$folder/shared" | grep 'NEEDED.*\(yaml\|xxhash\)' ||
        wrong "shared: links what the library alone needs"
    try shared "$folder/shared"
}

# shellcheck disable=SC2046
pkg_config_static() {
    [ -n "$static" ] || return
    quietly static cc -Wall -Wextra -Werror "$top/examples/validate.c" -o "$folder/static" \
        -static $(pkg-config --static --cflags --libs tracedag) && try static "$folder/static"
}

# shellcheck disable=SC2046
cplusplus() {
    has C++ c++ || return
    quietly C++ c++ -std=c++17 -Wall -Wextra -Wpedantic -Werror "$here/cpp/validate.cpp" \
        -o "$folder/cplusplus" $(pkg-config --cflags --libs tracedag) && try C++ "$folder/cplusplus"
}

cmake_project() {
    has CMake cmake && project cmake || return
    quietly CMake cmake -S "$folder/cmake" -B "$folder/cmake/build" -G Ninja &&
        quietly CMake cmake --build "$folder/cmake/build" -j 2 &&
        try CMake "$folder/cmake/build/validate"
}

meson_project() {
    project meson && ln -s "$top" "$folder/meson/subprojects/tracedag" || return
    quietly subproject meson setup "$folder/meson/build" "$folder/meson" \
        --wrap-mode=forcefallback &&
        quietly subproject ninja -j 2 -C "$folder/meson/build" || return
    [ -z "$(find "$folder/meson/build" -name 'test_*' -o -name tracedag -type f)" ] ||
        wrong "subproject: builds tests or the command"
    try subproject "$folder/meson/build/validate"
}

pkg_config_shared
pkg_config_static
cplusplus
cmake_project
meson_project
exit $failed
