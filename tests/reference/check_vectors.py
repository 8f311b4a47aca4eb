#!/usr/bin/env python3
"""Recomputes every golden vector with the reference implementation and compares.

    check_vectors.py          checks; prints "N passed, N failed", exit status 1 on a failure
    check_vectors.py --add    also writes .canon and .hash (and lines of hash-vectors.txt) that are missing, never over
                              existing ones; read what it wrote before you commit it

Checked of each document in cases/valid: it is valid as far as tracedag_guard.py knows; .canon, .hash and .resolved are
what the reference gives; the canonical and the resolved form have that canonical form themselves; the canonical form
is JSON, and PyYAML, a YAML 1.1 reader, reads the same values from it; the lines of hash-vectors.txt (source_hash,
job_hash, materialization_hash) are right. Of each folder in cases/same and cases/differ: its documents are valid and
have one yaml_hash, or each its own. The status is 77 when PyYAML or xxh128sum is missing.
"""
import decimal
import glob
import json
import os
import shutil
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

try:
    import yaml  # noqa: E402
except ImportError:
    print("PyYAML is missing")
    sys.exit(77)

import canonical as reference  # noqa: E402
import tracedag_guard  # noqa: E402

CASES = os.path.join(HERE, "..", "cases")
VECTORS = os.path.join(HERE, "hash-vectors.txt")


def load(path):
    with open(path, "rb") as file:
        return file.read()


def agree(one, two):
    """The value that PyYAML reads against the one that json reads: same types, same values.

    json keeps a float as the decimal in the text; PyYAML makes a double of it, so a decimal is rounded to compare.
    Beyond the range of a double both are an infinity. Nothing else of YAML 1.1 shows: strings are quoted, integers
    have no leading zero, floats have a dot and a signed exponent.
    """
    if isinstance(two, decimal.Decimal):
        return type(one) is float and one == float(two)
    if type(one) is not type(two):
        return False
    if isinstance(one, dict):
        return list(one) == list(two) and all(agree(one[key], two[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(two) and all(map(agree, one, two))
    return one == two


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def __call__(self, good, what):
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print("FAILED", what)


def compute(path, check):
    """(bytes, canonical form) of a valid document, or (bytes, None)."""
    data = load(path)
    try:
        tracedag_guard.check(data)
        canonical = reference.canonical(data)
    except reference.Bad as error:
        check(False, "%s: %s" % (path, error))
        return data, None
    check(True, path)
    return data, canonical


def golden(path, expected, what, check, add):
    if add and not os.path.exists(path):
        with open(path, "wb") as file:
            file.write(expected)
        print("added", path)
    check(os.path.exists(path) and load(path) == expected, "%s: %s" % (path, what))


def job_hash_lines(cases):
    """"NAME src1:... " and a line for each job, with one call of xxh128sum in all."""
    blobs, labels = [], []
    for name, data in cases:
        blobs.append(data)
        labels.append("%s - src1:" % name)
        for job, whole, part in reference.job_bytes(data):
            blobs += [whole, part]
            labels += ["%s %s tdj1:" % (name, job), "%s %s tdm1:" % (name, job)]
    return [label + digest for label, digest in zip(labels, reference.digests(blobs))]


def main(argv):
    add = argv[1:] == ["--add"]
    if argv[1:] and not add:
        sys.stderr.write(__doc__)
        return 2
    if not shutil.which("xxh128sum"):
        print("xxh128sum is missing")
        return 77
    check = Checks()

    valid = []
    for path in sorted(glob.glob(os.path.join(CASES, "valid", "*.yaml"))):
        data, canonical = compute(path, check)
        if canonical is not None:
            valid.append((path[: -len(".yaml")], data, canonical))
    for (base, data, canonical), digest in zip(valid, reference.digests([form for *_, form in valid])):
        golden(base + ".canon", canonical, "canonical form", check, add)
        golden(base + ".hash", ("td1:%s\n" % digest).encode(), "yaml_hash", check, add)
        resolved = reference.resolved(data)
        if os.path.exists(base + ".resolved"):
            golden(base + ".resolved", resolved, "resolved form", check, False)
        check(reference.canonical(canonical) == canonical, base + ": the canonical form is no fixed point")
        check(reference.canonical(resolved) == canonical, base + ": the resolved form has another canonical form")
        text = canonical.decode("utf-8")
        check(
            agree(yaml.safe_load(text), json.loads(text, parse_float=decimal.Decimal)),
            base + ": PyYAML and json read the canonical form differently",
        )

    lines = job_hash_lines((os.path.basename(base), data) for base, data, _ in valid)
    known = load(VECTORS).decode().splitlines() if os.path.exists(VECTORS) else []
    if add and set(lines) - set(known):
        new = [line for line in lines if line not in set(known)]
        with open(VECTORS, "a", encoding="utf-8", newline="\n") as file:
            file.write("".join(line + "\n" for line in new))
        known += new
    check(len(known) == len(set(known)), "hash-vectors.txt: a line twice")
    for line in sorted(set(lines) ^ set(known)):
        check(False, "hash-vectors.txt: %s: %s" % ("missing" if line in set(lines) else "wrong or stale", line))
    check.passed += len(set(lines) & set(known))

    for kind in ("same", "differ"):
        for folder in sorted(glob.glob(os.path.join(CASES, kind, "*", ""))):
            pairs = [compute(path, check) for path in sorted(glob.glob(folder + "*.yaml"))]
            forms = {canonical for _, canonical in pairs}
            wanted = 1 if kind == "same" else len(pairs)
            check(len(pairs) > 1 and None not in forms and len(forms) == wanted, "%s: %d forms" % (folder, len(forms)))
            check(len({data for data, _ in pairs}) == len(pairs), folder + ": a document twice")

    print("%d passed, %d failed" % (check.passed, check.failed))
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
