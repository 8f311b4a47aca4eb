"""The typed parts of a DAG against its forms in golden files, and against its JSON form with
origins, for which there are none."""
from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import tracedag
from support import CASES


TUNING = {setting.word for setting in tracedag.Setting}

all_documents = pytest.mark.parametrize("file", sorted((CASES / "valid").glob("*.yaml")),
                                        ids=lambda file: file.stem)


def read(form: bytes) -> dict[str, Any]:
    return json.loads(form, parse_float=Decimal)


def plain(dag: tracedag.Dag) -> dict[str, Any]:
    """A DAG as JSON has it, with origins."""
    return without_absent({
        "name": dag.name,
        "jobs": [plain_job(dag, job) for job in dag.jobs],
        "publish": {publish.name: plain_publish(publish) for publish in dag.publishes},
    })


@all_documents
def test_golden_forms(file: Path) -> None:
    """The canonical form leaves out the tuning values that a job has by default."""
    found = plain(tracedag.load(file.read_bytes()))
    for job in found["jobs"]:
        del job["origins"]
    resolved = file.with_suffix(".resolved")
    if resolved.exists():
        assert found == read(resolved.read_bytes())
    canonical = read(file.with_suffix(".canon").read_bytes())
    for job, golden in zip(found["jobs"], canonical["jobs"]):
        for setting in TUNING - golden.keys():
            del job[setting]
    assert found == canonical


@all_documents
def test_origins(file: Path) -> None:
    dag = tracedag.load(file.read_bytes())
    assert plain(dag) == read(dag.dumps(form="origins"))


# ---- parts as JSON has them -----------------------------------------------------------------


def without_absent(values: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in values.items() if value not in (None, {}, [])}


def duration(seconds: int) -> str:
    text = ""
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        if seconds >= size:
            text += f"{seconds // size}{unit}"
            seconds %= size
    return text


def plain_reference(reference: tracedag.JobOutput | tracedag.DatasetRef) -> dict[str, object]:
    if isinstance(reference, tracedag.DatasetRef):
        return {"dataset": reference.dataset}
    return {"job": reference.job, "output": reference.output}


def plain_source(source: tracedag.Source | None) -> dict[str, object] | None:
    if source is None:
        return None
    more = {}
    if isinstance(source, tracedag.CronSource):
        more = {"schedule": source.schedule}
    if isinstance(source, tracedag.WebhookSource):
        more = {"webhook_path": source.path}
    return {"kind": str(source.kind), **more}


def plain_origin(origin: tracedag.TuningOrigin) -> dict[str, object]:
    return without_absent({"from": str(origin.origin), "line": origin.line})


def plain_job(dag: tracedag.Dag, job: tracedag.Job) -> dict[str, object]:
    """A job as JSON has it."""
    update = job.update_strategy
    implied = job.source is not None and update == tracedag.UpdateStrategy.REPLACE
    values = without_absent({
        "name": job.name,
        "activation": str(job.activation),
        "runtime": str(job.runtime),
        "operator": job.operator,
        "outputs": job.outputs,
        "inputs": [without_absent({"from": plain_reference(i.reads), "where": i.where})
                   for i in job.inputs],
        "execution_strategy": job.execution_strategy and str(job.execution_strategy),
        "update_strategy": None if update is None or implied else str(update),
        "unique_key": list(job.unique_key),
        "source": plain_source(job.source),
        "bootstrap": {"reset_outputs": True} if job.reset_outputs else None,
        "secrets": list(job.secrets),
        "timeout_seconds": job.timeout_seconds,
        "config": job.config,
        "udf": job.udf and without_absent(vars(job.udf)),
    })
    tuning = job.tuning
    values.update({
        "heartbeat_timeout_seconds": tuning.heartbeat_timeout_seconds,
        "max_attempts": tuning.max_attempts,
        "priority": str(tuning.priority),
        "max_queue_depth": tuning.max_queue_depth,
        "max_queue_age": duration(tuning.max_queue_age_seconds),
        "backpressure_mode": str(tuning.backpressure_mode),
        "origins": {setting.word: plain_origin(origin)
                    for setting, origin in dag.origins[job.name].items()},
    })
    return values


def plain_publish(publish: tracedag.Publish) -> dict[str, object]:
    schema = publish.schema
    return without_absent({
        "from": plain_reference(publish.producer),
        "storage": publish.storage and str(publish.storage),
        "write_mode": publish.write_mode and str(publish.write_mode),
        "schema": schema and without_absent({
            "columns": [{"name": c.name, "type": c.type,
                         **({} if c.nullable else {"nullable": False})}
                        for c in schema.columns],
            "unique": list(schema.unique),
            "indexes": [list(index) for index in schema.indexes],
        }),
    })
