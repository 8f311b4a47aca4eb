#!/usr/bin/env bash
# Builds the fuzz harnesses by fuzz/oss-fuzz/build.sh as OSS-Fuzz would, with the fuzzer as an
# archive, and runs each of them for a moment with the seeds and the dictionary that it was given.
#
#     check_ossfuzz.sh WORK_FOLDER
set -u
mkdir -p "$1" && work=$(cd "$1" && pwd) || exit 1
cd "$(dirname "$0")/.." || exit 1
for tool in clang clang++ meson ninja zip python3; do
    command -v $tool >/dev/null || { echo "$tool is missing"; exit 77; }
done
engine=$(find "$(clang -print-resource-dir)/lib" -name "libclang_rt.fuzzer-$(uname -m).a")
[ -n "$engine" ] || { echo "clang has no fuzzer"; exit 77; }
fuzz/sources "$work/src" || exit

export SRC=$work/src WORK=$work/work OUT=$work/out LIB_FUZZING_ENGINE=$engine
export CC=clang CXX=clang++
export CFLAGS="-O1 -fno-omit-frame-pointer -fsanitize=address,fuzzer-no-link -fuse-ld=bfd"
export CXXFLAGS=$CFLAGS
rm -rf "$WORK" "$OUT"
mkdir -p "$WORK" "$OUT"
fuzz/oss-fuzz/build.sh >"$work/log" 2>&1 || { tail -n 30 "$work/log"; exit 1; }

failed=0
count=0
for harness in fuzz/fuzz_*.c; do
    name=$(basename "$harness" .c)
    seeds=$WORK/seeds/$name
    mkdir -p "$seeds"
    python3 -m zipfile -e "$OUT/${name}_seed_corpus.zip" "$seeds" && [ -f "$OUT/$name.options" ] &&
        "$OUT/$name" -runs=1000 -dict="$OUT/$name.dict" -artifact_prefix="$work/" "$seeds" \
            >"$work/log" 2>&1 || { tail -n 30 "$work/log"; echo "$name: fails"; failed=1; }
    nm "$OUT/$name" | grep -q ' T yaml_parser_parse' ||
        { echo "$name: libyaml is not in it"; failed=1; }
    count=$((count + 1))
done
echo "$count harnesses"
exit $failed
