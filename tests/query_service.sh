#!/usr/bin/env bash
# Tests the Query Service of examples/query_service against the library and the Dispatcher of a
# Meson build folder, on SQLite and, where it is installed, on a PostgreSQL of its own; with
# Debian's Go 1.19 and every other Go in PATH. The modules that it needs come by the network once.
#
#     tests/query_service.sh BUILD_FOLDER
set -u
[[ $# = 1 && $1 != -* ]] || { echo "usage: query_service.sh BUILD_FOLDER" >&2; exit 2; }
build=$(cd "$1" && pwd) || exit 2
tests=$(cd "$(dirname "$0")" && pwd) || exit 2

declare -A compilers
mapfile -t found < <(echo /usr/lib/go-1.19/bin/go; type -aP go)
for go in "${found[@]}"; do
    [ -x "$go" ] && root=$("$go" env GOROOT) && compilers[$root]=$go
done
[ "${#compilers[@]}" -gt 0 ] || { echo "there is no Go here"; exit 77; }

export TRACEDAG_DISPATCHER=$build/examples/dispatcher/dispatcher
[ -x "$TRACEDAG_DISPATCHER" ] || { echo "$build has no dispatcher"; exit 77; }

if [ -z "${TRACEDAG_TEST_POSTGRES+set}" ]; then
    "$tests/dispatcher/postgres.sh" "$0" "$build"
    status=$?
    [ "$status" = 77 ] || exit "$status"
    echo "the tests on PostgreSQL are skipped"
fi

cd "$tests/../examples/query_service" || exit 2
export PKG_CONFIG_PATH=$build/meson-uninstalled LD_LIBRARY_PATH=$build/lib
export GOCACHE=$build/go/cache GOENV=off GOWORK=off GOTOOLCHAIN=local CGO_ENABLED=1
export GOFLAGS="-buildvcs=false -mod=readonly -tags=libsqlite3"

# Go's caches see neither headers nor libraries of others: what makes them anew is another flag.
identity=$(find "$build/include" "$build/lib" ../../include -type f \
    \( -name '*.h' -o -name 'libtracedag.*' \) -exec sha256sum {} + | sort | sha256sum)
export CGO_CFLAGS="-g -O2 -DTRACEDAG_IDENTITY=${identity%% *}"

formatted() {
    local odd
    odd=$("$root/bin/gofmt" -l .) && [ -z "$odd" ] || { echo "gofmt would change: $odd"; return 1; }
}

failed=0
for root in "${!compilers[@]}"; do
    go=${compilers[$root]}
    "$go" env GOVERSION
    "$go" mod download || { echo "the modules cannot be had"; exit 77; }
    formatted && "$go" vet . && "$go" build -o "$build/go/query_service" . &&
        "$go" test -count 1 -race . || failed=1
done
[ "$failed" = 0 ] && echo "the Query Service is fine" || echo "the Query Service is not fine"
exit "$failed"
