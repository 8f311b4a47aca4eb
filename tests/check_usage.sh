#!/usr/bin/env bash
# Scripts that people run themselves refuse what they do not understand, `--help` too, with a
# usage line and status 2, before they do anything.
set -u
cd "$(dirname "$0")/.." || exit 1
failed=0

# Each with words that it must refuse, apart from --help and -x.
scripts=(
    'fuzz/run word'
    'fuzz/run parse word'
    'tests/run word'
    'tests/bench/languages 0'
    'tests/bench/languages ten'
    'tests/bench/languages 10 10'
    'tests/editor/run'
    'tests/editor/run a b'
    'tests/outside/run'
    'tests/long/run ten'
    'tests/long/run 10 10'
    'tests/schedules/run'
    'tests/schedules/run a b c d'
    'tests/check_dist.sh'
    'tests/check_dist.sh a b'
    'tests/check_parts.sh'
    'tests/check_parts.sh a b'
    'tests/check_reproducible.sh'
    'examples/quickstart word'
    'bindings/go/run-tests'
    'bindings/go/run-tests a b'
    'bindings/python/run-tests'
    'bindings/python/run-tests a b'
    'bindings/python/build-wheel'
    'bindings/python/build-wheel a b c'
)

# No tool is found: a script that starts its work fails at it.
tools=$(mktemp -d) || exit 1
trap 'rm -r "$tools"' EXIT
ln -s "$(command -v bash)" "$tools/bash" || exit 1

refuses() { # words...
    local said status
    said=$(PATH=$tools /usr/bin/env bash "$@" 2>&1 >/dev/null </dev/null)
    status=$?
    [[ $status = 2 && $said =~ ^usage:\ [^$'\n']*${1##*/}[^$'\n']*$ ]] ||
        { printf '%s: status %s\n%s\n' "$*" "$status" "$said"; failed=1; }
}

for words in "${scripts[@]}"; do
    # shellcheck disable=SC2086 # they are words
    refuses $words
    refuses "${words%% *}" --help
    refuses "${words%% *}" -x
done
[ $failed = 0 ] && echo "all print how they are used"
exit $failed
