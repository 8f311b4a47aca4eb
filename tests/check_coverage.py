#!/usr/bin/env python3
"""Tells how much of lib/ the tests reach, by gcov.

    check_coverage.py BUILD [--lines]

BUILD is a folder for two builds of its own. The tests run twice: without those that let allocations
fail, which must reach 98 % of the lines and 95 % of the branches, and with them, which must reach
every line that coverage.list does not name. A branch is one way out of one condition, as gcov
counts them without optimisation: `a && b` has four. --lines lists the lines, and the branches
in lines that run, that the second run does not reach. The status is 1 when something is missing
or when a line of coverage.list is reached.
"""
import os
import subprocess
import sys

sys.dont_write_bytecode = True  # the source folder stays as it is
import gcov  # noqa: E402

LINES_LEAST, BRANCHES_LEAST = 98, 95
SUITES = ("c", "cli", "examples", "fuzz")
OUTPUT = {"readers of yaml 1.1", "fixes"}  # of the suite `output`, what reaches more of lib/
# Documents that harnesses make by chance reach no more than the corpus does, but for these two.
CHANGED = {"fuzz limits, changed", "fuzz sequence, changed"}
FAILING = {"fuzz oom", "fuzz oom, changed"}
LEFT_OUT = {"memory", "command without memory"}  # of the latter, gcov's own allocations fail
LIST = f"{gcov.ROOT}/tests/coverage.list"


def all_tests(folder):
    found = []
    for suite in SUITES:
        said = subprocess.run(["meson", "test", "--list", "--no-rebuild", "--suite", suite],
                              check=True, cwd=folder, capture_output=True, text=True).stdout
        found += [line.split(" / ")[1] for line in said.splitlines() if " / " in line]
    return {name for name in found if not name.endswith(", changed")} | CHANGED | OUTPUT


def run(folder, tests):
    """Runs tests one after the other: counters that two programs write at once get lost."""
    done = subprocess.run(["meson", "test", "--no-rebuild", "--num-processes", "1"] +
                          sorted(tests), cwd=folder, env=dict(os.environ, CK_FORK="no"),
                          capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout + "a test fails: nothing is counted")


def let_all_fail(folder):
    """The test `memory` lets each eighth allocation fail; here each one does."""
    done = subprocess.run([f"{folder}/tests/test_memory", f"{gcov.ROOT}/tests/cases",
                           f"{gcov.ROOT}/tests/memory.list"], env=dict(os.environ, CK_FORK="no"),
                          capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout + "a test fails: nothing is counted")


def percent(reached, all_of_them):
    return 100 * reached / all_of_them if all_of_them else 100


def show(title, found):
    """Prints a table; gives the shares of lines and of branches."""
    print(f"\n{title:<32}{'lines':>7}{'not':>6}{'%':>8}{'branches':>11}{'not':>6}{'%':>8}")
    total = [0] * 4
    for name, lines in sorted(found.items()):
        counts = [count for _, count, _ in lines.values()]
        branches = [count for _, _, each in lines.values() for count in each]
        row = [len(counts), counts.count(0), len(branches), branches.count(0)]
        total = [one + two for one, two in zip(total, row)]
        show_row(f"lib/{name}", row)
    show_row("all", total)
    return [percent(total[at] - total[at + 1], total[at]) for at in (0, 2)]


def show_row(name, row):
    print(f"{name:<32}" + "".join(
        f"{row[at]:>{width}}{row[at + 1]:>6}{percent(row[at] - row[at + 1], row[at]):>8.2f}"
        for at, width in ((0, 7), (2, 11))))


def exceptions():
    """The lines that need not run: {(source, function, text): reason}."""
    found = {}
    with open(LIST, encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                source, function, text, reason = (part.strip() for part in line.split(" | "))
                found[source, function, text] = reason
    return found


def missing(found, excepted):
    """What is at odds with the list of exceptions."""
    faults, used = [], set()
    for name, lines in sorted(found.items()):
        with open(f"{gcov.ROOT}/lib/{name}", encoding="utf-8") as file:
            texts = file.read().splitlines()
        for number, (function, count, _) in sorted(lines.items()):
            key = (name, function, texts[number - 1].strip())
            if count == 0 and key in excepted:
                used.add(key)
            elif count == 0:
                faults.append(f"lib/{name}:{number}: not reached: {key[2]}")
    for key in sorted(set(excepted) - used):
        faults.append(f"coverage.list: {' | '.join(key)}: it is reached, or not there")
    return faults


def branches(found):
    for name, lines in sorted(found.items()):
        for number, (_, count, each) in sorted(lines.items()):
            if count and 0 in each:
                print(f"lib/{name}:{number}: {each.count(0)} of {len(each)} branches not taken")


def main():
    folder = os.path.abspath(sys.argv[1])
    exact, fast = f"{folder}/exact", f"{folder}/fast"
    gcov.build(exact, ["all"], gcov.FOR_THREADS)
    gcov.forget(exact)
    run(exact, all_tests(exact) - LEFT_OUT - FAILING)
    found = gcov.lines_of(exact)
    shares = show("without failing allocations", found)
    faults = [f"{share:.2f} % of the {what}, less than {least} %"
              for share, what, least in zip(shares, ("lines", "branches"),
                                            (LINES_LEAST, BRANCHES_LEAST)) if share < least]
    gcov.build(fast, ["all"])
    gcov.forget(fast)
    run(fast, FAILING)
    let_all_fail(fast)
    gcov.add_lines(fast, found)
    show("with failing allocations", found)
    excepted = exceptions()
    faults += missing(found, excepted)
    if "--lines" in sys.argv:
        branches(found)
    print("\n" + "\n".join(faults + [f"{len(excepted)} lines are exceptions, {len(faults)} faults"]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
