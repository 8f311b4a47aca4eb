"""Reports: what was found in a document, as data and in the words of the command."""
from __future__ import annotations

import json
import os
import threading
from contextlib import ExitStack
from ctypes import byref, c_char_p, c_size_t, c_void_p, string_at
from dataclasses import dataclass, field
from typing import Any, Callable, Iterable, Literal, Mapping, Sequence, overload

from . import _abi, _catalog
from ._call import (
    Handle,
    StrPath,
    borrowed_rows,
    expect_ok,
    file_bytes,
    owned_text,
    require_int,
)
from ._dag import Dag
from ._enums import Code, Members, Safety, Severity, SubjectKind, Suppression
from ._library import lib

Format = Literal["text", "json", "sarif", "github"]

_CODES = Members(Code)
_SEVERITIES = Members(Severity)
_SUBJECTS = Members(SubjectKind)
_SAFETIES = Members(Safety)
_SUPPRESSIONS = Members(Suppression)
_FORMATS: dict[Format, int] = {"text": 1, "json": 2, "sarif": 3, "github": 4}
_COLOR = 1
_UNSAFE = 1


@dataclass(frozen=True)
class Position:
    """A place in a document: `byte` counts from 0, the others from 1; `column` in code points,
    `utf16` in the units that editors count."""

    byte: int
    line: int
    column: int
    utf16: int


@dataclass(frozen=True)
class Span:
    """A stretch of a document: from the first byte to behind the last one."""

    start: Position
    end: Position


@dataclass(frozen=True)
class Related:
    """Another place that belongs to a finding, such as a first definition."""

    span: Span
    label: str
    file: str = ""
    """The document where it stands; empty in that of the finding."""


