"""The typed parts of a DAG, its graph and its hashes."""
from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
import tracedag
from support import GOOD
from tracedag import (
    Column,
    CronSource,
    Dag,
    DatasetRef,
    FlowKind,
    Input,
    Job,
    JobOutput,
    Origin,
    Setting,
    SourceKind,
    TuningOrigin,
    WebhookSource,
)


@pytest.fixture(scope="module")
def dag() -> Dag:
    return tracedag.load(GOOD)


def names(jobs: tuple[Job, ...]) -> list[str]:
    return [job.name for job in jobs]


# ---- parts ----------------------------------------------------------------------------------


def test_jobs(dag: Dag) -> None:
    assert dag.name == "demo"
    assert names(dag.jobs) == ["hook", "pack", "serve", "tick"]
    assert [job.index for job in dag.jobs] == [0, 1, 2, 3]
    pack = dag.job("pack")
    assert pack is dag.jobs[1]
    assert pack.activation == tracedag.Activation.REACTIVE
    assert pack.runtime == tracedag.Runtime.ECS_PLATFORM
    assert (pack.operator, pack.outputs, pack.timeout_seconds) == ("compact", 1, 30)
    assert pack.execution_strategy == tracedag.ExecutionStrategy.PER_PARTITION
    assert pack.update_strategy == tracedag.UpdateStrategy.APPEND
    assert pack.unique_key == ("b", "a") and pack.secrets == ("a_key", "z_key")
    assert (pack.source, pack.udf, pack.reset_outputs) == (None, None, False)
    assert GOOD.splitlines()[pack.line - 1] == b"  - name: pack"
    with pytest.raises(KeyError):
        dag.job("none")


def test_absent_values(dag: Dag) -> None:
    serve, tick = dag.job("serve"), dag.job("tick")
    assert (serve.update_strategy, serve.timeout_seconds, serve.outputs) == (None, None, 0)
    assert (serve.unique_key, serve.secrets, serve.config) == ((), (), {})
    assert (tick.execution_strategy, tick.inputs) == (None, ())
    assert serve.udf == tracedag.Udf("b-1", "a.b")


def test_sources(dag: Dag) -> None:
    assert dag.job("tick").source == CronSource(SourceKind.CRON, "rate(1 day)")
    assert dag.job("hook").source == WebhookSource(SourceKind.WEBHOOK, "/hooks/a")
    assert dag.job("hook").reset_outputs
    for kind, cls in (("manual", tracedag.ManualSource), ("always_on", tracedag.AlwaysOnSource)):
        other = tracedag.load(GOOD.replace(
            b'kind: cron, schedule: "rate(1 day)"', b"kind: " + kind.encode()))
        source = other.job("tick").source
        assert type(source) is cls and str(source.kind) == kind


def test_a_source_of_a_kind_that_is_not_known() -> None:
    from types import SimpleNamespace

    from tracedag._fetch import _source

    source = _source(SimpleNamespace(source_kind=99))
    assert type(source) is tracedag.Source and source.kind == 99


def test_inputs(dag: Dag) -> None:
    first, second = dag.job("pack").inputs
    assert first == Input(JobOutput("tick", 1), JobOutput("tick", 1),
                          {"chain_id": 7, "hot": True, "kind": "a"}, first.line)
    assert type(first.where["hot"]) is bool
    assert (second.reads, second.producer, second.where) == (DatasetRef("labels"), None, {})
    own, _ = dag.job("serve").inputs
    assert (own.reads, own.producer) == (DatasetRef("packed"), JobOutput("pack", 0))
    assert b"packed" in GOOD.splitlines()[own.line - 1]
    assert dag.external_datasets == ("labels",)


def test_publishes(dag: Dag) -> None:
    (packed,) = dag.publishes
    assert dag.publish("packed") is packed
    assert packed.producer == JobOutput("pack", 0)
    assert packed.storage == tracedag.Storage.POSTGRES
    assert packed.write_mode == tracedag.WriteMode.BUFFERED
    assert packed.schema == tracedag.Schema(
        (Column("a", "text", False), Column("b", "bigint", False), Column("c", "json", True)),
        ("a", "b"), (("c",), ("b", "c")))
    with pytest.raises(KeyError):
        dag.publish("none")


def test_tuning_and_its_origins(dag: Dag) -> None:
    lines = GOOD.splitlines()
    assert [dag.job(name).tuning.max_attempts for name in ("tick", "hook")] == [7, 5]
    assert dag.job("tick").tuning.max_queue_age_seconds == 300
    assert dag.job("tick").tuning.priority == tracedag.Priority.NORMAL
    own = dag.origins["tick"][Setting.MAX_ATTEMPTS]
    assert own.origin == Origin.JOB and lines[own.line - 1] == b"    max_attempts: 7"
    default = dag.origins["hook"][Setting.MAX_ATTEMPTS]
    assert default == TuningOrigin(Origin.DEFAULTS, 2)
    assert dag.origins["hook"][Setting.PRIORITY] == TuningOrigin(Origin.BUILT_IN, None)
    assert all(list(of) == list(Setting) for of in dag.origins.values())


