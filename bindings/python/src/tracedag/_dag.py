"""The validated DAG: its parts, its graph, its forms and hashes."""
from __future__ import annotations

import threading
from contextlib import ExitStack
from ctypes import byref, c_size_t
from datetime import datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any, Callable, Literal, Mapping, NoReturn, Protocol, TypeVar

from . import _abi
from ._call import (
    Handle,
    StrPath,
    borrowed_rows,
    expect_ok,
    file_bytes,
    owned_list,
    owned_rows,
    owned_text,
    require_int,
)
from ._enums import Activation, FlowKind, Members, Origin, Setting
from ._fetch import CANONICAL, JSON, Model, fetch
from ._library import lib
from ._model import Flow, Flows, Job, JobHashes, Publish, TuningOrigin

Form = Literal["canonical", "resolved", "origins"]
Syntax = Literal["json", "yaml"]
TrustFormat = Literal["text", "json"]
Picture = Literal["text", "mermaid", "dot"]

_FORMS: dict[Form, int] = {"canonical": CANONICAL, "resolved": 2, "origins": 3}
_SYNTAXES: dict[Syntax, int] = {"json": JSON, "yaml": 2}
_TRUST_FORMATS: dict[TrustFormat, int] = {"text": 1, "json": 2}
_PICTURES: dict[Picture, int] = {"text": 1, "mermaid": 2, "dot": 3}
_COLOR = 1

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_SECOND = timedelta(seconds=1)

_FLOW_KINDS = Members(FlowKind)
_SETTINGS = Members(Setting)
_ORIGINS = Members(Origin)

_Part = TypeVar("_Part")


class _Report(Protocol):
    """What `Report` is to a DAG, whose module cannot name it."""

    _handle: Handle


