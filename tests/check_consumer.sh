#!/usr/bin/env bash
# What is installed serves a stranger: installs into a temporary folder, builds the README's
# program by pkg-config, shared and static, and runs it on a good and on a broken document.
#
#     check_consumer.sh BUILD_FOLDER
set -u
top=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "$1" && pwd) || exit 1
for tool in meson pkg-config cc; do
    command -v "$tool" >/dev/null 2>&1 || { echo "$tool is missing"; exit 77; }
done
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT

DESTDIR=$folder meson install -C "$build" --no-rebuild --quiet >"$folder/log" 2>&1 ||
    { cat "$folder/log"; exit 1; }
pc=$(find "$folder" -name tracedag.pc)
[ -n "$pc" ] || { echo "no tracedag.pc is installed"; exit 1; }
prefix=$(sed -n 's/^prefix=//p' "$pc")
PKG_CONFIG_PATH=$(dirname "$pc")
export PKG_CONFIG_PATH
config() { pkg-config --define-variable=prefix="$folder$prefix" "$@" tracedag; }

failed=0
try() { # title, program
    local said
    said=$("$2" "$top/examples/good.yaml" 2>&1)
    if [ $? != 0 ] || [[ $said != *"accepted, td1:"* ]]; then
        echo "$1: the good document: $said"
        failed=1
        return
    fi
    said=$("$2" "$top/examples/broken.yaml" 2>&1)
    if [ $? != 1 ] || [[ $said != *TD402* ]]; then
        echo "$1: the broken document: $said"
        failed=1
        return
    fi
    echo "$1: fine"
}
compile() { # title, program, flags...
    local title=$1 program=$2
    shift 2
    cc -Wall -Wextra -Werror "$top/examples/validate.c" -o "$program" "$@" ||
        { echo "$title: does not build"; failed=1; return 1; }
}

# shellcheck disable=SC2046 # the flags are words
if [ -n "$(find "$folder" -name 'libtracedag.so')" ]; then
    compile shared "$folder/shared" $(config --cflags --libs) &&
        LD_LIBRARY_PATH=$(config --variable=libdir) try shared "$folder/shared"
fi
# shellcheck disable=SC2046
if [ -n "$(find "$folder" -name 'libtracedag.a')" ]; then
    compile static "$folder/static" -static $(config --static --cflags --libs) &&
        try static "$folder/static"
fi
exit $failed