def test_a_dag_without_free_form_values() -> None:
    plain = tracedag.load(b"""{name: a, jobs: [
      {name: b, activation: source, runtime: lambda, operator: c, outputs: 0,
       source: {kind: manual}}]}""")
    assert plain.job("b").config == {} and plain.publishes == ()


def test_numbers_are_exact() -> None:
    digits = "1" + "234567890" * 113 + "123456"
    assert len(digits) == 1024
    config = f"{{ big: {digits}, less: -{digits}, float: 0.{digits[:1000]}, hex: 0xFF, " \
        "far: 1.0e9999, near: -1.5e-9999, one: 1.0 }"
    dag = tracedag.load(GOOD.decode().replace("config: {", f"config: {{ n: {config},"))
    numbers = dag.job("pack").config["n"]
    assert numbers["big"] == int(digits) == -numbers["less"]
    assert numbers["float"] == Decimal(f"0.{digits[:1000]}")
    assert str(numbers["far"]) == "1.0E+9999" and numbers["near"] == Decimal("-1.5e-9999")
    assert numbers["hex"] == 255
    assert [type(numbers[key]) for key in ("big", "hex", "one")] == [int, int, Decimal]
    assert dag.job("pack").config["exact"] == Decimal("0.1")
    assert dag.job("pack").config["list"] == [1, None, True, "x"]


def test_parts_never_change_and_are_values(dag: Dag) -> None:
    again = tracedag.load(GOOD)
    assert again.jobs == dag.jobs and again.publishes == dag.publishes
    assert hash(again.jobs) == hash(dag.jobs)
    assert pickle.loads(pickle.dumps(dag.jobs)) == copy.deepcopy(dag.jobs) == dag.jobs
    with pytest.raises(dataclasses.FrozenInstanceError):
        dag.jobs[0].name = "x"
    with pytest.raises(TypeError):
        dag.origins["tick"] = {}
    assert dag.jobs is dag.jobs and dag.origins is dag.origins
    assert dag.job_hashes is dag.job_hashes


# ---- graph ----------------------------------------------------------------------------------


def test_order_and_sources(dag: Dag) -> None:
    assert names(dag.order) == ["hook", "tick", "pack", "serve"]
    assert names(dag.sources) == ["hook", "tick"]


def test_walks(dag: Dag) -> None:
    assert names(dag.upstream("serve")) == ["hook", "pack"]
    assert names(dag.upstream("serve", transitive=True)) == ["hook", "tick", "pack"]
    assert names(dag.upstream(dag.job("tick"))) == []
    assert names(dag.downstream("tick")) == ["pack"]
    assert names(dag.downstream(dag.job("tick"), transitive=True)) == ["pack", "serve"]
    assert names(dag.downstream("tick", output=0)) == []
    assert names(dag.downstream("tick", output=1, transitive=True)) == ["pack", "serve"]
    assert all(job is dag.job(job.name) for job in dag.downstream("tick"))


def test_walks_from_nowhere(dag: Dag) -> None:
    for walk in (dag.upstream, dag.downstream):
        with pytest.raises(KeyError):
            walk("none")
    for output in (-1, 2, 2**32 - 1, 2**32):
        with pytest.raises(ValueError, match="job 'tick' has 2 outputs, and output -?\\d+ does"):
            dag.downstream("tick", output=output)
    for number in ("0", 0.0, False):
        with pytest.raises(TypeError, match="^output must be an int, not "):
            dag.downstream("tick", output=number)


# ---- schedules ------------------------------------------------------------------------------

NOON = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)


def scheduled(schedule: str) -> Dag:
    return tracedag.load(GOOD.replace(b"rate(1 day)", schedule.encode()))


def test_next_runs(dag: Dag) -> None:
    runs = dag.next_runs("tick", NOON, 3)
    assert runs == tuple(NOON + timedelta(days=days) for days in (1, 2, 3))
    assert all(run.tzinfo is timezone.utc for run in runs)
    assert dag.next_runs(dag.job("tick"), NOON, 1) == runs[:1]
    assert dag.next_runs("tick", runs[0], 2) == runs[1:]
    assert dag.next_runs("hook", NOON, 3) == dag.next_runs("tick", NOON, 0) == ()
    assert len(dag.next_runs("tick", NOON, 10_000)) == 10_000


