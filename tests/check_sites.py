#!/usr/bin/env python3
"""Tells which places of the library that allocate the documents of test_memory.c do not reach.

    check_sites.py BUILD

BUILD is a folder for a build of its own, with gcc and gcov. In it the calls on all documents run
once, none failing, and each line of lib that calls one of ALLOCATES must have been executed. The
status is 1 when one was not.
"""
import glob
import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True  # the source folder stays as it is
import gcov  # noqa: E402

ALLOCATES = re.compile(
    r"\b(td_mem_(alloc|resize|grow|owned)|td_arena_(alloc|array|copy|extend)|td_buf_reserve|"
    r"td_hasher_new|td_lexer_new|yaml_parser_(initialize|parse)|XXH3_createState|malloc|realloc)\(")
DEFINES = re.compile(r"^(static |struct |void |bool |char |tracedag_|\w+ \*)")


def make_calls(folder):
    """Builds the test with counters, and makes the calls."""
    gcov.build(folder, ["tests/test_memory"])
    gcov.forget(folder)
    subprocess.run([f"{folder}/tests/test_memory", f"{gcov.ROOT}/tests/cases",
                    f"{gcov.ROOT}/tests/memory.list", "0"], check=True,
                   env=dict(os.environ, CK_FORK="no"))


def sites(path):
    """The lines of a source that call what allocates."""
    with open(path) as source:
        return [(number, line.strip()) for number, line in enumerate(source, 1)
                if ALLOCATES.search(line) and not DEFINES.match(line)
                and not line.lstrip().startswith(("*", "/*"))]


def ran(lines, number):
    """Whether a line ran; of a call over some lines, the first one counts."""
    for at in range(number, number - 4, -1):
        if at in lines:
            return lines[at][1] > 0
    return False


def main():
    folder = os.path.abspath(sys.argv[1])
    make_calls(folder)
    counts = gcov.lines_of(folder)
    total, missed = 0, []
    for path in sorted(glob.glob(f"{gcov.ROOT}/lib/*.c")):
        name = os.path.basename(path)
        for number, text in sites(path):
            total += 1
            if not ran(counts.get(name, {}), number):
                missed.append(f"lib/{name}:{number}: not reached: {text}")
    print("\n".join(missed + [f"{total - len(missed)} of {total} places that allocate are reached"]))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