@dataclass(frozen=True)
class Edit:
    """A replacement in the document: its bytes from `start` to before `end` become `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Fix:
    """A change that mends a finding: all of its edits, which never overlap, or none."""

    title: str
    safety: Safety
    edits: tuple[Edit, ...]


@dataclass(frozen=True)
class AppliedFix:
    """A fix that fix() applied."""

    code: Code | int
    """Of the finding that it mended."""
    safety: Safety
    start: Position
    """Where that stood in the document as it was."""
    title: str


@dataclass(frozen=True)
class Fixed:
    """What came of fix()."""

    text: bytes
    """The document; the same as before where nothing applies."""
    applied: tuple[AppliedFix, ...]
    report: Report
    """On that text."""


@dataclass(frozen=True)
class Subject:
    """What a finding is about: the name of a job or dataset; for an input, the name of its job
    and its `index` there."""

    kind: SubjectKind
    name: str
    index: int | None


@dataclass(frozen=True)
class Finding:
    """One finding. Test `code`, `pointer` and `data`: the wording may improve in any release."""

    code: Code
    name: str
    """The name of the rule, e.g. `unknown-job`."""
    severity: Severity
    message: str
    """One line, complete without the source."""
    label: str
    """A few words beside the carets; may be empty."""
    span: Span
    pointer: str
    """RFC 6901 pointer of the value; empty for the whole document."""
    subject: Subject
    related: tuple[Related, ...]
    help: tuple[str, ...]
    """Advice, an action each."""
    fixes: tuple[Fix, ...]
    data: Mapping[str, Any] = field(hash=False)
    """The named values behind the message. A dict, to be read and not to be changed."""
    fingerprint: str
    """16 hex digits that survive moved lines."""
    suppression: Suppression | None
    """Why it is set aside; None for what is in force."""
    justification: str
    """The reason that the comment which allows it gives; may be empty."""

    def __str__(self) -> str:
        start = self.span.start
        return f"{start.line}:{start.column}: {self.severity}[{self.code}]: {self.message}"


class Report(Sequence[Finding]):
    """The findings of a document, in the order of their places.

    A report is a sequence of Finding, and false when it is empty: ask `valid` whether the
    document is accepted. `str(report)` is what the command `tracedag validate` prints. Any
    number of threads may read one report, and pickle takes it to other processes.
    """

    __slots__ = ("__weakref__", "_again", "_catalog", "_dag", "_file", "_findings", "_handle",
                 "_lock")

    def __init__(self, pointer: Any, file: str, again: Callable[[], Report]) -> None:
        self._handle = Handle("Report", pointer, lib.tracedag_report_unref)
        self._lock = threading.Lock()
        self._findings: tuple[Finding, ...] | None = None
        self._dag: Dag | None = None
        self._catalog: _catalog.Catalog | None = None
        self._file = file
        self._again: Callable[[], Report] | None = again

    @property
    def valid(self) -> bool:
        """Whether the document is accepted."""
        return self._dag is not None

    @property
    def dag(self) -> Dag | None:
        """The DAG of an accepted document."""
        return self._dag

    @property
    def catalog(self) -> _catalog.Catalog | None:
        """What operators and datasets were checked by; None where they were not."""
        return self._catalog

    @property
    def file(self) -> str:
        """How the report names the document."""
        return self._file

    # ---- as a sequence ----------------------------------------------------------------------

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings that were kept; Options(findings=N) says how many are."""
        self._handle.require_open()
        with self._lock:
            if self._findings is None:
                with self._handle as pointer:
                    self._findings = tuple(map(_finding, borrowed_rows(
                        _abi.Finding, lib.tracedag_report_findings, pointer)))
            return self._findings

    def __len__(self) -> int:
        return len(self.findings)

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Finding, ...]: ...
    def __getitem__(self, index: int | slice) -> Finding | tuple[Finding, ...]:
        try:
            return self.findings[index]
        except IndexError:
            raise IndexError(f"this Report has {len(self)} findings, and none at {index}") from None

    # ---- counts, those included that a limit kept out ---------------------------------------

    def _count(self, severity: Severity) -> int:
        with self._handle as pointer:
            return int(lib.tracedag_report_count(pointer, severity))

    @property
    def errors(self) -> int:
        """How many errors there were; none in an accepted document."""
        return self._count(Severity.ERROR)

    @property
    def warnings(self) -> int:
        """How many warnings there were."""
        return self._count(Severity.WARNING)

    @property
    def notes(self) -> int:
        """How many notes there were."""
        return self._count(Severity.NOTE)

    @property
    def dropped(self) -> int:
        """How many findings the limit kept out."""
        with self._handle as pointer:
            return int(lib.tracedag_report_dropped(pointer))

    # ---- what is set aside ------------------------------------------------------------------

    @property
    def suppressed(self) -> tuple[Finding, ...]:
        """The findings that a comment or the baseline sets aside. They are not counted, and no
        part of the sequence."""
        with self._handle as pointer:
            return tuple(map(_finding, borrowed_rows(
                _abi.Finding, lib.tracedag_report_suppressed, pointer)))

    def baseline(self, *, file: StrPath | None = None) -> str:
        """A line for each warning and note that no comment allows: with these lines as
        `Options(baseline=...)` a later report tells of what is new. `file` names the document in
        them, in place of `report.file`."""
        name = file_bytes(self.file if file is None else file)
        if name == b"" or b"\n" in name:
            raise ValueError("a file in a baseline needs a name without a line break")
        with self._handle as pointer:
            return os.fsdecode(owned_text(lib.tracedag_report_baseline, pointer, name))

    # ---- in words ---------------------------------------------------------------------------

    def render(self, format: Format = "text", *, file: StrPath | None = None,
               color: bool = False) -> str:
        """The report as the command writes it, each line ended: `text` for people, with the
        source and carets; `json`, a record a line for each finding and one that sums up;
        `sarif`, a log of SARIF 2.1.0; or `github`, workflow commands for annotations.
        `file` names the document in it, in place of `report.file`; `color` is for terminals."""
        _require_format(format)
        name = file_bytes(self.file if file is None else file)
        with self._handle as pointer:
            text = owned_text(lib.tracedag_report_render, pointer, _FORMATS[format], name,
                              _COLOR if color else 0)
        return text.decode()

    def __str__(self) -> str:
        """The report as text, without the last line's end: `print(report)` adds it."""
        return self.render().rstrip("\n")

    def position(self, byte: int) -> Position:
        """Where a byte of the document stands; one past the end counts as the end."""
        require_int("byte", byte)
        if not 0 <= byte < 2**64:
            raise ValueError(f"byte must be 0 or more and fit into 64 bits, not {byte}")
        found = _abi.Position()
        with self._handle as pointer:
            lib.tracedag_report_position(pointer, byte, byref(found))
        return Position(found.byte, found.line, found.column, found.utf16)

    # ---- life -------------------------------------------------------------------------------

    def close(self) -> None:
        """Gives the memory back. The DAG and the findings that were taken out stay. A closed
        report raises ValueError. Closing again does nothing."""
        self._handle.close()
        self._again = None

    @property
    def closed(self) -> bool:
        """Whether close() was called."""
        return self._handle.closed

    def __enter__(self) -> Report:
        self._handle.require_open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> tuple[Callable[[], Report], tuple[()]]:
        """Pickled, a report is its document and its limits: who reads it, judges again."""
        again = self._again
        self._handle.require_open()
        assert again is not None, "close() closes the handle first"
        return again, ()

    def __repr__(self) -> str:
        verdict = "accepted" if self.valid else "rejected"
        return f"<Report of {self.file!r}: {verdict}{', closed' if self.closed else ''}>"


