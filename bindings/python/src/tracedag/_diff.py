"""What changes between two versions of a DAG, and why their hashes differ."""
from __future__ import annotations

import json
from ctypes import byref
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Callable, Literal, NoReturn, TypeVar, cast

from . import _abi
from ._call import Handle, StrPath, borrowed_rows, expect_ok, file_bytes, owned_text
from ._dag import Dag
from ._enums import Break, ChangeClass, ChangeKind, Members, Origin, ScopeReason, SubjectKind
from ._library import lib
from ._model import Value
from ._report import Position

DiffFormat = Literal["text", "json"]

_KINDS = Members(ChangeKind)
_CLASSES = Members(ChangeClass)
_BREAKS = Members(Break)
_SUBJECTS = Members(SubjectKind)
_ORIGINS = Members(Origin)
_REASONS = Members(ScopeReason)
_FORMATS: dict[DiffFormat, int] = {"text": 1, "json": 2}
_COLOR = 1
_BREAKING = 2

_Side = TypeVar("_Side")


@dataclass(frozen=True)
class Change:
    """One change. What a version does not have is None in it."""

    kind: ChangeKind
    change_class: ChangeClass
    subject: SubjectKind
    """What changed, or the thing around it."""
    old_name: str | None
    """The name of the DAG, job or dataset; for an input, of its job."""
    new_name: str | None
    path: str
    """RFC 6901 pointer below that, in the resolved form; empty for all of it."""
    old_json: str | None
    """The value as JSON in canonical spelling."""
    new_json: str | None
    old_place: Position | None
    """Where the value stands, or what would hold it."""
    new_place: Position | None
    old_origin: Origin | None
    """Of a tuning value: where it came from."""
    new_origin: Origin | None
    breaking: Break | None
    """What it takes from readers of a published dataset."""

    @property
    def old(self) -> Value:
        """The value, with exact numbers; None where there is none."""
        return _value(self.old_json)

    @property
    def new(self) -> Value:
        """The value in the new version."""
        return _value(self.new_json)


@dataclass(frozen=True)
class ScopeJob:
    """A job that has to make its data anew, and why."""

    job: str
    reason: ScopeReason
    """The first one that holds."""
    change: Change | None
    """The change that is the reason; None for ScopeReason.DOWNSTREAM."""
    reads: str | None
    """For ScopeReason.DOWNSTREAM, the job of the scope that it reads."""


@dataclass(frozen=True)
class Difference:
    """Where two canonical forms part first. What a form does not have is None in it."""

    pointer: str
    """RFC 6901 pointer into the canonical form."""
    old_json: str | None
    new_json: str | None
    old_place: Position | None
    """Where the value stands, or what would hold it."""
    new_place: Position | None
    old_job: str | None
    """The job that it lies in."""
    new_job: str | None

    @property
    def old(self) -> Value:
        """The value, with exact numbers; None where there is none."""
        return _value(self.old_json)

    @property
    def new(self) -> Value:
        """The value in the new version."""
        return _value(self.new_json)


class Diff:
    """What changes between two versions of a DAG. diff() makes it.

    It never changes, and any number of threads may read one. It stays whole when the DAGs are
    closed. `str(diff)` is what the command `tracedag diff` prints. Once closed, it cannot be
    rendered any more.
    """

    __slots__ = ("__weakref__", "_changes", "_handle", "_scope")

    def __init__(self, old: Any, new: Any, old_jobs: list[str], new_jobs: list[str]) -> None:
        made = _abi.DiffPointer()
        expect_ok(lib.tracedag_diff_new(old, new, byref(made)))
        self._handle = Handle("Diff", made, lib.tracedag_diff_unref)
        self._changes = tuple(map(_change, borrowed_rows(
            _abi.Change, lib.tracedag_diff_changes, made)))
        self._scope = tuple(
            self._scope_job(row, new_jobs)
            for row in borrowed_rows(_abi.ScopeJob, lib.tracedag_diff_scope, made))

    def _scope_job(self, row: Any, jobs: list[str]) -> ScopeJob:
        reason = _REASONS[row.reason]
        downstream = reason == ScopeReason.DOWNSTREAM
        return ScopeJob(
            job=jobs[row.job],
            reason=reason,
            change=None if downstream else self._changes[row.cause],
            reads=jobs[row.cause] if downstream else None,
        )

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes: of the DAG, then of jobs by name, then of published datasets by name. There
        are none exactly where the hashes are equal."""
        return self._changes

    @property
    def breaking(self) -> tuple[Change, ...]:
        """The changes that break who reads a published dataset."""
        return tuple(change for change in self._changes if change.breaking)

    @property
    def scope(self) -> tuple[ScopeJob, ...]:
        """The jobs that have to make their data anew, each behind those that it reads."""
        return self._scope

    def render(self, format: DiffFormat = "text", *, old_file: StrPath = "-",
               new_file: StrPath = "-", breaking: bool = False, color: bool = False) -> str:
        """The diff as the command writes it, each line ended: `text` for people, or `json`, a
        record a line for each change and job of the scope, and one that sums up. Credentials in
        values are not shown. With `breaking`, only changes that break readers."""
        if format not in _FORMATS:
            raise ValueError(f"format must be one of {', '.join(_FORMATS)}, not {format!r}")
        flags = (_COLOR if color else 0) | (_BREAKING if breaking else 0)
        names = file_bytes(old_file), file_bytes(new_file)
        with self._handle as pointer:
            return owned_text(
                lib.tracedag_diff_render, pointer, _FORMATS[format], *names, flags).decode()

    def __str__(self) -> str:
        """The diff as text, without the last line's end: `print(diff)` adds it."""
        return self.render().rstrip("\n")

    def close(self) -> None:
        """Gives the memory back. Changes and scope stay. Closing again does nothing."""
        self._handle.close()

    @property
    def closed(self) -> bool:
        """Whether close() was called."""
        return self._handle.closed

    def __enter__(self) -> Diff:
        self._handle.require_open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Diff cannot be pickled; its changes can")

    def __repr__(self) -> str:
        return f"<Diff of {len(self._changes)} changes{', closed' if self.closed else ''}>"


