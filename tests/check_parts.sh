#!/usr/bin/env bash
# Each optional part can be left out, and each tool that only a test needs can be missing.
#
#     check_parts.sh WORK_FOLDER
#
# Builds once with everything and once without each part: what is installed must lack the files of
# that part and nothing else. Then runs the tests on a machine that has only what the build needs:
# they are skipped where a tool is missing, and none fails.
set -u
[[ $# = 1 && $1 != -* ]] || { echo "usage: check_parts.sh WORK_FOLDER" >&2; exit 2; }
top=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1" && work=$(cd "$1" && pwd) || exit 1
failed=0

# Part, and the files that are installed for it.
parts=(
    'tests    ^$'
    'examples ^(bin/|share/(bash-completion|zsh|fish|tracedag)/)'
    'bench    ^$'
    'man      ^share/man/'
    'fuzz     ^$'
)

quietly() { "$@" >"$work/log" 2>&1 || { tail -n 30 "$work/log"; return 1; }; }

build() { # name, options...
    local name=$1
    shift
    rm -rf "${work:?}/$name"
    quietly meson setup "$work/$name" "$top" --prefix=/usr -Doptimization=0 -Ddebug=false "$@" &&
        quietly meson compile -C "$work/$name" -j 2 &&
        quietly env DESTDIR="$work/$name/root" meson install -C "$work/$name" --no-rebuild
}
installed() { (cd "$work/$1/root/usr" && find . ! -type d -printf '%P\n' | sort); }

# Parts are on or off by the options alone, not by what this machine has.
all=()
none=()
for row in "${parts[@]}"; do
    all+=("-D${row%% *}=enabled")
    none+=("-D${row%% *}=disabled")
done
build all "${all[@]}" || exit 1
nothing='^$'
for row in "${parts[@]}"; do
    part=${row%% *}
    files=${row##* }
    nothing+="|$files"
    build "$part" "${all[@]/%$part=enabled/$part=disabled}" || { failed=1; continue; }
    diff <(installed all | grep -vE "$files") <(installed "$part") ||
        { echo "without $part: other files are installed than should be"; failed=1; }
done
if build none "${none[@]}"; then
    diff <(installed all | grep -vE "$nothing") <(installed none) ||
        { echo "without any part: other files are installed than should be"; failed=1; }
else
    failed=1
fi
[ $failed = 0 ] && echo "${#parts[@]} parts can be left out"

# The poor machine: programs for the build alone, a pkg-config without Check, no PyYAML.
poor=$work/poor
rm -rf "$poor"
mkdir -p "$poor/bin" "$poor/pkgconfig" "$poor/python"
echo 'raise ImportError' >"$poor/python/yaml.py"
for tool in sh bash env meson ninja python3 cc as ld ar pkg-config \
    cat cp cut dirname basename find grep ln ls mkdir mktemp rm sed sort tail tr uname; do
    ln -s "$(command -v $tool)" "$poor/bin/" || exit 1
done
libraries=$(pkg-config --variable=pcfiledir yaml-0.1)
cp "$libraries"/{yaml-0.1,libxxhash}.pc "$poor/pkgconfig/"
on_poor() {
    quietly env PATH="$poor/bin" CC=cc PKG_CONFIG_LIBDIR="$poor/pkgconfig" \
        PYTHONPATH="$poor/python" "$@"
}
if on_poor meson setup "$poor/build" "$top" -Doptimization=0 && on_poor meson compile -C "$poor/build" -j 2 &&
    on_poor meson test -C "$poor/build" --no-rebuild --print-errorlogs; then
    grep -E '^(Ok|Skipped):' "$work/log"
else
    echo "the poor machine: something fails"
    failed=1
fi
exit $failed
