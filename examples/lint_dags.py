#!/usr/bin/env python3
"""A lint for continuous integration: every DAG of a repository is valid, and names are no accident.

    lint_dags.py FOLDER...

Prints findings as `FILE:LINE:COLUMN: severity[CODE]: message`, which editors and CI systems
understand, and adds rules of this organisation on top of those of the format: a timeout on
every job, and no two DAGs of one name. Notes are left out. Status 1 if anything was found, and 2
where there is nothing to look at: a folder that is misspelt must not pass.
"""
import sys
from pathlib import Path

import tracedag

LONGEST_TIMEOUT = 6 * 3600


def house_rules(dag):
    """What this organisation asks for beyond the format: (line, message)."""
    for job in dag.jobs:
        if job.timeout_seconds is None:
            yield job.line, f"job `{job.name}` has no timeout_seconds"
        elif job.timeout_seconds > LONGEST_TIMEOUT:
            yield job.line, f"job `{job.name}` may run for more than six hours"


def lint(path, owners):
    """The findings of one file, as lines."""
    report = tracedag.check_file(path)
    for finding in report:
        if finding.severity == tracedag.Severity.NOTE:
            continue
        place = finding.span.start
        yield f"{path}:{place.line}:{place.column}: {finding.severity.name.lower()}" \
            f"[{finding.code}]: {finding.message}"
    if report.dag is None:
        return
    with report.dag as dag:
        for line, message in house_rules(dag):
            yield f"{path}:{line}:1: error[house]: {message}"
        owner = owners.setdefault(dag.name, path)
        if owner != path:
            yield f"{path}:1:1: error[house]: DAG `{dag.name}` is defined in {owner} too"


def files_below(folder):
    if not Path(folder).is_dir():
        raise ValueError(f"{folder} is no folder")
    files = list(Path(folder).rglob("*.yaml"))
    if not files:
        raise ValueError(f"{folder} has no *.yaml file")
    return files


def main(folders):
    if not folders or any(folder.startswith("-") for folder in folders):
        print("usage: lint_dags.py FOLDER...", file=sys.stderr)
        return 2
    try:
        files = sorted(file for folder in folders for file in files_below(folder))
    except ValueError as error:
        print(f"lint_dags.py: {error}", file=sys.stderr)
        return 2
    owners = {}
    found = [line for file in files for line in lint(file, owners)]
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(files)} DAGs, {len(found)} findings", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
