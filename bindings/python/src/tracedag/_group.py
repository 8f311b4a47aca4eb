"""Many DAGs: what is wrong between the documents of an organisation, and who reads what."""
from __future__ import annotations

from ctypes import byref, c_size_t
from dataclasses import dataclass
from functools import partial
from typing import Any, Iterable, Literal

from . import _abi
from ._call import Handle, borrowed_rows, file_bytes, owned_text
from ._enums import Known, Members
from ._errors import OK, REJECTED, fault
from ._library import lib
from ._report import Finding, Report, _finding

GroupFormat = Literal["text", "json"]

_FORMATS: dict[GroupFormat, int] = {"text": 1, "json": 2}
_KNOWN = Members(Known)
_DATASETS = 1
_SUMMARY = 2


@dataclass(frozen=True)
class DatasetUse:
    """Where a DAG publishes or reads a dataset."""

    document: int
    """Which of the reports: the index among those that the group was made of."""
    item: int
    """Its index in `publishes`, or in the inputs of all jobs, of that report's DAG."""
    line: int
    job: str
    """That produces or reads it."""


@dataclass(frozen=True)
class SharedDataset:
    """A dataset that DAGs of a group publish or read."""

    name: str
    publishers: tuple[DatasetUse, ...]
    """One at most, unless the name is taken twice."""
    readers: tuple[DatasetUse, ...]
    known: Known | None
    """How it is known that there is a dataset; None where nothing is known of it."""


class Group:
    """Documents together: what is wrong between them, and who reads what.

    `str(group)` is the summary that the command `tracedag validate --together` ends with. Any
    number of threads may read one group.
    """

    __slots__ = ("__weakref__", "_count", "_handle")

    def __init__(self, pointer: Any, count: int) -> None:
        self._handle = Handle("Group", pointer, lib.tracedag_group_unref)
        self._count = count

    def _counts(self) -> Any:
        with self._handle as pointer:
            found = lib.tracedag_group_summary(pointer).contents
            return found.documents, found.errors, found.warnings, found.all_known

    @property
    def valid(self) -> bool:
        """Whether no finding between the documents is an error."""
        return self.errors == 0

    @property
    def errors(self) -> int:
        """How many errors there are between the documents."""
        return int(self._counts()[1])

    @property
    def warnings(self) -> int:
        """How many warnings there are between them."""
        return int(self._counts()[2])

    @property
    def all_known(self) -> bool:
        """Whether it is known of all documents which datasets they publish: else nothing is said
        of datasets that nobody publishes."""
        return bool(self._counts()[3])

    @property
    def findings(self) -> tuple[tuple[Finding, ...], ...]:
        """For each document the findings between it and others, which stand in it."""
        return tuple(self._findings_of(index) for index in range(self._count))

    def _findings_of(self, index: int) -> tuple[Finding, ...]:
        with self._handle as pointer:
            report = lib.tracedag_group_report(pointer, index)
            return tuple(map(_finding, borrowed_rows(
                _abi.Finding, lib.tracedag_report_findings, report)))

    @property
    def datasets(self) -> tuple[SharedDataset, ...]:
        """The datasets that are published or read, by name."""
        with self._handle as pointer:
            return tuple(map(_dataset, borrowed_rows(
                _abi.SharedDataset, lib.tracedag_group_datasets, pointer)))

    def render(self, format: GroupFormat = "text", *, datasets: bool = True,
               summary: bool = True) -> str:
        """Each dataset with who publishes and who reads it, and a summary: as text or as JSON
        Lines, each line ended."""
        if format not in _FORMATS:
            raise ValueError(f"format must be one of {', '.join(_FORMATS)}, not {format!r}")
        parts = (_DATASETS if datasets else 0) | (_SUMMARY if summary else 0)
        if parts == 0:
            raise ValueError("a group is written with its datasets, its summary, or both")
        with self._handle as pointer:
            return owned_text(lib.tracedag_group_render, pointer, _FORMATS[format],
                              parts).decode()

    def __str__(self) -> str:
        return self.render(datasets=False).rstrip("\n")

    def close(self) -> None:
        """Gives the memory back. What was taken out stays. A closed group raises ValueError.
        Closing again does nothing."""
        self._handle.close()

    @property
    def closed(self) -> bool:
        """Whether close() was called."""
        return self._handle.closed

    def __enter__(self) -> Group:
        self._handle.require_open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Group of {self._count} documents{', closed' if self.closed else ''}>"


def check_together(reports: Iterable[Report | None]) -> Group:
    """Judges the documents of reports together: datasets that nobody publishes (TD901) or two
    publish (TD902), DAGs that wait for each other (TD903), DAGs of one name (TD904).

    Reports may be closed once the group is there, and a generator may make them one by one: of
    each document little more than its bytes is kept. None stands for a document that could not
    be read.
    """
    outlines: list[Any] = []
    try:
        for report in reports:
            outlines.append(_outline(report))
        pointers = (_abi.OutlinePointer * len(outlines))(*outlines)
        group = _abi.GroupPointer()
        status = lib.tracedag_group_new(pointers, c_size_t(len(outlines)), byref(group))
    finally:
        for outline in outlines:
            lib.tracedag_outline_unref(outline)
    if status not in (OK, REJECTED):
        raise fault(status, lib.tracedag_status_text(status).decode())
    return Group(group, len(outlines))


def between(group: Group, index: int, file: str) -> Report:
    """What is wrong between a document and others, as a report that can be written."""
    with group._handle as pointer:
        found = lib.tracedag_report_ref(lib.tracedag_group_report(pointer, index))
    return Report(found, file, partial(between, group, index, file))


def _outline(report: Report | None) -> Any:
    outline = _abi.OutlinePointer()
    if report is None:
        return outline
    if not isinstance(report, Report):
        raise TypeError(f"reports must be Report or None, not {type(report).__name__}")
    if report.dag is None:
        status = _new_outline(None, report, outline)
    else:
        with report.dag._handle as dag:
            status = _new_outline(dag, report, outline)
    if status != OK:
        raise fault(status, lib.tracedag_status_text(status).decode())
    return outline


def _new_outline(dag: Any, report: Report, outline: Any) -> int:
    with report._handle as pointer:
        status: int = lib.tracedag_outline_new(dag, pointer, file_bytes(report.file),
                                               byref(outline))
    return status


def _use(row: Any) -> DatasetUse:
    return DatasetUse(row.document, row.item, row.line, _abi.text(row.job_ptr, row.job_len))


def _uses(items: int | None, count: int, stride: int) -> tuple[DatasetUse, ...]:
    return tuple(map(_use, _abi.rows(items, count, stride, _abi.DatasetUse)))


def _dataset(row: Any) -> SharedDataset:
    return SharedDataset(
        name=_abi.text(row.name_ptr, row.name_len),
        publishers=_uses(row.publishers_items, row.publishers_count, row.publishers_stride),
        readers=_uses(row.readers_items, row.readers_count, row.readers_stride),
        known=_KNOWN[row.known] if row.known else None,
    )
