#!/bin/bash -eu
# What OSS-Fuzz runs in the project's folder: builds libyaml, xxHash and the harnesses with its
# flags, and leaves each harness with its seeds, dictionary and options in $OUT.
# tests/check_ossfuzz.sh runs it, too.

# Meson wants flags for the linker apart from those for the compiler (google/oss-fuzz#12081).
for variable in CFLAGS CXXFLAGS; do
    kept=()
    for flag in ${!variable}; do
        case $flag in
        -fuse-ld=*) LDFLAGS="${LDFLAGS:-} $flag" ;;
        *) kept+=("$flag") ;;
        esac
    done
    export "$variable=${kept[*]}"
done
export LDFLAGS=${LDFLAGS:-}

rm -rf "$WORK/libraries" "$WORK/build"
fuzz/deps "$WORK/libraries" "$SRC/libyaml" "$SRC/xxhash"
PKG_CONFIG_LIBDIR="$WORK/libraries/lib/pkgconfig" meson setup "$WORK/build" \
    -Dauto_features=disabled -Dfuzz=enabled "-Dfuzzing_engine=$LIB_FUZZING_ENGINE" \
    -Ddefault_library=static -Dbuildtype=plain -Db_lundef=false
ninja -C "$WORK/build"

for harness in "$WORK"/build/fuzz/fuzz_*; do
    [ -f "$harness" ] || continue
    name=$(basename "$harness")
    seeds=(corpus/documents regressions)
    [ ! -d "fuzz/corpus/${name#fuzz_}" ] || seeds+=("corpus/${name#fuzz_}")
    cp "$harness" "$OUT/"
    rm -f "$OUT/${name}_seed_corpus.zip"
    # With their folders: two of them can hold seeds of one name, which a flat archive refuses.
    (cd fuzz && zip -q -D -r "$OUT/${name}_seed_corpus.zip" "${seeds[@]}")
    cp fuzz/tracedag.dict "$OUT/$name.dict"
    printf '[libfuzzer]\nmax_len = 65536\n' >"$OUT/$name.options"
done
