#!/usr/bin/python3
"""Each function of lib/SYMBOLS is under the tests of failing memory, of threads and of growth: it
has a line in tests/calls.h, or these tests call it themselves and EXCEPT says why."""
import pathlib
import re
import sys

TESTS = pathlib.Path(__file__).resolve().parent
MAKES = "it makes what the lines are about"
COUNTS = "it keeps or drops a handle"
EXCEPT = {
    "tracedag_options_new": MAKES,
    "tracedag_options_copy": MAKES,
    "tracedag_options_ref": COUNTS,
    "tracedag_options_unref": COUNTS,
    "tracedag_options_set_limit": MAKES,
    "tracedag_options_set_severity": MAKES,
    "tracedag_options_set_baseline": MAKES,
    "tracedag_options_set_catalog": MAKES,
    "tracedag_catalog_read": MAKES,
    "tracedag_catalog_new": MAKES,
    "tracedag_catalog_ref": COUNTS,
    "tracedag_catalog_unref": COUNTS,
    "tracedag_parse": MAKES,
    "tracedag_validate": MAKES,
    "tracedag_check": MAKES,
    "tracedag_doc_ref": COUNTS,
    "tracedag_doc_unref": COUNTS,
    "tracedag_doc_report": "it needs a document, which lines have not",
    "tracedag_report_ref": COUNTS,
    "tracedag_report_unref": COUNTS,
    "tracedag_dag_ref": COUNTS,
    "tracedag_dag_unref": COUNTS,
}
TABLE = "calls.h"
# Where a test calls an exception; that of growth calls tracedag_check() alone.
SOURCES = {
    "failing memory": ("calls.c", "test_memory.c"),
    "threads": ("calls.c", "test_api_threads.c", "api_support.c"),
}


def functions():
    table = (TESTS.parent / "lib/SYMBOLS").read_text()
    return [line.split()[0] for line in table.splitlines() if line and line[0] != "#"]


def calls(name, paths):
    return any(re.search(r"\b%s\(" % name, (TESTS / path).read_text()) for path in paths)


def faults(names):
    for name in names:
        if calls(name, [TABLE]):
            if name in EXCEPT:
                yield "%s is excepted, but has a line in tests/calls.h" % name
        elif name not in EXCEPT:
            yield "%s has no line in tests/calls.h" % name
        else:
            for what, paths in SOURCES.items():
                if not calls(name, paths):
                    yield "%s is excepted, but the test of %s does not call it" % (name, what)
    for name in sorted(set(EXCEPT) - set(names)):
        yield "%s is excepted, but is no function" % name


def main():
    names = functions()
    found = list(faults(names))
    print("\n".join(found) or "%d functions, %d of them by tests of their own"
          % (len(names), len(EXCEPT)))
    return 1 if found or not names else 0


if __name__ == "__main__":
    sys.exit(main())
