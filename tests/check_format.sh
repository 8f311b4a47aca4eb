#!/usr/bin/env bash
# Every C file is formatted as .clang-format says. Mend with: clang-format -i FILE
set -u
cd "$(dirname "$0")/.." || exit 1
command -v clang-format >/dev/null 2>&1 || { echo "clang-format is missing"; exit 77; }
mapfile -d '' files < <(find include lib examples tests fuzz \
    \( -name '*.c' -o -name '*.h' -o -name '*.cpp' \) -print0 | sort -z)
[ "${#files[@]}" -gt 0 ] || { echo "no files found"; exit 1; }
clang-format --dry-run -Werror "${files[@]}" || exit 1
echo "${#files[@]} files are formatted"
