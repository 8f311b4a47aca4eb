#!/usr/bin/env bash
# Each optional part can be left out, and each tool that only a test needs can be missing.
#
#     check_parts.sh WORK_FOLDER
#
# Builds once with everything, leaves out each part of that in turn, and builds without any: what is
# installed must lack the files of the parts and nothing else. Then runs the tests on a machine that has only what the build needs:
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
    'dispatcher ^$'
    'bench    ^$'
    'man      ^share/man/'
    'fuzz     ^$'
)

quietly() { "$@" >"$work/log" 2>&1 || { tail -n 30 "$work/log"; return 1; }; }

configure() { # folder, options...
    rm -rf "${work:?}/$1"
    quietly meson setup "$work/$1" "$top" --prefix=/usr -Doptimization=0 -Ddebug=false "${@:2}"
}
install() { # folder, name of what is installed
    rm -rf "${work:?}/root-$2"
    quietly meson compile -C "$work/$1" -j 2 &&
        quietly env DESTDIR="$work/root-$2" meson install -C "$work/$1" --no-rebuild
}
without() { # part, which the next one has again
    quietly meson configure "$work/all" "-D$1=disabled" && install all "$1" &&
        quietly meson configure "$work/all" "-D$1=enabled"
}
installed() { (cd "$work/root-$1/usr" && find . ! -type d -printf '%P\n' | sort); }

# Parts are on or off by the options alone, not by what this machine has.
all=()
none=()
for row in "${parts[@]}"; do
    all+=("-D${row%% *}=enabled")
    none+=("-D${row%% *}=disabled")
done
configure all "${all[@]}" && install all all || exit 1
nothing='^$'
for row in "${parts[@]}"; do
    part=${row%% *}
    files=${row##* }
    nothing+="|$files"
    without "$part" || { failed=1; continue; }
    diff <(installed all | grep -vE "$files") <(installed "$part") ||
        { echo "without $part: other files are installed than should be"; failed=1; }
done
if configure none "${none[@]}" && install none none; then
    diff <(installed all | grep -vE "$nothing") <(installed none) ||
        { echo "without any part: other files are installed than should be"; failed=1; }
else
    failed=1
fi
[ $failed = 0 ] && echo "${#parts[@]} parts can be left out"

# The poor machine: programs for the build alone, a pkg-config without Check, no PyYAML. Tests that
# never need a tool stay out.
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
    on_poor meson test -C "$poor/build" --no-rebuild --print-errorlogs --no-suite changed \
        --no-suite long; then
    grep -E '^(Ok|Skipped):' "$work/log"
else
    echo "the poor machine: something fails"
    failed=1
fi
exit $failed