def test_next_runs_of_cron() -> None:
    february = scheduled("cron(30 6 29 2 ? 2095-2105)").next_runs("tick", NOON, 9)
    assert [run.isoformat() for run in february] == [
        "2096-02-29T06:30:00+00:00", "2104-02-29T06:30:00+00:00"]
    end = datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone.utc)
    daily = scheduled("0 0 * * *")
    assert daily.next_runs("tick", end, 1) == ()
    assert daily.next_runs("tick", end - timedelta(days=1), 9) == (end.replace(
        hour=0, minute=0, second=0),)


def test_next_runs_after_any_instant() -> None:
    hourly = scheduled("0 * * * *")
    for after, hour in (
            (NOON.replace(microsecond=1), 13),
            (NOON - timedelta(microseconds=1), 12),
            (NOON.astimezone(timezone(timedelta(hours=5, minutes=45))), 13),
            (datetime(2026, 11, 24, 12, 30, tzinfo=timezone(timedelta(hours=1))), 12)):
        assert hourly.next_runs("tick", after, 1) == (NOON.replace(hour=hour),), after
    epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)
    assert hourly.next_runs("tick", epoch, 1) == (epoch.replace(hour=1),)


def test_next_runs_misused(dag: Dag) -> None:
    with pytest.raises(KeyError):
        dag.next_runs("none", NOON, 1)
    with pytest.raises(ValueError, match="^after must have a time zone"):
        dag.next_runs("tick", datetime(2026, 11, 24), 1)
    with pytest.raises(ValueError, match="^after must lie between 1970 and 9999 in UTC, not at 1969-"):
        dag.next_runs("tick", datetime(1969, 12, 31, 23, tzinfo=timezone.utc), 1)
    with pytest.raises(ValueError, match="not at 9999-12-31 23:59:59.999999-01:00$"):
        dag.next_runs("tick", datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))), 1)
    with pytest.raises(TypeError, match="^after must be a datetime, not int"):
        dag.next_runs("tick", 0, 1)
    for count in (-1, 10_001, 2**32):
        with pytest.raises(ValueError, match=f"^count must be 0 to 10000, not {count}"):
            dag.next_runs("tick", NOON, count)
    for number in ("1", 1.0, True):
        with pytest.raises(TypeError, match="^count must be an int, not "):
            dag.next_runs("tick", NOON, number)


# ---- trust ----------------------------------------------------------------------------------

WAYS = b"""name: ways
jobs:
  - {name: fetch, activation: source, runtime: ecs_platform, operator: op, outputs: 1,
     source: {kind: manual}, secrets: [key]}
  - {name: judge, activation: reactive, runtime: lambda, operator: udf, outputs: 1,
     update_strategy: replace, execution_strategy: PerUpdate, udf: {bundle_id: rules},
     inputs: [{from: {dataset: labels}}, {from: {job: fetch, output: 0}, where: {n: 1}}]}
  - {name: copy, activation: reactive, runtime: ecs_platform, operator: op, outputs: 1,
     update_strategy: replace, execution_strategy: PerUpdate, secrets: [key],
     inputs: [{from: {dataset: verdicts}}]}
publish:
  verdicts: {from: {job: judge, output: 0}}
  copied: {from: {job: copy, output: 0}}
"""


def test_flows(dag: Dag) -> None:
    flows = tracedag.load(WAYS).flows()
    assert [(flow.publish and flow.publish.name, str(flow.kind), flow.name, flow.entries,
             names(flow.path)) for flow in flows] == [
        ("copied", "secret", "key", 2, ["copy"]),
        ("copied", "bundle", "rules", 1, ["judge", "copy"]),
        ("copied", "external", "labels", 1, ["judge", "copy"]),
        ("verdicts", "secret", "key", 1, ["fetch", "judge"]),
        ("verdicts", "bundle", "rules", 1, ["judge"]),
        ("verdicts", "external", "labels", 1, ["judge"])]
    assert flows.left_out == 0 and len(flows) == len(flows.found) == 6
    _, rules, *_, = flows
    assert [step.reads for step in rules.inputs] == [DatasetRef("verdicts")]
    assert [step.where for step in flows.found[3].inputs] == [{"n": 1}]
    assert [(flow.publish is None, flow.kind, flow.name) for flow in dag.flows()] == [
        (False, FlowKind.SECRET, "a_key"), (False, FlowKind.SECRET, "z_key"),
        (False, FlowKind.EXTERNAL, "labels"),
        (True, FlowKind.BUNDLE, "b-1"), (True, FlowKind.WEBHOOK, "/hooks/a")]


