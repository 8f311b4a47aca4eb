#!/usr/bin/env bash
# The release archive is whole: it has every file that git has, builds and passes its tests without
# a network, and nothing is written among the sources. What tests look at beside the files alone
# was done by the first build of tests/run.
#
#     check_dist.sh WORK_FOLDER
#
# Takes what is committed, and says so when there is more.
set -u
[[ $# = 1 && $1 != -* ]] || { echo "usage: check_dist.sh WORK_FOLDER" >&2; exit 2; }
top=$(cd "$(dirname "$0")/.." && pwd)
for tool in git meson tar; do
    command -v "$tool" >/dev/null 2>&1 || { echo "$tool is missing"; exit 77; }
done
# The folder may belong to somebody else, as in a container of continuous integration.
here() { git -c safe.directory='*' -C "$top" "$@"; }
here rev-parse --verify -q HEAD >/dev/null 2>&1 || { echo "this is no git checkout"; exit 77; }
[ -z "$(here status --porcelain)" ] || echo "uncommitted changes are not in the archive"
mkdir -p "$1" && work=$(cd "$1" && pwd) || exit 1
rm -rf "${work:?}"/*
failed=0
quietly() { "$@" >"$work/log" 2>&1 || { tail -n 40 "$work/log"; return 1; }; }

# A clean checkout of its own, for meson dist ends where files are changed.
mkdir "$work/clone" && here archive HEAD | tar -x -C "$work/clone" || exit 1
clone() { git -C "$work/clone" "$@"; }
clone init -q && clone add -Af && clone -c user.name=dist -c user.email=dist@localhost \
    commit -q -m "What is released" || exit 1
quietly meson setup "$work/clone-build" "$work/clone" &&
    quietly meson dist -C "$work/clone-build" --no-tests --formats gztar || exit 1
archive=$(find "$work/clone-build/meson-dist" -name '*.tar.gz')
tar -x -f "$archive" -C "$work" || exit 1
source=$work/$(basename "$archive" .tar.gz)

files() { (cd "$1" && find . -path ./.git -prune -o ! -type d -printf '%P\n' | sort); }
diff <(here ls-tree -r --name-only HEAD | sort) <(files "$source") ||
    { echo "the archive has other files than git"; failed=1; }

state() { (cd "$source" && find . -printf '%p %M %T@\n' | sort && find . -type f -exec cksum {} +); }
state >"$work/before"
offline=()
unshare -n true 2>/dev/null && offline=(unshare -n)
# shellcheck disable=SC2016 # the inner shell expands them
quietly env -u PYTHONDONTWRITEBYTECODE "${offline[@]}" bash -c 'meson setup -Ddispatcher=disabled -Doptimization=0 "$1" "$2" &&
    meson compile -C "$1" -j 2 &&
    meson test -C "$1" --no-rebuild --print-errorlogs --no-suite locales --no-suite reference \
        --no-suite growth --no-suite fuzz --no-suite output --no-suite faults --no-suite abi --no-suite long' \
    - "$work/build" "$source" || { echo "the archive does not build or fails its tests"; failed=1; }
diff "$work/before" <(state) || { echo "the build or the tests wrote among the sources"; failed=1; }
[ $failed = 0 ] && echo "$(basename "$archive"): $(files "$source" | wc -l) files," \
    "$(sed -n 's/^Ok: *//p' "$work/log") tests pass${offline:+ offline}"
exit $failed
