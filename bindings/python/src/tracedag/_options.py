"""Options: how much of what a document may hold, and a call may use."""
from __future__ import annotations

from functools import partial

from ._call import Handle, require_int
from ._enums import Limit
from ._library import lib

_BY_NAME = {limit.word: limit for limit in Limit}
LARGEST = 2**64 - 1


class Options:
    """Limits for the calls that they are given to; what is not set has its default.

    Each limit is a keyword argument, such as `Options(input_bytes=4 << 20, jobs=50_000)`;
    `Limit` has them all, the public header their defaults and ceilings. A value above the
    ceiling is a ValueError. Options never change: any number of threads may use one.
    """

    __slots__ = ("_handle", "_set")

    def __init__(self, **limits: int) -> None:
        pointer = lib.tracedag_options_new()
        if not pointer:
            raise MemoryError("memory ran out")
        self._handle = Handle("Options", pointer, lib.tracedag_options_unref)
        self._set = limits
        for name, value in limits.items():
            _check(name, value)
            if lib.tracedag_options_set_limit(pointer, _BY_NAME[name], value) != 0:
                raise ValueError(f"{name} can be {ceiling(_BY_NAME[name])} at most, not {value}")

    def limit(self, limit: Limit) -> int:
        """The limit in force."""
        require_int("limit", limit)
        with self._handle as pointer:
            return int(lib.tracedag_options_limit(pointer, Limit(limit)))

    def __reduce__(self) -> tuple[partial[Options], tuple[()]]:
        return partial(Options, **self._set), ()

    def __repr__(self) -> str:
        return f"Options({', '.join(f'{name}={value}' for name, value in self._set.items())})"


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


def make(options: Options | None, limits: dict[str, int]) -> Options:
    """Options from an object or from keyword arguments."""
    if options is None:
        return Options(**limits) if limits else DEFAULTS
    if limits:
        raise TypeError("give limits either as `options` or as keyword arguments")
    if not isinstance(options, Options):
        raise TypeError(f"options must be Options, not {type(options).__name__}")
    return options


DEFAULTS = Options()
