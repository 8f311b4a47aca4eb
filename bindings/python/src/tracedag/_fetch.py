"""Copies a DAG out of the library: one call for each list, one for all free-form values."""
from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Iterable

from . import _abi
from ._call import borrowed_rows, owned_text
from ._enums import (
    Activation,
    BackpressureMode,
    ExecutionStrategy,
    Members,
    Priority,
    Runtime,
    SourceKind,
    Storage,
    UpdateStrategy,
    WriteMode,
)
from ._library import lib
from ._model import (
    AlwaysOnSource,
    Column,
    CronSource,
    DatasetRef,
    Input,
    Job,
    JobOutput,
    ManualSource,
    Publish,
    Schema,
    Source,
    Tuning,
    Udf,
    WebhookSource,
)

CANONICAL = 1
JSON = 1

_ACTIVATIONS = Members(Activation)
_RUNTIMES = Members(Runtime)
_EXECUTIONS = Members(ExecutionStrategy)
_UPDATES = Members(UpdateStrategy)
_KINDS = Members(SourceKind)
_PRIORITIES = Members(Priority)
_MODES = Members(BackpressureMode)
_STORAGES = Members(Storage)
_WRITE_MODES = Members(WriteMode)


@dataclass(frozen=True)
class Model:
    """All of a DAG that has a type."""

    jobs: tuple[Job, ...]
    publishes: tuple[Publish, ...]
    external_datasets: tuple[str, ...]
    order: tuple[Job, ...]


@dataclass(frozen=True)
class _Lists:
    """The library's lists, as they come."""

    jobs: list[Any]
    inputs: list[Any]
    publishes: list[Any]
    names: list[str]
    job_names: list[str]


def fetch(dag: Any) -> Model:
    """Reads all of a DAG; its handle must be in use."""
    lists = _lists(dag)
    document = _free_form(dag, lists)
    jobs = tuple(_job(lists, index, document) for index in range(len(lists.jobs)))
    order = borrowed_rows(_abi.Index, lib.tracedag_dag_order, dag)
    return Model(
        jobs=jobs,
        publishes=tuple(_publish(lists, row, document) for row in lists.publishes),
        external_datasets=tuple(
            _texts(borrowed_rows(_abi.Text, lib.tracedag_dag_external_datasets, dag))),
        order=tuple(jobs[row.value] for row in order),
    )


def _texts(rows: Iterable[Any]) -> list[str]:
    return [_abi.text(row.ptr, row.len) for row in rows]


def _lists(dag: Any) -> _Lists:
    jobs = list(borrowed_rows(_abi.Job, lib.tracedag_dag_jobs, dag))
    return _Lists(
        jobs=jobs,
        inputs=list(borrowed_rows(_abi.Input, lib.tracedag_dag_inputs, dag)),
        publishes=list(borrowed_rows(_abi.Publish, lib.tracedag_dag_publishes, dag)),
        names=_texts(borrowed_rows(_abi.Text, lib.tracedag_dag_names, dag)),
        job_names=[_abi.text(row.name_ptr, row.name_len) for row in jobs],
    )


def _free_form(dag: Any, lists: _Lists) -> dict[str, Any]:
    """The canonical form, whose jobs have the order of the list and whose numbers are exact;
    nothing where no job has a `config`, no input a `where` and no dataset a schema."""
    if not (any(row.config for row in lists.jobs) or any(row.where for row in lists.inputs)
            or any(row.schema for row in lists.publishes)):
        return {}
    text = owned_text(lib.tracedag_dag_write, dag, CANONICAL, JSON)
    document: dict[str, Any] = json.loads(text.decode(), parse_float=Decimal)
    return document


def _job(lists: _Lists, index: int, document: dict[str, Any]) -> Job:
    row = lists.jobs[index]
    values = document["jobs"][index] if document else {}
    names = lists.names
    return Job(
        index=index,
        name=lists.job_names[index],
        activation=_ACTIVATIONS[row.activation],
        runtime=_RUNTIMES[row.runtime],
        operator=_abi.text(row.operator_name_ptr, row.operator_name_len),
        outputs=row.outputs,
        inputs=tuple(
            _input(lists, lists.inputs[row.first_input + i], values["inputs"][i] if values else {})
            for i in range(row.input_count)
        ),
        execution_strategy=_EXECUTIONS.optional(row.execution_strategy),
        update_strategy=_UPDATES.optional(row.update_strategy),
        unique_key=tuple(names[row.first_key : row.first_key + row.key_count]),
        source=_source(row),
        reset_outputs=bool(row.reset_outputs),
        secrets=tuple(names[row.first_secret : row.first_secret + row.secret_count]),
        timeout_seconds=row.timeout_seconds or None,
        config=values.get("config", {}),
        udf=_udf(row),
        tuning=Tuning(
            heartbeat_timeout_seconds=row.heartbeat_timeout_seconds,
            max_attempts=row.max_attempts,
            priority=_PRIORITIES[row.priority],
            max_queue_depth=row.max_queue_depth,
            max_queue_age_seconds=row.max_queue_age_seconds,
            backpressure_mode=_MODES[row.backpressure_mode],
        ),
        line=row.line,
    )


def _source(row: Any) -> Source | None:
    kind = _KINDS.optional(row.source_kind)
    if kind == SourceKind.CRON:
        return CronSource(kind, _abi.text(row.schedule_ptr, row.schedule_len))
    if kind == SourceKind.WEBHOOK:
        return WebhookSource(kind, _abi.text(row.webhook_path_ptr, row.webhook_path_len))
    if kind == SourceKind.MANUAL:
        return ManualSource(kind)
    if kind == SourceKind.ALWAYS_ON:
        return AlwaysOnSource(kind)
    return Source(kind) if kind else None


def _udf(row: Any) -> Udf | None:
    if not row.bundle_id_len:
        return None
    return Udf(
        _abi.text(row.bundle_id_ptr, row.bundle_id_len),
        _abi.text(row.entrypoint_ptr, row.entrypoint_len) or None,
    )


def _input(lists: _Lists, row: Any, values: dict[str, Any]) -> Input:
    producer = None
    if row.job != _abi.NO_JOB:
        producer = JobOutput(lists.job_names[row.job], row.output)
    reads: JobOutput | DatasetRef | None = producer
    if row.dataset_len:
        reads = DatasetRef(_abi.text(row.dataset_ptr, row.dataset_len))
    assert reads is not None, "an input names a job or a dataset"
    return Input(reads, producer, values.get("where", {}), row.line)


def _publish(lists: _Lists, row: Any, document: dict[str, Any]) -> Publish:
    name = _abi.text(row.name_ptr, row.name_len)
    return Publish(
        name=name,
        producer=JobOutput(lists.job_names[row.job], row.output),
        storage=_STORAGES.optional(row.storage),
        write_mode=_WRITE_MODES.optional(row.write_mode),
        schema=_schema(document["publish"][name]["schema"]) if row.schema else None,
        line=row.line,
    )


def _schema(values: dict[str, Any]) -> Schema:
    """The canonical form leaves out what a field has by default."""
    return Schema(
        columns=tuple(
            Column(column["name"], column["type"], column.get("nullable", True))
            for column in values["columns"]
        ),
        unique=tuple(values["unique"]),
        indexes=tuple(map(tuple, values.get("indexes", ()))),
    )
