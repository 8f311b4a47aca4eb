"""What every call shares: handles that may be closed, statuses, owned results, sources."""
from __future__ import annotations

import mmap
import os
import threading
import weakref
from ctypes import byref, c_size_t, c_void_p, string_at
from typing import Any, Callable, Iterator, TypeVar, Union

from . import _abi, _errors
from ._library import lib

Document = Union[bytes, str, bytearray, memoryview, mmap.mmap]
_Part = TypeVar("_Part")
StrPath = Union[str, bytes, os.PathLike[str], os.PathLike[bytes]]


class Handle:
    """A handle of the library, dropped by close() or when nothing refers to this object.

    `with handle as pointer:` keeps it from being dropped until the block ends, so that close()
    in one thread never takes memory from under a call in another.
    """

    __slots__ = ("__weakref__", "_closed", "_drop", "_lock", "_pointer", "_users", "_what")

    def __init__(self, what: str, pointer: Any, unref: Callable[[Any], Any]) -> None:
        self._what = what
        self._pointer = pointer
        self._lock = threading.Lock()
        self._users = 0
        self._closed = False
        self._drop = weakref.finalize(self, unref, pointer)
        # At exit the process gives all memory back; a daemon thread may still be in a call.
        self._drop.atexit = False  # type: ignore[misc]

    @property
    def closed(self) -> bool:
        return self._closed

    def require_open(self) -> None:
        if self._closed:
            raise ValueError(f"this {self._what} is closed")

    def __enter__(self) -> Any:
        with self._lock:
            self.require_open()
            self._users += 1
        return self._pointer

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._users -= 1
            last = self._closed and self._users == 0
        if last:
            self._drop()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            last = self._users == 0
        if last:
            self._drop()  # a finalizer acts once, however often it is called


def require_int(what: str, value: object) -> None:
    """bool is an int to Python: nobody means a number by it."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{what} must be an int, not {type(value).__name__}")


def expect_ok(status: int) -> None:
    """Raises what a status stands for, unless the call did its work."""
    if status != _errors.OK:
        raise _errors.fault(status, lib.tracedag_status_text(status).decode())


def owned_text(function: Any, *arguments: Any) -> bytes:
    """Calls what writes a text that the caller owns; gives a copy of the text."""
    pointer = c_void_p()
    size = c_size_t()
    expect_ok(function(*arguments, byref(pointer), byref(size)))
    try:
        return string_at(pointer, size.value)
    finally:
        lib.tracedag_free(pointer)


def owned_rows(record: Any, function: Any, *arguments: Any) -> list[Any]:
    """Calls what makes a list that the caller owns; gives its records."""
    return owned_list(lambda row: row, record, function, *arguments)


def owned_list(read: Callable[[Any], _Part], record: Any, function: Any,
               *arguments: Any) -> list[_Part]:
    """The same where records lead to more of the list: gives what `read` makes of each."""
    found = _abi.List()
    expect_ok(function(*arguments, byref(found)))
    try:
        return list(map(read, _abi.rows(found.items, found.count, found.stride, record)))
    finally:
        lib.tracedag_free(found.items)


def borrowed_rows(record: Any, function: Any, *arguments: Any) -> Iterator[Any]:
    """Calls what shows a list of the library; gives its records. The texts in them are read
    while the handle is in use."""
    found = _abi.List()
    function(*arguments, byref(found))
    return _abi.rows(found.items, found.count, found.stride, record)


def source_bytes(source: Document, most: int | None = None) -> bytes:
    """A source as the library takes it; of what must be copied, no more than `most` bytes and
    what tells that there are more.

    Bytes stay where they are. All else is copied, for the library works while other threads
    run, and they or another process might change the memory.
    """
    if isinstance(source, bytes):
        return source
    if isinstance(source, str):
        return (source if most is None else source[: most + 1]).encode()
    try:
        view = memoryview(source)
    except TypeError:
        raise TypeError(
            "a source is bytes, str or an object with a buffer, not "
            f"{type(source).__name__}; load_file() and check_file() read files"
        ) from None
    with view:
        if most is None or view.nbytes <= most or not view.c_contiguous:
            return view.tobytes()
        with view.cast("B") as octets:
            return octets[: most + 1].tobytes()


def file_bytes(file: StrPath) -> bytes:
    """A file's name as the library takes it: C would not see what stands behind a NUL."""
    name = os.fspath(file)
    name = name.encode(errors="surrogateescape") if isinstance(name, str) else name
    if b"\0" in name:
        raise ValueError("a file name has a NUL in it")
    return name
