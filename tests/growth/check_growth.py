#!/usr/bin/env python3
"""Holds the costs of hostile documents against the bounds of the project.

    check_growth.py [--all] [--size BYTES] [--class NAME]... MEASURE

MEASURE is the program of measure.c. Each class of classes.py is doubled four times. What is
checked, for reading, judging and all calls of ../calls.c together:

- instructions, counted by callgrind, and heap grow with an exponent of at most 1.15;
- instructions of each call are at most 60 million and 1,500 a byte: at 3,000 million a second,
  one for each beat of a core of 3 GHz, 20 ms and 0.5 s for a million bytes;
- heap is at most 1 MiB and 64 bytes a byte, the text that a call hands out aside;
- the stack has at most 64 KiB.

Without --all the classes are those of QUICK and the documents small. The status is 1 when a
class goes over, and 77 where valgrind is missing.
"""
import argparse
import concurrent.futures
import glob
import math
import shutil
import subprocess
import sys
import tempfile

import classes

EXPONENT_MOST = 1.15
HEAP_ALWAYS, HEAP_PER_BYTE = 1 << 20, 64
INSTRUCTIONS_ALWAYS, INSTRUCTIONS_PER_BYTE = 60_000_000, 1500
STACK_MOST = 64 << 10
QUICK_SIZE, FULL_SIZE = 48_000, 960_000
DOUBLINGS = 4


def exponent(sizes, costs):
    """The slope of costs over sizes, both as logarithms."""
    xs = [math.log(size) for size in sizes]
    ys = [math.log(max(cost, 1)) for cost in costs]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return (sum((a - x) * (b - y) for a, b in zip(xs, ys)) /
            sum((a - x) ** 2 for a in xs))


def total(path):
    """The instructions of one dump."""
    with open(path) as dump:
        return next(int(line.split()[1]) for line in dump if line.startswith("summary:"))


def instructions(measure, files, folder):
    """The instructions of each file, as lists: of judging, then of each call."""
    subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out",
                    measure] + files, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    each = (len(glob.glob(f"{folder}/out.*"))) // len(files)
    return [[total(f"{folder}/out.{i * each + k + 1}") for k in range(each)]
            for i in range(len(files))]


def judge(measure, name, largest):
    """Measures a class; gives the words of a line and the faults."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for i in range(DOUBLINGS + 1):
            files.append(f"{folder}/{i}.yaml")
            with open(files[-1], "wb") as out:
                out.write(classes.document(name, largest >> (DOUBLINGS - i)))
        lines = subprocess.run([measure] + files, check=True, capture_output=True, text=True)
        rows = [list(map(int, line.split())) for line in lines.stdout.splitlines()]
        counts = instructions(measure, files, folder)
    sizes = [row[0] for row in rows]
    heaps = [max(row[1], row[2]) for row in rows]
    time_grows = exponent(sizes, [sum(each) for each in counts])
    heap_grows = exponent(sizes, heaps)
    heap = max(used / (HEAP_ALWAYS + HEAP_PER_BYTE * size) for used, size in zip(heaps, sizes))
    work = max(max(each) / (INSTRUCTIONS_ALWAYS + INSTRUCTIONS_PER_BYTE * size)
               for each, size in zip(counts, sizes))
    stack = max(row[4] for row in rows)
    last = rows[-1]
    line = (f"{name:44} {time_grows:5.2f} {heap_grows:5.2f} {100 * work:5.0f}% {100 * heap:5.0f}% "
            f"{stack:6} {last[5] / 1000:7.1f} {counts[-1][0] / sizes[-1]:6.0f} "
            f"{heaps[-1] / sizes[-1]:6.1f} {last[3] / sizes[-1]:6.1f} {last[6]:2} {last[7]:7}")
    faults = [what for what, over in (
        (f"instructions grow by {time_grows:.2f}", time_grows > EXPONENT_MOST),
        (f"heap grows by {heap_grows:.2f}", heap_grows > EXPONENT_MOST),
        (f"instructions are {100 * work:.0f} % of the bound", work > 1),
        (f"heap is {100 * heap:.0f} % of the bound", heap > 1),
        (f"{stack} bytes of stack", stack > STACK_MOST)) if over]
    return line, faults


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("measure")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--size", type=int)
    parser.add_argument("--class", action="append", dest="names")
    parser.add_argument("-j", type=int, default=2)
    options = parser.parse_args()
    if not shutil.which("valgrind"):
        print("skipped: valgrind is missing")
        return 77
    names = options.names or (list(classes.CLASSES) if options.all else classes.QUICK)
    largest = options.size or (FULL_SIZE if options.all else QUICK_SIZE)
    print(f"{'':44} {'time':>5} {'heap':>5} {'work':>6} {'heap':>6} {'stack':>6} {'ms':>7} "
          f"{'ins/B':>6} {'heap/B':>6} {'text/B':>6} st findings")
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.j) as pool:
        for name, (line, faults) in zip(names, pool.map(
                lambda name: judge(options.measure, name, largest), names)):
            print(line + "".join(f"\n    OVER: {fault}" for fault in faults), flush=True)
            failed += bool(faults)
    print(f"{len(names)} classes, {failed} over")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
