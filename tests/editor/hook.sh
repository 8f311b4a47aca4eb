#!/usr/bin/env bash
# The hook for pre-commit, in pre-commit:
#
#     hook.sh COMMAND PRE_COMMIT WORK_FOLDER
#
# A repository with a good document passes; a broken one is named, and elsewhere than in `dags`
# nothing is looked at.
set -u
[[ $# = 3 && $1 != -* ]] || { echo "usage: hook.sh COMMAND PRE_COMMIT WORK_FOLDER" >&2; exit 2; }
top=$(cd "$(dirname "$0")/../.." && pwd)
command=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
pre_commit=$2
rm -rf "$3" && mkdir -p "$3/hooks" "$3/user/dags" && work=$(cd "$3" && pwd) || exit 1
export PRE_COMMIT_HOME=$work/cache PATH=${command%/*}:$PATH
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1

repository() { # folder
    git -C "$1" init -q && git -C "$1" add -A &&
        git -C "$1" -c user.name=a -c user.email=a@example.org commit -q -m a
}
hook() { (cd "$work/user" && git add -A && "$pre_commit" run --all-files 2>&1); }
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
YAML
repository "$work/user" || exit 1
said=$(hook) || fail "a good document: $said"
[[ $said == *Passed* ]] || fail "a good document: $said"
cp "$top/examples/broken.yaml" "$work/user/dags/" || exit 1
said=$(hook) && fail "a broken document passes: $said"
[[ $said == *"dags/broken.yaml: rejected"* && $said != *other.yaml* ]] || fail "$said"
echo "the hook lets a good document pass, and a broken one not"