class Dag:
    """A validated DAG, with defaults applied. load() and check() make it.

    It never changes, and any number of threads may read one. Its parts are copied out of the
    library when they are first asked for; they are plain values, which stay when the DAG is
    closed. A closed DAG raises ValueError.
    """

    __slots__ = ("__weakref__", "_handle", "_hash", "_lock", "_name", "_parts")

    def __init__(self, pointer: Any) -> None:
        self._handle = Handle("Dag", pointer, lib.tracedag_dag_unref)
        self._lock = threading.RLock()
        self._parts: dict[str, Any] = {}
        self._name: str = lib.tracedag_dag_name(pointer).decode()
        self._hash: str = lib.tracedag_dag_hash(pointer).decode()

    @property
    def name(self) -> str:
        """The DAG's name."""
        return self._name

    @property
    def hash(self) -> str:
        """The `yaml_hash`: `td1:` and 32 hex digits. It is not collision-resistant: who
        de-duplicates by it compares the canonical bytes, dumps(), on a hit."""
        return self._hash

    # ---- parts ------------------------------------------------------------------------------

    def _once(self, name: str, make: Callable[[], _Part]) -> _Part:
        """What `make` gives; all threads get the same."""
        self._handle.require_open()
        with self._lock:
            if name not in self._parts:
                self._parts[name] = make()
            part: _Part = self._parts[name]
            return part

    def _model(self) -> Model:
        def read() -> Model:
            with self._handle as pointer:
                return fetch(pointer)

        return self._once("model", read)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """All jobs, in order of names."""
        return self._model().jobs

    def job(self, name: str) -> Job:
        """The job of a name; KeyError where there is none."""
        return self._once("jobs by name", lambda: {job.name: job for job in self.jobs})[name]

    @property
    def publishes(self) -> tuple[Publish, ...]:
        """The published datasets, in order of names."""
        return self._model().publishes

    def publish(self, name: str) -> Publish:
        """The published dataset of a name; KeyError where there is none."""
        by_name = self._once("publishes by name", lambda: {p.name: p for p in self.publishes})
        return by_name[name]

    @property
    def external_datasets(self) -> tuple[str, ...]:
        """The names of datasets that are read and not published here."""
        return self._model().external_datasets

    @property
    def origins(self) -> Mapping[str, Mapping[Setting, TuningOrigin]]:
        """Where the tuning values came from: `dag.origins["a"][Setting.MAX_ATTEMPTS]`."""
        return self._once("origins", self._read_origins)

    def _read_origins(self) -> Mapping[str, Mapping[Setting, TuningOrigin]]:
        jobs = self.jobs
        origins: dict[str, dict[Setting, TuningOrigin]] = {job.name: {} for job in jobs}
        for row in self._owned(_abi.SettingOrigin, lib.tracedag_dag_origins):
            origins[jobs[row.job].name][_SETTINGS[row.setting]] = TuningOrigin(
                _ORIGINS[row.origin], row.line or None)
        return MappingProxyType({name: MappingProxyType(of) for name, of in origins.items()})

    # ---- graph ------------------------------------------------------------------------------

    @property
    def order(self) -> tuple[Job, ...]:
        """All jobs so that each follows what it reads, ties by name."""
        return self._model().order

    @property
    def sources(self) -> tuple[Job, ...]:
        """The source jobs, in order of names."""
        return tuple(job for job in self.jobs if job.activation == Activation.SOURCE)

    def upstream(self, job: Job | str, *, transitive: bool = False) -> tuple[Job, ...]:
        """The jobs that a job reads, also through datasets that this DAG publishes: directly,
        or with `transitive` at any distance; each follows what it reads."""
        _require_bool("transitive", transitive)
        return self._walk(lib.tracedag_dag_upstream, self._index(job), transitive)

    def downstream(self, job: Job | str, *, output: int | None = None,
                   transitive: bool = False) -> tuple[Job, ...]:
        """The jobs that read a job, or one output of it; as upstream() otherwise."""
        _require_bool("transitive", transitive)
        index = self._index(job)
        if output is None:
            output = _abi.ANY_OUTPUT
        else:
            _require_output(self.jobs[index], output)
        return self._walk(lib.tracedag_dag_downstream, index, output, transitive)

    def _index(self, job: Job | str) -> int:
        if isinstance(job, Job):
            job = job.name
        return self.job(job).index

    def _walk(self, function: Any, *arguments: int) -> tuple[Job, ...]:
        jobs = self.jobs
        return tuple(jobs[row.value] for row in self._owned(_abi.Index, function, *arguments))

    def _owned(self, record: Any, function: Any, *arguments: int) -> list[Any]:
        with self._handle as pointer:
            return owned_rows(record, function, pointer, *arguments)

    # ---- schedules --------------------------------------------------------------------------

    def next_runs(self, job: Job | str, after: datetime, count: int) -> tuple[datetime, ...]:
        """When a job runs by its schedule: the first `count` runs after an instant, 10,000 at
        most, in UTC. Fewer, or none, where the job has no schedule or its schedule ends.

        `after` is aware of its time zone and lies between 1970 and 9999 in UTC; fractions of a
        second are left out. The runs of `rate(...)` are counted from it, for what they are counted
        from in the end, when the rule was made, stands in no document. The last run as `after`
        gives those behind it.
        """
        index = self._index(job)
        seconds = _seconds(after)
        require_int("count", count)
        if not 0 <= count <= _abi.RUNS_MOST:
            raise ValueError(f"count must be 0 to {_abi.RUNS_MOST}, not {count}")
        rows = self._owned(_abi.Instant, lib.tracedag_dag_next_runs, index, seconds, count)
        return tuple(_EPOCH + row.value * _SECOND for row in rows)

    # ---- trust ------------------------------------------------------------------------------

    def flows(self, *, most: int = _abi.FLOWS_MOST) -> Flows:
        """Which secrets, bundles of users, external datasets and webhooks reach which published
        dataset, each with its shortest way, at most `most` of them, 100,000 at most. There may be
        as many as names times datasets, so that of a very large DAG not all are given."""
        _require_most(most)
        left_out = c_size_t()

        def call(pointer: Any, out: Any) -> int:
            status: int = lib.tracedag_dag_flows(pointer, most, out, byref(left_out))
            return status

        jobs, publishes = self.jobs, self.publishes
        with self._handle as pointer:
            first = [row.first_input
                     for row in borrowed_rows(_abi.Job, lib.tracedag_dag_jobs, pointer)]

            def read(row: Any) -> Flow:
                path = [jobs[index]
                        for index in _indices(row.path_items, row.path_count, row.path_stride)]
                inputs = _indices(row.inputs_items, row.inputs_count, row.inputs_stride)
                return Flow(
                    kind=_FLOW_KINDS[row.kind],
                    name=_abi.text(row.name_ptr, row.name_len),
                    publish=None if row.publish == _abi.NO_PUBLISH else publishes[row.publish],
                    path=tuple(path),
                    inputs=tuple(job.inputs[index - first[job.index]]
                                 for job, index in zip(path[1:], inputs)),
                    entries=row.entries,
                )

            found = owned_list(read, _abi.Flow, call, pointer)
        return Flows(tuple(found), left_out.value)

    def trust(self, format: TrustFormat = "text", *, file: StrPath = "-", most: int = 1000,
              color: bool = False) -> str:
        """The flows as the report that the command `tracedag trust` writes: `text` for people, or
        `json`, a record a line for each published dataset and one that sums up. `file` names the
        document in it; `color` is for terminals. Text has no more than a few characters of a
        bundle whose name looks like a credential."""
        if format not in _TRUST_FORMATS:
            raise ValueError(
                f"format must be one of {', '.join(_TRUST_FORMATS)}, not {format!r}")
        _require_most(most)
        name = file_bytes(file)
        with self._handle as pointer:
            return owned_text(lib.tracedag_dag_trust_render, pointer, most,
                              _TRUST_FORMATS[format], name, _COLOR if color else 0).decode()

    # ---- pictures ---------------------------------------------------------------------------

    def draw(self, picture: Picture = "text", *, report: _Report | None = None,
             older: Dag | None = None, color: bool = False) -> str:
        """The jobs and what they read, as the command `tracedag graph` draws them: `text` for a
        terminal, `mermaid`, a flowchart, or `dot`, for Graphviz. Findings of `report` stand at
        what they are about. With an `older` version, what changed since is marked, and whose data
        is made anew. `color` is for terminals and for text."""
        if picture not in _PICTURES:
            raise ValueError(
                f"picture must be one of {', '.join(_PICTURES)}, not {picture!r}")
        with ExitStack() as used:
            pointer = used.enter_context(self._handle)
            findings = used.enter_context(report._handle) if report else None
            change = _abi.DiffPointer()
            if older is not None:
                before = used.enter_context(older._handle)
                expect_ok(lib.tracedag_diff_new(before, pointer, byref(change)))
            used.callback(lib.tracedag_diff_unref, change)
            return owned_text(lib.tracedag_dag_draw, pointer, findings, change,
                              _PICTURES[picture], _COLOR if color else 0).decode()

    # ---- forms and hashes -------------------------------------------------------------------

    def dumps(self, *, form: Form = "canonical", syntax: Syntax = "json") -> bytes:
        """The DAG as UTF-8 text. The form is `canonical`, what the hash covers; `resolved`, with
        the six tuning values of each job; or `origins`, which adds where each came from. The
        syntax is `json`, one line, or `yaml`, blocks for reading."""
        if form not in _FORMS:
            raise ValueError(f"form must be one of {', '.join(_FORMS)}, not {form!r}")
        if syntax not in _SYNTAXES:
            raise ValueError(f"syntax must be one of {', '.join(_SYNTAXES)}, not {syntax!r}")
        with self._handle as pointer:
            return owned_text(lib.tracedag_dag_write, pointer, _FORMS[form], _SYNTAXES[syntax])

    @property
    def job_hashes(self) -> Mapping[str, JobHashes]:
        """The hashes of the jobs, by names in order."""
        return self._once("job hashes", self._read_job_hashes)

    def _read_job_hashes(self) -> Mapping[str, JobHashes]:
        rows = self._owned(_abi.JobHashes, lib.tracedag_dag_job_hashes)
        return MappingProxyType({
            job.name: JobHashes(_until_nul(row.job), _until_nul(row.materialization))
            for job, row in zip(self.jobs, rows)
        })

    # ---- life -------------------------------------------------------------------------------

    def close(self) -> None:
        """Gives the memory back. Parts that were taken out stay. Closing again does nothing."""
        self._handle.close()

    @property
    def closed(self) -> bool:
        """Whether close() was called."""
        return self._handle.closed

    def __enter__(self) -> Dag:
        self._handle.require_open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Dag cannot be pickled; its document can, and its parts, such as jobs")

    def __repr__(self) -> str:
        return f"<Dag {self.name!r} {self.hash}{' closed' if self.closed else ''}>"


