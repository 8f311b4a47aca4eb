#!/usr/bin/python3
"""The command `tracedag` while memory runs out.

    test_memory_cli.py COMMAND [STEP]

COMMAND is the program with failing.c in it. For each of COMMANDS every allocation fails, alone
and with all later ones; with a STEP of n only every n-th. The command then does what it does with
enough memory, byte for byte, or ends with 4 and says on standard error that memory ran out.
Threads allocate in no certain order: with `-j2` other allocations fail each time.
"""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
GOOD, BROKEN = str(EXAMPLES / "good.yaml"), str(EXAMPLES / "broken.yaml")
BASELINE = str(Path(__file__).resolve().parents[1] / "data" / "known.baseline")
FIXABLE = str(Path(__file__).resolve().parents[1] / "cases" / "invalid" / "td703-one-days.yaml")
CATALOG = str(EXAMPLES / "catalog.yaml")
TOGETHER = str(Path(__file__).resolve().parents[1] / "cases" / "together" /
               "td902-one-name-twice.dags")
OTHER = str(Path(__file__).resolve().parents[1] / "cases" / "valid" / "design-example.yaml")
FAULT = 4

COMMANDS = (
    ("validate", GOOD),
    ("validate", BROKEN),
    ("validate", "-j1", "--format", "json", GOOD, BROKEN),
    ("validate", "-j1", "--format", "sarif", GOOD, BROKEN),
    ("validate", "--format", "github", BROKEN),
    ("validate", "--color", "always", BROKEN),
    ("validate", "-j1", str(EXAMPLES)),
    ("validate", "-j2", str(EXAMPLES)),
    ("validate", "-j1", "--together", "--readers", TOGETHER),
    ("validate", "-j1", "--together", "--format", "sarif", TOGETHER),
    ("fix", "--diff", FIXABLE),
    ("validate", "--baseline", BASELINE, "--deny", "TD803", GOOD),
    ("canonicalize", GOOD),
    ("canonicalize", BROKEN),
    ("resolve", GOOD),
    ("hash", GOOD),
    ("hash", "--jobs", GOOD),
    ("hash", "--source", GOOD),
    ("hash", "--check", "SUMS"),
    ("diff", GOOD, OTHER),
    ("hash", "--why", GOOD, OTHER),
    ("next", "--from", "2026-11-24T12:00:00Z", "--count", "150", GOOD),
    ("next", "--job", "daily_trigger", "--from", "9999-12-31T23:59:59Z", GOOD),
    ("graph", GOOD),
    ("graph", "--diff", GOOD, GOOD),
    ("graph", "--format", "mermaid", GOOD),
    ("trust", GOOD),
    ("trust", "--format", "json", GOOD),
    ("help", "validate"),
    ("explain", "TD402", "199"),
    ("explain", "unknwon-job"),
    ("schema",),
    ("schema", "--catalog", CATALOG),
    ("validate", "--catalog", BROKEN, GOOD),
    ("hash", "--catalog", CATALOG, GOOD),
    ("completion", "bash"),
    ("validate", "--limit", "depth=9999", GOOD),
)


def run(program, arguments, **environment):
    """What a command wrote and ended with: code, standard output, standard error."""
    done = subprocess.run([program, *arguments], capture_output=True, timeout=60,
                          stdin=subprocess.DEVNULL, env=dict(os.environ, **environment))
    return done.returncode, done.stdout, done.stderr


def is_told(result):
    """Whether a command says that it had not enough memory, and how it ends."""
    return result[0] == FAULT and b"memory" in result[2]


def check(program, arguments, step, counted):
    """Fails the allocations of a command; gives how many, and the faults."""
    normal = run(program, arguments, TRACEDAG_TEST_COUNT=counted)
    with open(counted) as count:
        allocations = int(count.read())
    faults, points = [], 0
    for number in range(1, allocations + 1, step):
        for later in ("", "+"):
            result = run(program, arguments, TRACEDAG_TEST_FAIL=f"{number}{later}")
            points += 1
            if result != normal and not is_told(result):
                faults.append(f"{' '.join(arguments)}: allocation {number}{later} of "
                              f"{allocations}: {result[0]}, {result[2][-200:]}")
    return points, faults


def main():
    program = os.path.abspath(sys.argv[1])
    step = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    points, faults = 0, []
    with tempfile.TemporaryDirectory() as folder:
        sums = f"{folder}/sums"
        with open(sums, "wb") as out:
            out.write(run(program, ("hash", GOOD))[1])
        for arguments in COMMANDS:
            arguments = [sums if argument == "SUMS" else argument for argument in arguments]
            more, wrong = check(program, arguments, step, f"{folder}/count")
            points += more
            faults += wrong
    print("\n".join(faults + [f"{points} failing allocations in {len(COMMANDS)} commands, "
                              f"{len(faults)} faults"]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
