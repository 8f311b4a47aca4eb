#!/usr/bin/python3
"""Everything is under the fuzzer: each function of lib/SYMBOLS is called in fuzz/ or has a line in
tests/calls.h, which the harnesses go through; each field and word of lib/fields.c and
lib/catalog_fields.c stands in fuzz/tracedag.dict; the corpus is there and small."""
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
FUZZ = TOP / "fuzz"
SEEDS_LEAST = 2000
CORPUS_BYTES_MOST = 4 << 20
SEED_BYTES_MOST = 4096


def functions():
    for line in (TOP / "lib/SYMBOLS").read_text().splitlines():
        if line and not line.startswith("#"):
            yield line.split()[0]


def uncalled():
    paths = [*sorted(FUZZ.glob("*.[ch]")), TOP / "tests/calls.h"]
    sources = "".join(path.read_text() for path in paths)
    for name in functions():
        if not re.search(r"\b%s\(" % name, sources):
            yield "%s is called by no harness: add it to tests/calls.h" % name


def entries(text):
    """The bytes of each entry of a dictionary."""
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        match = re.fullmatch(r'"((?:[^"\\]|\\["\\]|\\x[0-9A-F]{2})+)"', line)
        if not match:
            sys.exit("fuzz/tracedag.dict: not an entry: " + line)
        yield re.sub(r"\\(x..|.)", lambda m: chr(int(m.group(1)[1:], 16))
                     if m.group(1)[0] == "x" else m.group(1), match.group(1))


def missing_words():
    known = set(entries((FUZZ / "tracedag.dict").read_text()))
    fields = "".join((TOP / "lib" / name).read_text() for name in ("fields.c", "catalog_fields.c"))
    names = set(re.findall(r'\bNAMED\("([^"]+)"\)', fields))
    words = set(re.findall(r'\bWORD\("([^"]+)"\)', fields))
    if len(names) < 40 or len(words) < 30:
        sys.exit("lib/fields.c is not read as it should be")
    wanted = {name + ": " for name in names} | {'"%s":' % name for name in names} | words
    for word in sorted(wanted - known):
        yield "fuzz/tracedag.dict lacks %r" % word


def corpus_faults():
    files = [path for path in (FUZZ / "corpus").rglob("*") if path.is_file()]
    total = sum(path.stat().st_size for path in files)
    if len(files) < SEEDS_LEAST:
        yield "fuzz/corpus has %d seeds, fewer than %d" % (len(files), SEEDS_LEAST)
    if total > CORPUS_BYTES_MOST:
        yield "fuzz/corpus has %d bytes, more than %d" % (total, CORPUS_BYTES_MOST)
    for path in files:
        if path.stat().st_size > SEED_BYTES_MOST:
            yield "%s is larger than %d bytes" % (path.relative_to(TOP), SEED_BYTES_MOST)


def main():
    faults = [*uncalled(), *missing_words(), *corpus_faults()]
    for fault in faults:
        print(fault)
    if not faults:
        print("%d functions are fuzzed" % len(list(functions())))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
