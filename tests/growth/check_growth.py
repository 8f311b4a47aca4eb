#!/usr/bin/env python3
"""Holds the costs of hostile documents against the bounds of the project.

    check_growth.py [--all] [--size BYTES] [--class NAME]... [-j N] MEASURE

MEASURE is the program of measure.c. Each class of classes.py is doubled four times, and read,
judged and given to each call of ../calls.h. What is checked:

- instructions, counted by callgrind, grow with an exponent of at most 1.15: those of all calls
  together, and those of each call that has a tenth of them; so does heap;
- instructions of each call are within the bound of CPU time, see PER_SECOND; a call that judges
  documents of its own has the bound so many times, see TIMES;
- heap is at most 1 MiB and 64 bytes a byte, the text that a call hands out aside, and as much
  again for a call that judges documents of its own, or is made of two;
- the stack has at most 64 KiB.

Heap is also measured for all classes in small documents, size by size: it comes nearest to its
bound where the findings that are kept outweigh the document.

Without --all the classes are those of QUICK and the documents small, and there are fewer sizes, each
four times the one before. The status is 1 when a class goes over, and 77 where valgrind is missing.

Columns: exponents of instructions and of heap; the largest share of the bounds of both; bytes of
stack; of the largest document: milliseconds and instructions a byte of the dearest call, heap and
the longest text for each byte, status, findings.
"""
import argparse
import concurrent.futures
import glob
import math
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # the source folder stays as it is
import classes  # noqa: E402

EXPONENT_MOST = 1.15
HEAP_ALWAYS, HEAP_PER_BYTE = 1 << 20, 64
SECONDS_ALWAYS, SECONDS_PER_BYTE = 20e-3, 0.5e-6
# Instructions are judged in the place of time, which depends on what else a machine does. On a
# core of 4.5 GHz a release ran the dearest classes at 18,700 to 23,300 million instructions a
# second, and the worst of them took 0.11 seconds for a million bytes; the bound shall hold on a
# core with a quarter of that speed, too.
PER_SECOND = 5e9
# Fixes are proved by as many judgements (lib/mend.c).
TIMES = {"fix": 32, "fix_unsafe": 32}
STACK_MOST = 64 << 10
QUICK_SIZE, FULL_SIZE = 48_000, 960_000
SMALL_SIZES = range(2_000, 14_001, 500)
QUICK_SMALL_SIZES = range(2_000, 14_001, 2_000)
DOUBLINGS = 4


def exponent(sizes, costs):
    """The slope of costs over sizes, both as logarithms."""
    xs = [math.log(size) for size in sizes]
    ys = [math.log(max(cost, 1)) for cost in costs]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return (sum((a - x) * (b - y) for a, b in zip(xs, ys)) /
            sum((a - x) ** 2 for a in xs))


def total(path):
    """The instructions of one dump, and how many times the bound its call has."""
    times = 1
    with open(path) as dump:
        for line in dump:
            if line.startswith("desc: Trigger:"):
                times = TIMES.get(line.split()[-1], 1)
            elif line.startswith("summary:"):
                return int(line.split()[1]), times
    raise ValueError(path)


def instructions(measure, files, folder):
    """The instructions of each file, as lists: of judging, then of each call; see total()."""
    subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out",
                    measure] + files, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    each = len(glob.glob(f"{folder}/out.*")) // len(files)
    return [[total(f"{folder}/out.{i * each + k + 1}") for k in range(each)]
            for i in range(len(files))]


def growth(sizes, counts):
    """The largest exponent of instructions: of all calls, or of one that matters."""
    counts = [[count for count, _ in each] for each in counts]
    totals = [sum(each) for each in counts]
    calls = [costs for costs in zip(*counts) if costs[-1] * 10 > totals[-1]]
    return max(exponent(sizes, costs) for costs in [totals] + calls)


def write(name, sizes, folder):
    """Documents of a class, as files, and beside them their catalogs."""
    files = [f"{folder}/{size}.yaml" for size in sizes]
    for size, path in zip(sizes, files):
        for made, end in zip(classes.documents(name, size), ("", ".catalog")):
            with open(path + end, "wb") as out:
                out.write(made)
    return files


def measured(measure, files):
    """What measure prints of each file."""
    lines = subprocess.run([measure] + files, check=True, capture_output=True, text=True)
    return [list(map(int, line.split())) for line in lines.stdout.splitlines()]


def heap_share(heap, size):
    return heap / (HEAP_ALWAYS + HEAP_PER_BYTE * size)


def judge_small(measure, name, sizes):
    """The largest share of the bound that heap has in small documents, and of how many bytes."""
    with tempfile.TemporaryDirectory() as folder:
        rows = measured(measure, write(name, sizes, folder))
    return max((heap_share(heap, size), size) for size, heap, *_ in rows)


def judge(measure, name, largest, step):
    """Measures a class; gives the words of a line and the faults."""
    doubled = [largest >> i for i in range(DOUBLINGS, -1, -step)]
    with tempfile.TemporaryDirectory() as folder:
        files = write(name, doubled, folder)
        rows, counts = measured(measure, files), instructions(measure, files, folder)
    sizes, heaps, texts, stacks, times, statuses, findings = zip(*rows)
    dearest = [max(count / times for count, times in each) for each in counts]
    time_grows, heap_grows = growth(sizes, counts), exponent(sizes, heaps)
    work = max(count / PER_SECOND / (SECONDS_ALWAYS + SECONDS_PER_BYTE * size)
               for count, size in zip(dearest, sizes))
    heap = max(map(heap_share, heaps, sizes))
    stack = max(stacks)
    line = (f"{name:44} {time_grows:5.2f} {heap_grows:5.2f} {100 * work:5.0f}% {100 * heap:5.0f}% "
            f"{stack:6} {times[-1] / 1000:7.1f} {dearest[-1] / sizes[-1]:6.0f} "
            f"{heaps[-1] / sizes[-1]:6.1f} {texts[-1] / sizes[-1]:6.1f} {statuses[-1]:2} "
            f"{findings[-1]:7}")
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
    parser.add_argument("-j", type=int, default=1)
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
                lambda name: judge(options.measure, name, largest, 1 if options.all else 2),
                names)):
            print(line + "".join(f"\n    OVER: {fault}" for fault in faults), flush=True)
            failed += bool(faults)
        small = options.names or list(classes.CLASSES)
        steps = SMALL_SIZES if options.all else QUICK_SMALL_SIZES
        shares = list(pool.map(lambda name: judge_small(options.measure, name, steps), small))
    for name, (share, size) in zip(small, shares):
        if share > 1:
            print(f"    OVER: {name} of {size} bytes: heap is {100 * share:.0f} % of the bound")
            failed += 1
    print(f"small documents: heap is at most {100 * max(shares)[0]:.0f} % of the bound")
    print(f"{len(names)} classes, {failed} over")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
