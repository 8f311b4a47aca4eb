#!/usr/bin/env bash
# The hooks for pre-commit, in pre-commit:
#
#     hook.sh BUILD PRE_COMMIT WORK_FOLDER
#
# BUILD has the command and, for the Python package, the library. By either hook a good document
# passes and a broken one is named; elsewhere than in `dags` nothing is looked at.
set -u
[[ $# = 3 && $1 != -* ]] || { echo "usage: hook.sh BUILD PRE_COMMIT WORK_FOLDER" >&2; exit 2; }
top=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "$1" && pwd) || exit 1
pre_commit=$2
rm -rf "$3" && mkdir -p "$3/hooks" "$3/user/dags" && work=$(cd "$3" && pwd) || exit 1
export PRE_COMMIT_HOME=$work/cache PATH=$build/examples/cli:/usr/bin:$PATH
export PYTHONPATH=$top/bindings/python/src TRACEDAG_LIBRARY=$build/lib/libtracedag.so.0
export PYTHONDONTWRITEBYTECODE=1
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1

repository() { # folder
    git -C "$1" init -q && git -C "$1" add -A &&
        git -C "$1" -c user.name=a -c user.email=a@example.org commit -q -m a
}
hook() { (cd "$work/user" && git add -A && "$pre_commit" run --all-files "$1" 2>&1); }
fail() { printf 'FAILED: %s\n' "$*"; exit 1; }

cp "$top/.pre-commit-hooks.yaml" "$work/hooks/" && repository "$work/hooks" || exit 1
cp "$top/examples/good.yaml" "$work/user/dags/" || exit 1
echo 'name: nothing' >"$work/user/other.yaml"
cat >"$work/user/.pre-commit-config.yaml" <<YAML
repos:
  - repo: $work/hooks
    rev: $(git -C "$work/hooks" rev-parse HEAD)
    hooks:
      - id: tracedag-validate
      - id: tracedag-validate-python
YAML
repository "$work/user" || exit 1
for id in tracedag-validate tracedag-validate-python; do
    rm -f "$work/user/dags/broken.yaml"
    said=$(hook $id) || fail "$id, a good document: $said"
    [[ $said == *Passed* ]] || fail "$id, a good document: $said"
    cp "$top/examples/broken.yaml" "$work/user/dags/" || exit 1
    said=$(hook $id) && fail "$id: a broken document passes: $said"
    [[ $said == *"dags/broken.yaml: rejected"* && $said != *other.yaml* ]] || fail "$id: $said"
done
echo "the hooks let a good document pass, and a broken one not"
