"""A build that counts what runs, and what it counted; for check_coverage.py and check_sites.py."""
import collections
import glob
import json
import os
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# Without assertions, as a release is: one that holds is a branch that is never taken.
OPTIONS = ["-Db_coverage=true", "-Doptimization=0", "-Db_ndebug=true", "-Dtests=enabled",
           "-Dexamples=enabled", "-Dfuzz=enabled", "-Dman=disabled", "-Dbench=disabled",
           "-Ddefault_library=static"]
# What gcov derives from counts that threads lost is wrong. Atomic steps take twice the time.
FOR_THREADS = ["-Dc_args=-fprofile-update=atomic"]


def build(folder, targets, more=()):
    if not os.path.exists(f"{folder}/build.ninja"):
        subprocess.run(["meson", "setup", folder, ROOT, *OPTIONS, *more], check=True,
                       stdout=subprocess.DEVNULL, env=dict(os.environ, CC="gcc"))
    subprocess.run(["ninja", "-C", folder] + targets, check=True, stdout=subprocess.DEVNULL)


def forget(folder):
    for counters in glob.glob(f"{folder}/**/*.gcda", recursive=True):
        os.remove(counters)


def lines_of(folder):
    """What ran of lib/: {source: {line: (function, count, [count of each branch])}}.

    A function of a header is compiled many times, and its counts are summed."""
    found = collections.defaultdict(dict)
    add_lines(folder, found)
    return found


def add_lines(folder, found):
    """Adds what ran in another build."""
    counters = sorted(glob.glob(f"{folder}/lib/libtracedag-core.a.p/*.gcda"))
    out = subprocess.run(["gcov", "--json-format", "--stdout", "--branch-probabilities"] + counters,
                         check=True, capture_output=True, text=True, cwd=folder).stdout
    for report in out.splitlines():
        for source in json.loads(report)["files"]:
            folder_of, name = os.path.split(source["file"])
            if os.path.basename(folder_of) != "lib":
                continue
            for line in source["lines"]:
                add(found[name], line)


def add(lines, line):
    number = line["line_number"]
    branches = [branch["count"] for branch in line["branches"]]
    _, count, known = lines.get(number, ("", 0, [0] * len(branches)))
    if len(known) == len(branches):
        branches = [one + two for one, two in zip(known, branches)]
    else:
        branches = known + branches
    lines[number] = (line.get("function_name", ""), count + line["count"], branches)