def _require_bool(what: str, value: object) -> None:
    if not isinstance(value, bool):
        raise TypeError(f"{what} must be a bool, not {type(value).__name__}")


def _require_output(job: Job, output: int) -> None:
    require_int("output", output)
    if not 0 <= output < job.outputs:
        raise ValueError(
            f"job {job.name!r} has {job.outputs} outputs, and output {output} does not exist")


def _require_most(most: int) -> None:
    require_int("most", most)
    if not 0 <= most <= _abi.FLOWS_MOST:
        raise ValueError(f"most must be 0 to {_abi.FLOWS_MOST}, not {most}")


def _indices(items: int | None, count: int, stride: int) -> list[int]:
    return [row.value for row in _abi.rows(items, count, stride, _abi.Index)]


def _seconds(instant: datetime) -> int:
    if not isinstance(instant, datetime):
        raise TypeError(f"after must be a datetime, not {type(instant).__name__}")
    if instant.utcoffset() is None:
        raise ValueError("after must have a time zone, such as datetime.now(timezone.utc)")
    seconds = (instant - _EPOCH) // _SECOND
    if not 0 <= seconds <= _abi.LAST_INSTANT:
        raise ValueError(f"after must lie between 1970 and 9999 in UTC, not at {instant}")
    return seconds


def _until_nul(field: bytes) -> str:
    return field.split(b"\0", 1)[0].decode()
