#!/usr/bin/env python3
"""What the binding costs on a generated document, beside PyYAML with pydantic.

    bench.py [JOBS]        prints rows of a Markdown table: the median of some rounds

Set TRACEDAG_LIBRARY to a release build, as build-wheel leaves in build/wheel/lib. The rows of
PyYAML and pydantic need both packages. The models below check types, accepted words, forms of
names and unknown keys. They do not check what the library does beyond that: references, cycles,
rules across fields, schedules, repeated keys, YAML 1.2's reading of scalars (PyYAML reads 1.1),
limits; they give no places in the source, no canonical form and no hash.
"""
from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated, Any, Callable, Dict, List, Literal, Optional, Union

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "src"))

import tracedag  # noqa: E402

ROUNDS = 15


def milliseconds(work: Callable[[Any], Any], prepare: Callable[[], Any] = lambda: None,
                 rounds: int = ROUNDS) -> float:
    """The median time of `work` on what `prepare` gives, whose own time does not count."""
    times = []
    for _ in range(rounds):
        subject = prepare()
        start = time.perf_counter()
        work(subject)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def row(title: str, cost: float) -> None:
    print(f"| {title} | {cost:.2f} ms |")


def bench_binding(document: bytes) -> None:
    def load() -> tracedag.Dag:
        return tracedag.load(document)

    def fetched() -> tracedag.Dag:
        dag = load()
        assert dag.jobs
        return dag

    row("`check`: verdict, findings, hash, order", milliseconds(lambda _: tracedag.check(document)))
    row("`load`: the same, as a DAG", milliseconds(lambda _: load()))
    row("`hash` of a document", milliseconds(lambda _: tracedag.hash(document)))
    row("`dag.dumps()`: the canonical bytes", milliseconds(tracedag.dumps, load))
    row("`dag.jobs`: all typed parts, the first time", milliseconds(lambda dag: dag.jobs, load))
    row("`dag.origins`, the first time", milliseconds(lambda dag: dag.origins, fetched))
    row("`dag.job_hashes`, the first time", milliseconds(lambda dag: dag.job_hashes, fetched))
    row("`check` of seven bytes: a call", milliseconds(lambda _: tracedag.check(b"name: a")))


def make_models() -> Any:
    """The whole format as pydantic models, as far as types, words, names and keys go."""
    from pydantic import BaseModel, ConfigDict, Field

    class Model(BaseModel):
        model_config = ConfigDict(extra="forbid", strict=True)

    def name(pattern: str) -> Any:
        return Annotated[str, Field(pattern=f"^{pattern}$")]

    job_name = name("[a-z][a-z0-9_-]{0,127}")
    identifier = name("[a-z][a-z0-9_]{0,127}")
    column = name("[A-Za-z_][A-Za-z0-9_]{0,62}")
    secret = name("[A-Za-z_][A-Za-z0-9_.-]{0,127}")
    count = Annotated[int, Field(ge=1, le=2147483647)]
    duration = name("([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?")

    class Tuning(Model):
        heartbeat_timeout_seconds: count = 60
        max_attempts: count = 3
        priority: Literal["normal", "bulk"] = "normal"
        max_queue_depth: count = 1000
        max_queue_age: duration = "5m"
        backpressure_mode: Literal["pause"] = "pause"

    class JobOutput(Model):
        job: job_name
        output: Annotated[int, Field(ge=0, le=1023)]

    class DatasetRef(Model):
        dataset: identifier

    class Input(Model):
        from_: Union[JobOutput, DatasetRef] = Field(alias="from")
        where: Optional[Dict[column, Union[bool, int, str]]] = None

    class Cron(Model):
        kind: Literal["cron"]
        schedule: str

    class Webhook(Model):
        kind: Literal["webhook"]
        webhook_path: name("(/[A-Za-z0-9_.~-]+)+")

    class Other(Model):
        kind: Literal["manual", "always_on"]

    class Bootstrap(Model):
        reset_outputs: bool

    class Udf(Model):
        bundle_id: Annotated[str, Field(min_length=1)]
        entrypoint: Optional[name(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")] = None

    class Job(Tuning):
        name: job_name
        activation: Literal["source", "reactive"]
        runtime: Literal["lambda", "ecs_platform", "dispatcher"]
        operator: identifier
        outputs: Annotated[int, Field(ge=0, le=1024)]
        inputs: Optional[List[Input]] = None
        execution_strategy: Optional[Literal["PerUpdate", "PerPartition"]] = None
        update_strategy: Optional[Literal["append", "replace"]] = None
        unique_key: Optional[List[column]] = None
        source: Optional[Annotated[Union[Cron, Webhook, Other], Field(discriminator="kind")]] = None
        bootstrap: Optional[Bootstrap] = None
        secrets: Optional[List[secret]] = None
        timeout_seconds: Optional[count] = None
        config: Optional[Dict[str, Any]] = None
        udf: Optional[Udf] = None

    class Column(Model):
        name: column
        type: Literal["text", "boolean", "smallint", "integer", "bigint", "numeric", "real",
                      "double precision", "date", "timestamp", "timestamptz", "uuid", "bytea",
                      "json", "jsonb"]
        nullable: bool = True

    class Schema(Model):
        columns: Annotated[List[Column], Field(min_length=1)]
        unique: Annotated[List[column], Field(min_length=1)]
        indexes: List[Annotated[List[column], Field(min_length=1)]] = []

    class Publish(Model):
        from_: JobOutput = Field(alias="from")
        storage: Optional[Literal["postgres", "s3"]] = None
        write_mode: Optional[Literal["buffered", "direct"]] = None
        schema_: Optional[Schema] = Field(alias="schema", default=None)

    class Document(Model):
        name: job_name
        defaults: Optional[Tuning] = None
        jobs: Annotated[List[Job], Field(min_length=1)]
        publish: Optional[Dict[identifier, Publish]] = None

    # The annotations above are values of this function, which pydantic must be shown.
    names = dict(locals())
    for model in (Tuning, JobOutput, DatasetRef, Input, Cron, Webhook, Other, Bootstrap, Udf, Job,
                  Column, Schema, Publish, Document):
        model.model_rebuild(_types_namespace=names)
    return Document


def bench_models(document: bytes) -> None:
    import yaml

    models = make_models()
    data = yaml.load(document, yaml.CSafeLoader)
    assert len(models.model_validate(data).jobs) == len(tracedag.load(document).jobs)
    with_c = milliseconds(lambda _: yaml.load(document, yaml.CSafeLoader), rounds=5)
    alone = milliseconds(lambda _: yaml.load(document, yaml.SafeLoader), rounds=3)
    judged = milliseconds(lambda _: models.model_validate(data))
    row("PyYAML on libyaml (`CSafeLoader`): reading", with_c)
    row("PyYAML alone (`SafeLoader`): reading", alone)
    row("pydantic: types, words, names and keys of what was read", judged)


def main() -> None:
    jobs = sys.argv[1] if len(sys.argv) > 1 else "1000"
    generator = HERE.parents[1] / "tests" / "bench" / "gen_dag.py"
    document = subprocess.run([sys.executable, str(generator), jobs], check=True,
                              capture_output=True).stdout
    print(f"| {jobs} jobs, {len(document) / 1024:.0f} KiB | time |\n|---|---|")
    bench_binding(document)
    try:
        bench_models(document)
    except ImportError as error:
        print(f"{error}: nothing to compare with", file=sys.stderr)


if __name__ == "__main__":
    main()
