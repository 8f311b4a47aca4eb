"""Finds libtracedag, and binds its functions, or says in one ImportError what was tried."""
from __future__ import annotations

import os
from ctypes import CDLL
from pathlib import Path
from typing import Any, Iterator

from ._abi import FUNCTIONS
from ._exits import runs_checker, without_library

SONAME = "libtracedag.so.0"
LEAST_VERSION = (0, 1, 0)

_ADVICE = (
    f"Install a wheel of this package that has the library in it, install {SONAME}"
    " (Debian: libtracedag0), or set TRACEDAG_LIBRARY to the path of the library."
)


def _candidates() -> Iterator[tuple[str, str]]:
    """What to try, in order: how to call it, and what to give to dlopen()."""
    chosen = os.environ.get("TRACEDAG_LIBRARY")
    if chosen:
        yield f"TRACEDAG_LIBRARY={chosen}", chosen
        return
    bundled = Path(__file__).with_name(SONAME)
    if bundled.exists():
        yield f"the library in this package, {bundled}", str(bundled)
    # Neither find_library(), which runs compilers and is empty on musl, nor the name without a
    # version, which only development packages have.
    yield f"{SONAME} of the system", SONAME


def _dotted(number: int) -> str:
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"


def _declare(library: Any, name: str) -> None:
    arguments, result = FUNCTIONS[name]
    function = getattr(library, name)
    function.argtypes = arguments
    function.restype = result


def _require_version(library: Any) -> None:
    _declare(library, "tracedag_version_number")
    major, minor, patch = LEAST_VERSION
    found = library.tracedag_version_number()
    if found < major * 10000 + minor * 100 + patch:
        raise OSError(
            f"it is version {_dotted(found)}, and {major}.{minor}.{patch} or newer is needed"
        )


def _bind(path: str) -> Any:
    """Opens a library and declares every function of the table."""
    # CDLL, not PyDLL: other threads run while the library works.
    library: Any = CDLL(path)
    try:
        _require_version(library)  # an old library also lacks functions
        for name in FUNCTIONS:
            _declare(library, name)
    except AttributeError as error:
        raise OSError(f"it lacks a function: {error}") from None
    return library


def load() -> Any:
    """The library, ready to call."""
    tried = []
    for title, path in _candidates():
        try:
            return _bind(path)
        except OSError as error:
            tried.append(f"  {title}: {error}")
    missing = ImportError("\n".join(["libtracedag could not be loaded.", *tried, _ADVICE]))
    raise without_library(missing) if runs_checker() else missing


lib = load()
