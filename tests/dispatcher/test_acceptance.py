"""The acceptance criteria and the contract requirements of the design document, one test each.

Each test quotes its sentence. What the library is asked for (a rule of the format) is tested by
its own golden cases in full; here it is seen through the Dispatcher.
"""
import json
import re

import pytest

from invariants import broken
from support import (EXAMPLES, REFUSED, document, output, reactive, source)

FIELDS_OF_A_JOB = ["name", "activation", "runtime", "operator", "outputs"]
FIELDS_OF_A_REACTIVE_JOB = ["inputs", "execution_strategy"]


def without(name, field):
    """The usual document with one field of a job left out."""
    good = document()
    for job in good["jobs"]:
        if job["name"] == name:
            del job[field]
    return good


def stores_nothing(org):
    assert org.good("dags") == []
    assert org.good("datasets") == []


# ---- acceptance criteria ----

@pytest.mark.parametrize("name, field", [*(("pack", field) for field in FIELDS_OF_A_JOB),
                                         *(("pack", field) for field in FIELDS_OF_A_REACTIVE_JOB),
                                         ("hand", "source")])
def test_missing_required_fields(org, name, field):
    """"YAML validation catches missing required fields and invalid references." """
    answer = org.refused(without(name, field), "--activate")
    assert field in answer.said
    stores_nothing(org)


@pytest.mark.parametrize("change, said", [
    ({"jobs": [source("hand", "manual"), reactive("pack", output("hnad"))]}, "hnad"),
    ({"jobs": [source("hand", "manual"), reactive("pack", output("hand", 1))]}, "output"),
    ({"publish": {"blocks": {"from": output("nobody"), "storage": "s3"}}}, "nobody"),
    ({"publish": {"blocks": {"from": output("pack", 4), "storage": "s3"}}}, "output"),
])
def test_invalid_references(org, change, said):
    """"YAML validation catches missing required fields and invalid references." """
    assert said in org.refused({**document(), **change}, "--activate").said
    stores_nothing(org)


def test_append_without_unique_key(org):
    """"`append` jobs without `unique_key` are rejected." """
    bad = document()
    bad["jobs"][1]["update_strategy"] = "append"
    assert "unique_key" in org.refused(bad, "--activate").said
    stores_nothing(org)
    bad["jobs"][1]["unique_key"] = ["id"]
    assert org.deploy(bad)["created"]


def test_publishing_updates_the_registry(org, store):
    """"Publishing updates the registry mapping and is visible to Query Service." """
    org.deploy(document(), "--activate")
    (entry,) = org.good("datasets")
    assert entry["dataset_id"].startswith("ds_")
    assert {key: entry[key] for key in ("name", "dag", "version", "job", "output", "storage")} == {
        "name": "blocks", "dag": "alpha", "version": 1, "job": "pack", "output": 0,
        "storage": "s3"}
    # Query Service reads the view.
    assert org.sql("SELECT name, dag, job, output FROM dataset_registry WHERE org = ?",
                   org.name) == [("blocks", "alpha", "pack", 0)]
    org.deploy(document(publishes=["logs", "blocks"]), "--activate")
    assert [(d["name"], d["output"], d["version"]) for d in org.good("datasets")] == [
        ("blocks", 1, 2), ("logs", 0, 2)]
    assert org.good("datasets")[0]["dataset_id"] == entry["dataset_id"]
    assert broken(store) == []


def test_an_unchanged_document(org):
    """"Deploying an unchanged YAML does not create a new DAG version." """
    assert org.deploy(document())["created"]
    for _ in range(3):
        answer = org.deploy(document(), "--activate")
        assert (answer["created"], answer["version"]) == (False, 1)
    assert len(org.good("versions", "alpha")) == 1


def test_deploying_creates_an_immutable_version(org):
    """"DAG deploy creates a new immutable version; scheduling uses the active version." """
    org.deploy(document(), "--activate")
    before = org.good("show", "alpha", 1)
    org.deploy(document(size=2), "--activate")
    assert org.good("show", "alpha", 1) == {**before, "active": False}
    with pytest.raises(Exception, match="dag_versions never change"):
        org.sql("UPDATE dag_versions SET source = canonical WHERE org = ?", org.name)
    with pytest.raises(Exception, match="dag_versions never change"):
        org.sql("DELETE FROM dag_versions WHERE org = ?", org.name)
    assert org.good("show", "alpha", 1) == {**before, "active": False}


def test_scheduling_uses_the_active_version(org):
    """"DAG deploy creates a new immutable version; scheduling uses the active version." """
    org.deploy(document(), "--activate")
    org.deploy(document(size=2))
    for version in (1, 2, 1):
        org.good("activate", "alpha", version)
        org.good("fire", "alpha", "hand")
        org.good("pulse")
        assert org.claim()["version"] == version