def test_flows_are_cut() -> None:
    dag = tracedag.load(WAYS)
    flows = dag.flows()
    for most, left_out in enumerate((2, 2, 2, 1, 1, 1, 0, 0)):
        cut = dag.flows(most=most)
        assert (cut.found, cut.left_out) == (flows.found[:most], left_out)


def test_trust() -> None:
    dag = tracedag.load(WAYS)
    text = dag.trust(file="ways.yaml")
    assert text.splitlines()[1] == "  secret `key`: `copy`, and from 1 more job"
    assert text.splitlines()[-1].startswith("ways.yaml: 6 flows into 2 of 2 published datasets, ")
    assert dag.trust("text").splitlines()[-1].startswith("-: 6 flows")
    assert "\033[" in dag.trust(color=True) and "\033[" not in text
    assert "more are not shown" in dag.trust(most=5)
    records = [json.loads(line) for line in dag.trust("json", file=b"a\xff", most=100_000).splitlines()]
    assert [record["type"] for record in records] == ["dataset", "dataset", "summary"]
    assert {record["file"] for record in records} == {"a\ufffd"}
    assert records[-1]["flows"] == 6


def test_trust_misused(dag: Dag) -> None:
    for call in (dag.flows, dag.trust):
        for most in (-1, 100_001, 2**32):
            with pytest.raises(ValueError, match=f"^most must be 0 to 100000, not {most}"):
                call(most=most)
        for number in ("1", 1.0, True):
            with pytest.raises(TypeError, match="^most must be an int, not "):
                call(most=number)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="^format must be one of text, json, not 'sarif'"):
        dag.trust("sarif")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="NUL"):
        dag.trust(file="a\0")


# ---- pictures -------------------------------------------------------------------------------


def test_draw() -> None:
    report = tracedag.check(WAYS)
    dag = report.dag
    assert dag is not None
    text = dag.draw()
    assert text.startswith("ways: 3 jobs in 3 layers, 2 published datasets, 1 external dataset\n")
    assert text == dag.draw("text") and "\033[" not in text and "TD" not in text
    assert "\033[1mfetch\033[0m" in dag.draw(color=True)
    chart = dag.draw("mermaid")
    assert "flowchart LR\n" in chart and chart.count(" -->") == 5
    graph = dag.draw("dot", color=True)
    assert graph.startswith('digraph "ways" {\n') and graph.count(" -> ") == 5
    assert "! note TD813 udf-replace" in dag.draw("dot", report=report)


def test_draw_a_change(dag: Dag) -> None:
    newer = tracedag.load(WAYS.replace(b"n: 1", b"n: 2"))
    text = newer.draw(older=tracedag.load(WAYS))
    assert text.count("~ changed, made anew\n") == 1  # the job
    assert text.count("* made anew\n") == 3  # its dataset, who reads that, and its own
    assert "removed" not in text and "removed" in newer.draw("mermaid", older=dag)
    assert "made anew" not in newer.draw(older=newer)
    with tracedag.load(WAYS) as closed:
        pass
    with pytest.raises(ValueError, match="^this Dag is closed$"):
        newer.draw(older=closed)


def test_draw_misused(dag: Dag) -> None:
    with pytest.raises(ValueError, match="^picture must be one of text, mermaid, dot, not 'svg'"):
        dag.draw("svg")  # type: ignore[arg-type]
    report = tracedag.check(WAYS)
    report.close()
    with pytest.raises(ValueError, match="^this Report is closed$"):
        dag.draw(report=report)


# ---- forms and hashes -----------------------------------------------------------------------


def test_forms(dag: Dag) -> None:
    assert dag.dumps().endswith(b"\n") and dag.dumps().count(b"\n") == 1
    resolved = json.loads(dag.dumps(form="resolved"))
    assert resolved["jobs"][0]["max_attempts"] == 5
    assert b"max_attempts: 7  # job, line 10\n" in dag.dumps(form="origins", syntax="yaml")


def test_hashes(dag: Dag) -> None:
    assert dag.hash.startswith("td1:") and len(dag.hash) == 36
    assert list(dag.job_hashes) == names(dag.jobs)
    for hashes in dag.job_hashes.values():
        assert hashes.job.startswith("tdj1:") and len(hashes.job) == 37
        assert hashes.materialization.startswith("tdm1:") and len(hashes.materialization) == 37
    renamed = tracedag.load(GOOD.replace(b"name: hook", b"name: hoof")
                            .replace(b"job: hook", b"job: hoof"))
    before, after = dag.job_hashes["hook"], renamed.job_hashes["hoof"]
    assert before.materialization == after.materialization and before.job != after.job


def test_representations(dag: Dag) -> None:
    assert repr(dag) == f"<Dag 'demo' {dag.hash}>"