def compare(old: Dag, new: Dag) -> Diff:
    """The diff of two DAGs."""
    return _of_both(old, new, Diff)


def first_difference_of(old: Dag, new: Dag) -> Difference | None:
    """Where the canonical forms of two DAGs part."""
    return _of_both(old, new, _first_difference)


def _of_both(old: Dag, new: Dag,
             make: Callable[[Any, Any, list[str], list[str]], _Side]) -> _Side:
    """Calls with both handles in use, and with the names of both versions' jobs."""
    with old._handle as before, new._handle as after:
        return make(before, after, _job_names(before), _job_names(after))


def _job_names(dag: Any) -> list[str]:
    rows = borrowed_rows(_abi.Job, lib.tracedag_dag_jobs, dag)
    return [_abi.text(row.name_ptr, row.name_len) for row in rows]


def _first_difference(before: Any, after: Any, old_jobs: list[str],
                      new_jobs: list[str]) -> Difference | None:
    found = _abi.List()
    expect_ok(lib.tracedag_dag_first_difference(before, after, byref(found)))
    try:
        for row in _abi.rows(found.items, found.count, found.stride, _abi.Difference):
            return Difference(
                pointer=_abi.text(row.pointer_ptr, row.pointer_len),
                old_json=_optional(row.old_value_ptr, row.old_value_len),
                new_json=_optional(row.new_value_ptr, row.new_value_len),
                old_place=_place(row, "old"),
                new_place=_place(row, "new"),
                old_job=None if row.old_job == _abi.NO_JOB else old_jobs[row.old_job],
                new_job=None if row.new_job == _abi.NO_JOB else new_jobs[row.new_job],
            )
        return None
    finally:
        lib.tracedag_free(found.items)


def _change(row: Any) -> Change:
    return Change(
        kind=_KINDS[row.kind],
        change_class=_CLASSES[row.class_id],
        subject=_SUBJECTS[row.subject],
        old_name=_optional(row.old_name_ptr, row.old_name_len),
        new_name=_optional(row.new_name_ptr, row.new_name_len),
        path=_abi.text(row.path_ptr, row.path_len),
        old_json=_optional(row.old_value_ptr, row.old_value_len),
        new_json=_optional(row.new_value_ptr, row.new_value_len),
        old_place=_place(row, "old"),
        new_place=_place(row, "new"),
        old_origin=_ORIGINS.optional(row.old_origin),
        new_origin=_ORIGINS.optional(row.new_origin),
        breaking=_BREAKS.optional(row.breaking),
    )


def _optional(ptr: int | None, length: int) -> str | None:
    return _abi.text(ptr, length) if ptr else None


def _place(row: Any, side: str) -> Position | None:
    line = getattr(row, f"{side}_place_line")
    if line == 0:
        return None
    return Position(getattr(row, f"{side}_place_byte"), line,
                    getattr(row, f"{side}_place_column"), getattr(row, f"{side}_place_utf16"))


def _value(text: str | None) -> Value:
    return None if text is None else cast(Value, json.loads(text, parse_float=Decimal))
