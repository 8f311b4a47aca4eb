#!/usr/bin/env bash
# The manual pages are clean mdoc and name the version that is built.
#
#     check_man.sh VERSION PAGE...
set -u
command -v mandoc >/dev/null 2>&1 || { echo "mandoc is missing"; exit 77; }
version=$1
shift
failed=0
for page in "$@"; do
    mandoc -Tlint -W warning "$page" || failed=1
    grep -qxF ".Os \"libtracedag $version\"" "$page" ||
        { echo "$page: .Os is not \"libtracedag $version\""; failed=1; }
done
[ $failed = 0 ] && echo "$# pages are clean"
exit $failed