# ---- deployment semantics ----

def test_deploying_again_is_idempotent(org):
    """"Deploying the same YAML again is idempotent: the system de-dupes by `yaml_hash`." """
    first = org.deploy(document(), "--activate")
    again = org.deploy(document(), "--activate")
    assert again == {**first, "created": False, "activated": False, "diff": again["diff"]}
    assert again["diff"]["changes"] == []


def test_activating_updates_the_pointer(org):
    """"Activating a version updates the org+dag active pointer (see `dag_current_versions`
    in `docs/architecture/data_model/orchestration.md`)." """
    sql = ("SELECT v.number FROM dag_current_versions c JOIN dag_versions v ON v.id = c.version_id"
           " WHERE c.org = ? AND c.dag = 'alpha'")
    org.deploy(document())
    assert org.sql(sql, org.name) == []
    org.good("activate", "alpha", 1)
    assert org.sql(sql, org.name) == [(1,)]
    org.deploy(document(size=2), "--activate")
    assert org.sql(sql, org.name) == [(2,)]


def test_rollback_switches_the_pointer(org):
    """"Rollback is implemented by switching the active pointer to a prior version." """
    org.deploy(document(), "--activate")
    org.deploy(document(size=2), "--activate")
    before = org.good("versions", "alpha")
    assert org.good("rollback", "alpha") == {
        "dag": "alpha", "version": 1, "yaml_hash": before[1]["yaml_hash"], "previous": 2,
        "changed": True}
    assert [{**version, "active": None} for version in org.good("versions", "alpha")] == [
        {**version, "active": None} for version in before]


# ---- contract requirements ----

def test_validates_before_accepting_with_actionable_errors(org):
    """"The platform MUST validate DAG YAML before accepting it and return actionable errors." """
    answer = org.run("deploy", EXAMPLES / "broken.yaml", "--activate")
    assert answer.status == REFUSED and answer.output == ""
    # The place, what is wrong, and what to do.
    assert re.search(r"--> .*broken\.yaml:\d+:\d+", answer.said)
    assert "job `block_range_aggregate`" in answer.said
    assert "= help: " in answer.said and "= explain: " in answer.said
    stores_nothing(org)


def test_documents_of_version_1_stay_accepted(org):
    """"The YAML format MUST remain backwards compatible within a major version." """
    # The document of the design itself is accepted, and gives itself again.
    assert org.good("deploy", EXAMPLES / "good.yaml")["created"]
    stored = org.good("show", "cross-chain-analytics", 1)
    again = org.good("deploy", "-", given=stored["source"])
    assert not again["created"] and again["yaml_hash"] == stored["yaml_hash"]
    # The canonical form, which is what the hash is of, is a document itself, and the same one.
    again = org.good("deploy", "-", given=stored["canonical"])
    assert not again["created"] and again["yaml_hash"] == stored["yaml_hash"]


def test_append_declares_the_key_that_the_sink_upserts_on(org):
    """"Jobs with `update_strategy=append` MUST declare `unique_key`; the sink must upsert on that
    key." """
    good = document()
    good["jobs"][1].update(update_strategy="append", unique_key=["block", "chain"])
    org.deploy(good, "--activate")
    # The sink finds the key in the version that the registry names.
    ((canonical,),) = org.sql("SELECT canonical FROM dataset_registry WHERE org = ?", org.name)
    jobs = {job["name"]: job for job in json.loads(canonical)["jobs"]}
    assert jobs["pack"]["unique_key"] == ["block", "chain"]


def test_untrusted_runtimes_have_no_way_to_postgres(org):
    """"Untrusted runtimes MUST NOT be granted direct Postgres access; reads go through Query
    Service." """
    # A document cannot ask for it: a job of users has no secrets, and writes to no table directly.
    udf = reactive("pack", output("hand"), runtime="lambda", operator="udf",
                   udf={"bundle_id": "b", "entrypoint": "trace.handler"})
    jobs = [source("hand", "manual"), udf]
    assert org.deploy(document(jobs=jobs), "--activate")["created"]
    direct = document("beta", jobs=jobs, publishes=["rows"])
    direct["publish"]["rows"].update(storage="postgres", write_mode="direct")
    assert "direct" in org.refused(direct).said
    secret = document("beta", jobs=[jobs[0], {**udf, "secrets": ["POSTGRES_URL"]}])
    assert "secrets" in org.refused(secret).said
    # A task tells a worker nothing of the database.
    org.good("event", "alpha", "hand", 0)
    org.good("pulse")
    task = json.dumps(org.claim("--runtime", "lambda"))
    assert "sqlite:" not in task and "postgres" not in task