def render(reports: Iterable[Report | StrPath], format: Format = "sarif", *,
           color: bool = False) -> str:
    """Several reports as one text: one run of SARIF, or one list of workflow commands for
    GitHub, with errors of all documents first; as text and JSON Lines one after the other.

    A file name in the place of a report stands for a document that could not be judged: SARIF
    and GitHub's commands say so, the others pass over it.
    """
    _require_format(format)
    each = list(reports)
    pointers = (_abi.ReportPointer * len(each))()
    names = (c_char_p * len(each))()
    with ExitStack() as used:
        for i, report in enumerate(each):
            if isinstance(report, Report):
                pointers[i] = used.enter_context(report._handle)
            names[i] = file_bytes(report.file if isinstance(report, Report) else report)
        text = owned_text(lib.tracedag_reports_render, pointers, names, len(each),
                          _FORMATS[format], _COLOR if color else 0)
    return text.decode()


class TraceDagError(Exception):
    """A document is rejected. `report` says why; as text, the error is that report, in the
    words of the command."""

    report: Report

    def __init__(self, report: Report) -> None:
        super().__init__(str(report))
        self.report = report

    def __reduce__(self) -> tuple[type[TraceDagError], tuple[Report]]:
        return type(self), (self.report,)


def _require_format(format: str) -> None:
    if format not in _FORMATS:
        raise ValueError(f"format must be one of {', '.join(_FORMATS)}, not {format!r}")


def file_name(file: StrPath) -> str:
    """A file's name as text, refused where a report could not be written with it."""
    file_bytes(file)
    return os.fsdecode(file)


def _span(row: Any) -> Span:
    return Span(
        Position(row.start_byte, row.start_line, row.start_column, row.start_utf16),
        Position(row.end_byte, row.end_line, row.end_column, row.end_utf16),
    )


def _fix(row: Any) -> Fix:
    edits = _abi.rows(row.edits_items, row.edits_count, row.edits_stride, _abi.Edit)
    return Fix(
        title=_abi.text(row.title_ptr, row.title_len),
        safety=_SAFETIES[row.safety],
        edits=tuple(Edit(e.start, e.end, _abi.text(e.text_ptr, e.text_len)) for e in edits),
    )


def apply_fixes(report: Any, unsafe: bool) -> tuple[bytes, tuple[AppliedFix, ...]]:
    """The text of a report's document with fixes, and what was done."""
    text, size, applied = c_void_p(), c_size_t(), _abi.List()
    expect_ok(lib.tracedag_report_fix(report, _UNSAFE if unsafe else 0, byref(text), byref(size),
                                      byref(applied), None))
    try:
        rows = _abi.rows(applied.items, applied.count, applied.stride, _abi.AppliedFix)
        return string_at(text, size.value), tuple(map(_applied, rows))
    finally:
        lib.tracedag_free(text)
        lib.tracedag_free(applied.items)


def _applied(row: Any) -> AppliedFix:
    return AppliedFix(
        code=_CODES[row.code],
        safety=_SAFETIES[row.safety],
        start=Position(row.start_byte, row.start_line, row.start_column, row.start_utf16),
        title=_abi.text(row.title_ptr, row.title_len),
    )


def _finding(row: Any) -> Finding:
    text = _abi.text
    subject = _SUBJECTS[row.subject_kind]
    related = _abi.rows(row.related_items, row.related_count, row.related_stride, _abi.Related)
    advice = _abi.rows(row.help_items, row.help_count, row.help_stride, _abi.Text)
    fixes = _abi.rows(row.fixes_items, row.fixes_count, row.fixes_stride, _abi.Fix)
    return Finding(
        code=_CODES[row.code],
        name=text(row.name_ptr, row.name_len),
        severity=_SEVERITIES[row.severity],
        message=text(row.message_ptr, row.message_len),
        label=text(row.label_ptr, row.label_len),
        span=_span(row),
        pointer=text(row.pointer_ptr, row.pointer_len),
        subject=Subject(
            subject,
            text(row.subject_ptr, row.subject_len),
            row.subject_index if subject == SubjectKind.INPUT else None,
        ),
        related=tuple(Related(_span(r), text(r.label_ptr, r.label_len),
                              text(r.file_ptr, r.file_len)) for r in related),
        help=tuple(text(h.ptr, h.len) for h in advice),
        fixes=tuple(map(_fix, fixes)),
        data=json.loads(text(row.data_ptr, row.data_len)),
        fingerprint=text(row.fingerprint_ptr, row.fingerprint_len),
        suppression=_SUPPRESSIONS[row.suppression] if row.suppression else None,
        justification=text(row.justification_ptr, row.justification_len),
    )
