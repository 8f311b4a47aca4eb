"""Options: how much of what a document may hold, and a call may use."""
from __future__ import annotations

import os
from functools import partial
from typing import Any, Iterable

from . import _catalog
from ._call import Handle, StrPath, expect_ok, require_int
from ._enums import Code, Limit, Severity
from ._errors import OK, NO_MEMORY
from ._library import lib

_BY_NAME = {limit.word: limit for limit in Limit}
LARGEST = 2**64 - 1


class Options:
    """Limits, severities and a catalog for the calls that they are given to.

    Each limit is a keyword argument, such as `Options(input_bytes=4 << 20, jobs=50_000)`;
    `Limit` has them all, the public header their defaults and ceilings. A value above the
    ceiling is a ValueError.

    `warn`, `deny` and `allow` hold codes, such as `Code.UNREAD_JOB`, "TD803" or "unread-job":
    their findings become warnings, errors that reject a document, or nothing. Only what is a
    warning or a note can be changed. `baseline` is text of Report.baseline(); the entries of
    `baseline_file`, or all where it is None, are set aside. With `catalog`, operators and datasets
    are checked by it.

    `together` is for reports that go to check_together(): with a catalog, a dataset that it has not
    may be one of another document.

    Options never change: any number of threads may use one.
    """

    __slots__ = ("_handle", "_set")

    def __init__(self, *, warn: Iterable[Code | str] = (), deny: Iterable[Code | str] = (),
                 allow: Iterable[Code | str] = (), baseline: str | bytes = "",
                 baseline_file: StrPath | None = None, together: bool = False,
                 catalog: _catalog.Catalog | None = None,
                 **limits: int) -> None:
        pointer = lib.tracedag_options_new()
        if not pointer:
            raise MemoryError("memory ran out")
        self._handle = Handle("Options", pointer, lib.tracedag_options_unref)
        self._set: dict[str, Any] = dict(limits)
        for name, value in limits.items():
            _check(name, value)
            if lib.tracedag_options_set_limit(pointer, _BY_NAME[name], value) != 0:
                raise ValueError(f"{name} can be {ceiling(_BY_NAME[name])} at most, not {value}")
        for name, codes, severity in (("warn", warn, Severity.WARNING),
                                      ("deny", deny, Severity.ERROR), ("allow", allow, 0)):
            self._set_severity(name, codes, severity)
        if baseline:
            self._set_baseline(baseline, baseline_file)
        if together:
            lib.tracedag_options_set_together(pointer, 1)
            self._set["together"] = True
        if catalog is not None:
            self._set_catalog(catalog)

    def _set_severity(self, name: str, codes: Iterable[Code | str], severity: int) -> None:
        if isinstance(codes, (str, int)):
            raise TypeError(f"{name} must be a list of codes, not {codes!r}")
        found = tuple(map(_code, codes))
        with self._handle as pointer:
            for code in found:
                if lib.tracedag_options_set_severity(pointer, code, severity) != OK:
                    raise ValueError(f"{code} cannot be set: it is no warning or note")
        if found:
            self._set[name] = found

    def _set_baseline(self, baseline: str | bytes, file: StrPath | None) -> None:
        text = baseline.encode(errors="surrogateescape") if isinstance(baseline, str) else baseline
        name = None if file is None else os.fsencode(file)
        with self._handle as pointer:
            status = lib.tracedag_options_set_baseline(pointer, text, len(text), name)
        if status == NO_MEMORY:
            raise MemoryError("memory ran out")
        if status != OK:
            raise ValueError("the baseline has a line that cannot be read")
        self._set["baseline"] = baseline
        if file is not None:
            self._set["baseline_file"] = file

    def _set_catalog(self, catalog: _catalog.Catalog) -> None:
        if not isinstance(catalog, _catalog.Catalog):
            raise TypeError(f"catalog must be a Catalog, not {type(catalog).__name__}")
        with self._handle as pointer, catalog._handle as theirs:
            expect_ok(lib.tracedag_options_set_catalog(pointer, theirs))
        self._set["catalog"] = catalog

    @property
    def catalog(self) -> _catalog.Catalog | None:
        """What operators and datasets are checked by."""
        found: _catalog.Catalog | None = self._set.get("catalog")
        return found

    def limit(self, limit: Limit) -> int:
        """The limit in force."""
        require_int("limit", limit)
        with self._handle as pointer:
            return int(lib.tracedag_options_limit(pointer, Limit(limit)))

    def severity(self, code: Code | str) -> Severity | None:
        """How bad findings of a code are; None where there are none."""
        with self._handle as pointer:
            found = lib.tracedag_options_severity(pointer, _code(code))
        return Severity(found) if found else None

    def __reduce__(self) -> tuple[partial[Options], tuple[()]]:
        return partial(Options, **self._set), ()

    def __repr__(self) -> str:
        return f"Options({', '.join(f'{name}={value!r}' for name, value in self._set.items())})"


def _code(code: Code | str) -> Code:
    """A code from a member, a number or a text such as "TD803" or "unread-job"."""
    number = lib.tracedag_code_find(code.encode()) if isinstance(code, str) else int(code)
    if not number:
        raise ValueError(f"{code!r} is no code")
    return Code(number)


def _check(name: str, value: int) -> None:
    """ctypes takes -1 for a large number, and the library 0 for the default."""
    if name not in _BY_NAME:
        raise TypeError(f"{name!r} is no limit; there are {', '.join(_BY_NAME)}")
    require_int(name, value)
    if not 1 <= value <= LARGEST:
        raise ValueError(f"{name} must be 1 or more and fit into 64 bits, not {value}")


def ceiling(limit: Limit) -> int:
    """The largest value that the library takes."""
    scratch = Options()
    low, high = 0, LARGEST
    with scratch._handle as pointer:
        while low < high:
            middle = high - (high - low) // 2
            if lib.tracedag_options_set_limit(pointer, limit, middle) == 0:
                low = middle
            else:
                high = middle - 1
    return low


def make(options: Options | None, limits: dict[str, Any],
         catalog: _catalog.Catalog | None = None) -> Options:
    """Options from an object or from keyword arguments."""
    if catalog is not None:
        limits = {**limits, "catalog": catalog}
    if options is None:
        return Options(**limits) if limits else DEFAULTS
    if limits:
        raise TypeError("give limits and catalog either as `options` or as keyword arguments")
    if not isinstance(options, Options):
        raise TypeError(f"options must be Options, not {type(options).__name__}")
    return options


DEFAULTS = Options()
