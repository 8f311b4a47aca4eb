#!/usr/bin/python3
"""A service in Python that stays up: what long.c does, through the binding.

    long.py COUNT CASES

Finds the package by PYTHONPATH and the library by TRACEDAG_LIBRARY. Needs
GLIBC_TUNABLES=glibc.malloc.tcache_count=0, as long.c says. Prints after each tenth what the
process holds; ends with 1 if later tenths hold more than the first, which warms it up.
"""
import ctypes
import gc
import os
import random
import sys
from dataclasses import astuple, dataclass
from pathlib import Path

import tracedag

SMALL = 4096
TENTHS = 10
OTHERS = b"x:-#{}[],&*!|>'\"%@ \n\t\x01\xC3"
LIMITS = (("depth", 8), ("findings", 8), ("nodes", 8), ("heap_bytes", 16384))


# ---- what the process holds -----------------------------------------------------------------


class Mallinfo2(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in (
        "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks",
        "fordblks", "keepcost")]


@dataclass(frozen=True)
class Held:
    live: int
    """Bytes that malloc() has handed out: the library's, and Python's objects above 512 bytes."""
    blocks: int
    """Python's objects of up to 512 bytes."""
    tracked: int
    """Objects that may refer to others."""
    resident: int
    files: int

    def __str__(self):
        return (f"{self.live} bytes live, {self.blocks} blocks, {self.tracked} objects,"
                f" {self.resident >> 10} KiB resident, {self.files} files")


# Nothing of a document is kept, but for what Python keeps room for, such as its free lists. One
# object lost with every twentieth document of 20,000 is above each of these.
MOST = Held(live=4 << 10, blocks=500, tracked=50, resident=1 << 20, files=0)


def hold(mallinfo2):
    gc.collect()
    info = mallinfo2()
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return Held(info.uordblks + info.hblkhd, sys.getallocatedblocks(), len(gc.get_objects()),
                resident, len(os.listdir("/proc/self/fd")))


def is_flat(first, later):
    return all(b - a <= most for a, b, most in
               zip(astuple(first), astuple(later), astuple(MOST)))


# ---- one document ---------------------------------------------------------------------------


def vary(document, number, chance):
    """A document as there was none before."""
    if document and chance.randrange(4) == 0:
        place = chance.randrange(len(document))
        document = document[:place] + bytes([chance.choice(OTHERS)]) + document[place + 1:]
    return b"%s\n# %d\n" % (document, number)


def limits_of(chance):
    chosen = chance.randrange(16)
    if chosen >= len(LIMITS):
        return {}
    name, most = LIMITS[chosen]
    return {name: 1 + chance.randrange(most)}


def read(dag):
    """Everything that can be read of a DAG."""
    for form in ("canonical", "resolved", "origins"):
        for syntax in ("json", "yaml"):
            dag.dumps(form=form, syntax=syntax)
    first, last = dag.order[0], dag.order[-1]
    return (dag.jobs, dag.publishes, dag.external_datasets, dag.origins, dag.job_hashes,
            dag.upstream(last, transitive=True), dag.downstream(first, transitive=True))


def run(document, chance):
    """Judges a document and reads all of it; returns what came of it."""
    tracedag.source_hash(document)
    try:
        report = tracedag.check(document, **limits_of(chance))
    except MemoryError:
        return "without memory"
    list(report)
    report.render("text", color=True)
    report.render("json")
    if report.dag is None:
        if chance.randrange(8) == 0:
            load(document)
        return "rejected"
    read(report.dag)
    if chance.randrange(2):  # or else they go when nobody refers to them
        report.dag.close()
        report.close()
    return "accepted"


def load(document):
    """Loads what may be rejected, so that there is an exception with a report."""
    try:
        tracedag.load(document).close()
    except tracedag.TraceDagError as error:
        assert str(error)


# ---- all of them ----------------------------------------------------------------------------


def stock(cases, kind):
    documents = [path.read_bytes() for path in sorted((cases / kind).glob("*.yaml"))]
    return [document for document in documents if len(document) <= SMALL]


def main():
    if len(sys.argv) != 3 or not sys.argv[1].isdigit() or int(sys.argv[1]) < TENTHS:
        print("usage: long.py COUNT CASES", file=sys.stderr)
        return 2
    count, cases = int(sys.argv[1]), Path(sys.argv[2])
    try:
        mallinfo2 = ctypes.CDLL(None).mallinfo2
    except AttributeError:
        print("skipped: this C library has no mallinfo2()")
        return 77
    mallinfo2.restype = Mallinfo2
    stocks, chance = (stock(cases, "valid"), stock(cases, "invalid")), random.Random(1)
    results, first, flat = {}, None, True
    for number in range(1, count + 1):
        documents = stocks[number % 2]
        result = run(vary(documents[number // 2 % len(documents)], number, chance), chance)
        results[result] = results.get(result, 0) + 1
        if number % (count // TENTHS) == 0:
            held = hold(mallinfo2)
            print(f"{number:9} documents: {held}", flush=True)
            first = first or held
            flat = flat and is_flat(first, held)
    print(", ".join(f"{times} {result}" for result, times in sorted(results.items())),
          "memory is flat" if flat else "memory is NOT flat", sep=": ")
    return 0 if flat else 1


if __name__ == "__main__":
    sys.exit(main())
