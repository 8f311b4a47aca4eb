"""The parts of a DAG: plain values that never change and need no library."""
from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Iterator, Mapping, Sequence, Union

from ._enums import (
    Activation,
    BackpressureMode,
    Code,
    ExecutionStrategy,
    FlowKind,
    Origin,
    Priority,
    Runtime,
    Severity,
    SourceKind,
    Storage,
    UpdateStrategy,
    WriteMode,
)

Value = Union[None, bool, int, Decimal, str, Sequence["Value"], Mapping[str, "Value"]]
"""A free-form value: numbers are exact, integers as int and others as Decimal; lists and maps
are list and dict. They are shared by all who ask: who wants to change one takes a copy.deepcopy()
first."""

Scalar = Union[bool, int, str]
"""The value of a filter."""


@dataclass(frozen=True)
class JobOutput:
    """An output of a job, by the job's name and the output's number from 0."""

    job: str
    output: int


@dataclass(frozen=True)
class DatasetRef:
    """A dataset, by its name."""

    dataset: str


@dataclass(frozen=True)
class Input:
    """What a job reads."""

    reads: JobOutput | DatasetRef
    """What the document names."""
    producer: JobOutput | None
    """The output that is read, also behind a dataset that this DAG publishes; None for a
    dataset from elsewhere."""
    where: Mapping[str, Scalar] = field(hash=False)
    """Fields and the values that they must have, all of them; empty without a filter. A dict, to
    be read and not to be changed."""
    line: int
    """Where the input begins in the document, from 1."""


@dataclass(frozen=True)
class Source:
    """What starts a source job: one of the classes below, or this one for a kind that this
    package does not know."""

    kind: SourceKind


@dataclass(frozen=True)
class CronSource(Source):
    """Runs by a schedule, in its canonical spelling."""

    schedule: str


@dataclass(frozen=True)
class WebhookSource(Source):
    """Runs when the path is called."""

    path: str


@dataclass(frozen=True)
class ManualSource(Source):
    """Runs when somebody asks for it."""


@dataclass(frozen=True)
class AlwaysOnSource(Source):
    """Runs all the time."""


@dataclass(frozen=True)
class Udf:
    """A user's bundle that a job runs."""

    bundle_id: str
    entrypoint: str | None


@dataclass(frozen=True)
class Tuning:
    """The six tuning values of a job, with the defaults applied; `Dag.origins` says where each
    came from."""

    heartbeat_timeout_seconds: int
    max_attempts: int
    priority: Priority
    max_queue_depth: int
    max_queue_age_seconds: int
    backpressure_mode: BackpressureMode


@dataclass(frozen=True)
class TuningOrigin:
    """Where a tuning value came from; `line` counts from 1 and is None for a built-in default."""

    origin: Origin
    line: int | None


@dataclass(frozen=True)
class Job:
    """A job, with the defaults applied."""

    index: int
    """Its position among the jobs, which are in order of names."""
    name: str
    activation: Activation
    runtime: Runtime
    operator: str
    outputs: int
    """How many outputs it has; they are numbered from 0."""
    inputs: tuple[Input, ...]
    execution_strategy: ExecutionStrategy | None
    """None on a source job."""
    update_strategy: UpdateStrategy | None
    """None on a job without outputs that states none."""
    unique_key: tuple[str, ...]
    source: Source | None
    """None on a reactive job."""
    reset_outputs: bool
    """Whether `bootstrap` asks for it."""
    secrets: tuple[str, ...]
    timeout_seconds: int | None
    config: Mapping[str, Value] = field(hash=False)
    """Free in shape; empty where there is none. A dict, to be read and not to be changed."""
    udf: Udf | None
    tuning: Tuning
    line: int
    """Where the job begins in the document, from 1."""


@dataclass(frozen=True)
class JobHashes:
    """The hashes of a job: `job` (`tdj1:`) is all of it, `materialization` (`tdm1:`) what decides
    its data."""

    job: str
    materialization: str


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    name: str
    type: str
    nullable: bool


@dataclass(frozen=True)
class Schema:
    """The table of a buffered dataset."""

    columns: tuple[Column, ...]
    unique: tuple[str, ...]
    indexes: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Publish:
    """A published dataset."""

    name: str
    producer: JobOutput
    storage: Storage | None
    """None where the document states none."""
    write_mode: WriteMode | None
    """None where the document states none."""
    schema: Schema | None
    line: int
    """Where the entry begins in the document, from 1."""


@dataclass(frozen=True)
class Flow:
    """That data which a secret, a bundle, an external dataset or a webhook has had a part in
    reaches a published dataset."""

    kind: FlowKind
    name: str
    """Of the secret, bundle or dataset; the path of the webhook."""
    publish: Publish | None
    """The dataset that it reaches; None for what enters at jobs that lead to no dataset."""
    path: tuple[Job, ...]
    """The shortest way, from the job where it enters to the one that makes the dataset; among
    equally short ones the least by names."""
    inputs: tuple[Input, ...]
    """By which each of these jobs but the first reads the one before it."""
    entries: int
    """At how many jobs it enters that lead there, the first of `path` included."""


@dataclass(frozen=True)
class Flows:
    """What reaches which published dataset, by dataset, then kind, then name; behind the datasets
    what leads to none. It can be iterated over."""

    found: tuple[Flow, ...]
    left_out: int
    """How many datasets lack some or all of their flows, what leads to none counted as one."""

    def __iter__(self) -> Iterator[Flow]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)


@dataclass(frozen=True)
class CodeInfo:
    """A code of the library: its rule in one line."""

    code: Code
    severity: Severity
    name: str
    rule: str


@dataclass(frozen=True)
class CodePage:
    """The page of a code: why there is the rule, and documents that break it and keep it.

    `tracedag.check(page.bad, **page.limits)` has the finding, of `page.good` it has none; with
    the catalog where there is one, and Catalog.read() in its place for `of_catalog`.
    """

    code: Code
    severity: Severity
    name: str
    rule: str
    why: str
    """What goes wrong without the rule: a few sentences."""
    bad: bytes
    """A whole document that has the finding; not UTF-8 where that is the fault."""
    message: str
    """Of that finding."""
    advice: str
    """What to do."""
    good: bytes
    """A whole document that is mended and has no finding."""
    option: str
    """The limit that both are read with, for the command: `--limit jobs=1`; may be empty."""
    limits: Mapping[str, int] = field(hash=False)
    """The same as keyword arguments: `{"jobs": 1}`; empty for the defaults."""
    baseline: str
    """An entry with which the bad one is read, for `Options(baseline=...)`; mostly empty."""
    catalog: str
    """The catalog by which both are judged, for Catalog.read(); mostly empty."""
    of_catalog: bool
    """Whether both are catalogs themselves."""
