"""The exit codes of the checker, and its end where the library is missing.

`python -m tracedag` and `tracedag-check` import the package before any code of their own runs: a
traceback would end them with 1, which blames the document.
"""
from __future__ import annotations

import os
import sys
from contextlib import suppress

ACCEPTED, REJECTED, WRONG_USE, FILE, FAULT = range(5)


def runs_checker() -> bool:
    """Whether the checker is what this process was started for."""
    if os.path.basename(sys.argv[0]) == "tracedag-check":
        return True
    # While Python looks for the module that -m names, "-m" stands for it before the arguments.
    # What was in that place is known from Python 3.10 on.
    words = getattr(sys, "orig_argv", sys.argv)
    return sys.argv[0] == "-m" and words[-len(sys.argv)] in ("tracedag", "-mtracedag")


def without_library(error: ImportError) -> SystemExit:
    """What to raise where the checker has no library; the reason is written, in one line."""
    reason = "; ".join(line.strip(" .") for line in str(error).splitlines())
    with suppress(OSError):
        os.write(2, f"tracedag: {reason}\n".encode(errors="surrogateescape"))
    return SystemExit(FAULT)
