#!/usr/bin/env bash
# The public headers compile alone and twice, in strict C and C++, with gcc and clang; no record
# has holes.
#
#     check_headers.sh HEADERS_FOLDER GENERATED_FOLDER
#
# HEADERS_FOLDER holds the headers, GENERATED_FOLDER the one that the build makes. They are put
# together as an installation would.
set -u
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/tracedag"
cp "$1"/*.h "$2"/tracedag-version.h "$folder/tracedag/" || exit 1

failed=0
done=0
try() { # compiler, standard, file
    command -v "$1" >/dev/null 2>&1 || return 0
    done=$((done + 1))
    "$1" -std="$2" -Wall -Wextra -Wpedantic -Wpadded -Wundef -Wshadow -Wconversion -Werror \
        -fsyntax-only -I"$folder" "$3" ||
        { echo "$1 -std=$2: $3 does not compile"; failed=1; }
}

for header in "$folder"/tracedag/*.h; do
    name=$(basename "$header")
    printf '#include <tracedag/%s>\n#include <tracedag/%s>\nint unused;\n' "$name" "$name" \
        | tee "$folder/$name.c" >"$folder/$name.cpp"
done
for standard in c99 c11; do
    for file in "$here/headers.c" "$folder"/*.c; do
        try gcc "$standard" "$file"
        try clang "$standard" "$file"
    done
done
for standard in c++11 c++20; do
    for file in "$here/headers.cpp" "$folder"/*.cpp; do
        try g++ "$standard" "$file"
        try clang++ "$standard" "$file"
    done
done

# A deprecated function warns and names its successor, unless the caller wants peace.
printf '%s\n' '#include <tracedag/tracedag.h>' 'TRACEDAG_DEPRECATED(tracedag_check) int old(void);' \
    'int call(void);' 'int call(void) { return old(); }' >"$folder/deprecated.c"
for compiler in gcc clang; do
    command -v "$compiler" >/dev/null 2>&1 || continue
    "$compiler" -fsyntax-only -I"$folder" "$folder/deprecated.c" 2>&1 |
        grep -q 'use tracedag_check instead' ||
        { echo "$compiler: no warning of a deprecated function"; failed=1; }
    "$compiler" -fsyntax-only -Werror -DTRACEDAG_NO_DEPRECATED_WARNINGS -I"$folder" \
        "$folder/deprecated.c" || { echo "$compiler: warnings cannot be switched off"; failed=1; }
done
[ "$done" -gt 0 ] || { echo "no compiler found"; exit 77; }
echo "$done compilations, $([ $failed = 0 ] && echo all fine || echo some failed)"
exit $failed
