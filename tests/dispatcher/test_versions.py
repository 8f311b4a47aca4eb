"""Deploying, activating, rolling back, and the registry."""
import json

import pytest

from invariants import broken
from support import (DONE, EXAMPLES, REFUSED, Organisation, cron, document, new_store, output,
                     reactive, source, text)

SQL_LOOKING = ["x'; DROP TABLE tasks; --", "' OR '1'='1", '"; SELECT $1 {now} --', "%"]


def test_the_same_document_is_one_version(org):
    first = org.deploy(document())
    again = org.deploy(document())
    assert (first["version"], first["created"]) == (1, True)
    assert (again["version"], again["created"]) == (1, False)
    assert again["yaml_hash"] == first["yaml_hash"]


def test_layout_and_comments_make_no_version(org):
    first = org.deploy(document())
    again = org.deploy("# a comment\n" + json.dumps(document()))
    assert (again["version"], again["created"]) == (1, False)
    assert again["yaml_hash"] == first["yaml_hash"]
    assert again["source_hash"] != first["source_hash"]


def test_the_same_document_in_two_organisations_is_two_versions(org, store):
    other = Organisation(store)
    assert org.deploy(document())["datasets"] != other.deploy(document())["datasets"]
    assert other.good("versions", "alpha")[0]["version"] == 1
    assert broken(store) == []


@pytest.mark.parametrize("same", [True, False])
def test_deploys_at_once(org, store, same):
    """Of one document they make one version, of eight documents eight, and none is lost."""
    with store.held(org.name):
        started = [org.start("deploy", "-", "--activate") for _ in range(8)]
        for size, process in enumerate(started):
            process.stdin.write(text(document(size=1 if same else size + 1)))
            process.stdin.close()
            process.stdin = None
        store.waiting(8)
    answers = [json.loads(process.communicate(timeout=60)[0]) for process in started]
    assert [process.returncode for process in started] == [DONE] * 8
    created = [answer["version"] for answer in answers if answer["created"]]
    assert sorted(created) == ([1] if same else list(range(1, 9)))
    assert {answer["version"] for answer in answers} == set(created)
    assert broken(store) == []


@pytest.mark.parametrize("forged", [lambda canonical: b"{}",
                                    lambda canonical: canonical[:-2] + b"]}"],
                         ids=["shorter", "of the same size"])
def test_a_hash_of_other_bytes_is_refused(tmp_path, store, forged):
    """The hash is no secret: on a hit the canonical bytes decide."""
    org = Organisation(new_store("postgres" if store.postgres else "sqlite", tmp_path))
    org.deploy(document())
    org.sql("DROP TRIGGER dag_versions_kept ON dag_versions" if store.postgres
            else "DROP TRIGGER dag_versions_no_update")
    ((canonical,),) = org.sql("SELECT canonical FROM dag_versions")
    org.sql("UPDATE dag_versions SET canonical = ?", forged(canonical))
    answer = org.refused(document(), "--activate")
    assert "has the hash of this document, and is another one" in answer.fault
    assert org.good("dags") == [{"dag": "alpha", "versions": 1, "active": None}]


def test_a_rejected_document_stores_nothing(org):
    answer = org.run("deploy", str(EXAMPLES / "broken.yaml"))
    assert answer.status == REFUSED
    assert answer.fault == "dispatcher: the document has errors"
    assert "block_range_aggregate" in answer.said and "broken.yaml:" in answer.said
    assert org.good("dags") == []
    assert org.sql("SELECT COUNT(*) FROM datasets WHERE org = ?", org.name) == [(0,)]


def test_the_catalog_of_the_organisation_judges(org):
    org.good("org", "catalog", EXAMPLES / "catalog.yaml")
    answer = org.refused(document())
    assert "operator" in answer.said and "hand" in answer.said
    assert org.good("deploy", EXAMPLES / "good.yaml")["version"] == 1
    bad = org.run("org", "catalog", "-", given="operators: 3\n")
    assert bad.status == REFUSED and "the catalog has errors" in bad.fault


def test_a_dataset_of_another_dag_is_refused_and_both_are_named(org, store):
    org.deploy(document("alpha", publishes=["blocks", "logs"]))
    answer = org.refused(document("beta", publishes=["logs", "own", "blocks"]), "--activate")
    for word in ("`alpha`", "`beta`", "`blocks`", "`logs`"):
        assert word in answer.fault
    assert "`own`" not in answer.fault
    assert [dag["dag"] for dag in org.good("dags")] == ["alpha"]
    assert broken(store) == []


def test_a_name_stays_its_dags_when_no_version_publishes_it_any_more(org):
    first = org.deploy(document(), "--activate")
    org.deploy(document(publishes=["other"]), "--activate")
    assert "belongs to DAG `alpha`" in org.refused(document("beta")).fault
    again = org.deploy(document(size=2), "--activate")
    assert again["datasets"] == first["datasets"]


def test_a_dataset_that_nobody_publishes(org):
    """Without a catalog it is left open; a catalog that does not list it makes it a fault."""
    reader = document("beta", jobs=[reactive("copy", {"dataset": "blocks"})], publishes=["copies"])
    assert org.deploy(reader)["created"]
    org.good("org", "catalog", "-", given="datasets:\n  other: {}\n")
    answer = org.refused({**reader, "name": "gamma", "publish": {}})
    assert "dataset `blocks`" in answer.fault and "no DAG publishes it" in answer.fault
    org.deploy(document("alpha"))
    assert org.deploy({**reader, "name": "gamma", "publish": {}})["created"]


def test_the_answer_has_diff_and_scope(org):
    assert org.deploy(document(), "--activate")["diff"] is None
    answer = org.deploy(document(size=2))
    diff = answer["diff"]
    assert (diff["old"], diff["new"]) == (1, 2)
    assert len(diff["changes"]) == 1
    assert "pack" in json.dumps(diff["changes"]) and "size" in json.dumps(diff["changes"])
    assert "pack" in json.dumps(diff["scope"])
    assert diff["summary"]["type"] == "summary"
    assert org.good("diff", "alpha", "1", "2") == diff
    assert org.good("diff", "alpha", answer["yaml_hash"])["new"] == 1


def test_any_prior_version_can_be_gone_back_to(org, store):
    """The registry goes with the pointer, and ids of datasets stay."""
    documents = [document(size=number, publishes=["blocks", f"extra{number}"])
                 for number in range(1, 6)]
    ids = {}
    for one in documents:
        for dataset in org.deploy(one, "--activate")["datasets"]:
            assert ids.setdefault(dataset["name"], dataset["dataset_id"]) == dataset["dataset_id"]
    for number in (3, 1, 5, 2, 4):
        answer = org.good("rollback", "alpha", number)
        assert (answer["version"], answer["changed"]) == (number, True)
        registry = org.good("datasets")
        assert [(d["name"], d["version"]) for d in registry] == [
            ("blocks", number), (f"extra{number}", number)]
        assert all(ids[d["name"]] == d["dataset_id"] for d in registry)
        assert broken(store) == []
    moves = org.good("history", "alpha")
    assert [move["version"] for move in moves] == [4, 2, 5, 1, 3, 5, 4, 3, 2, 1]
    assert {move["kind"] for move in moves[:5]} == {"rollback"}
    assert {move["actor"] for move in moves} == {"tester"}


def test_rollback_without_a_version_goes_to_the_one_before(org):
    org.deploy(document(), "--activate")
    assert "no version of `alpha` was active before" in org.run("rollback", "alpha").fault
    org.deploy(document(size=2), "--activate")
    assert org.good("rollback", "alpha")["version"] == 1


def test_rollback_goes_only_back(org):
    org.deploy(document(), "--activate")
    org.deploy(document(size=2))
    answer = org.run("rollback", "alpha", 2)
    assert "version 2 was never active: `activate` makes it so" in answer.fault
    assert answer.status != DONE and org.good("dags")[0]["active"] == 1


def test_activating_what_is_active_changes_nothing(org):
    first = org.deploy(document(), "--activate")
    assert first["activated"]
    assert not org.deploy(document(), "--activate")["activated"]
    assert not org.good("activate", "alpha", first["yaml_hash"])["changed"]
    assert len(org.good("history", "alpha")) == 1


def test_deploying_alone_activates_nothing(org):
    answer = org.deploy(document())
    assert (answer["active"], answer["activated"]) == (None, False)
    assert org.good("datasets") == []
    org.deploy(document(), "--activate")
    assert org.deploy(document(size=2))["active"] == 1


def test_show_gives_back_the_source_byte_by_byte(org):
    written = "# kept\n" + text(document())
    org.deploy(written, "--activate")
    shown = org.good("show", "alpha")
    assert shown["source"] == written
    assert json.loads(shown["canonical"])["name"] == "alpha"
    assert [job["name"] for job in shown["jobs"]] == ["hand", "pack"]
    assert shown["edges"] == [{"reader": "pack", "position": 0, "job": "hand", "output": 0,
                               "dataset": None, "where": None}]


def test_jobs_have_the_defaults_of_the_document(org):
    org.deploy(document(max_attempts=7, heartbeat_timeout_seconds=9, priority="bulk",
                        max_queue_depth=5, max_queue_age="2m"))
    for job in org.good("show", "alpha", 1)["jobs"]:
        assert (job["max_attempts"], job["heartbeat_timeout_seconds"], job["priority"],
                job["max_queue_depth"], job["max_queue_age_seconds"]) == (7, 9, "bulk", 5, 120)


def test_cron_sources_follow_the_pointer(org, store):
    jobs = [cron("tick"), cron("tock", "rate(2 hours)"), reactive("pack", output("tick"))]
    org.deploy(document(jobs=jobs), "--activate")
    org.deploy(document(jobs=[cron("tick", "rate(5 minutes)"), reactive("pack", output("tick"))]),
               "--activate")
    assert broken(store) == []
    org.good("rollback", "alpha")
    assert broken(store) == []
    org.deploy(document(), "--activate")
    assert org.sql("SELECT * FROM cron_sources WHERE org = ?", org.name) == []


@pytest.mark.parametrize("name", SQL_LOOKING)
def test_names_that_look_like_sql_get_nowhere(org, store, name):
    """Of DAGs, jobs and datasets the library rejects them; as words of a command they are text."""
    org.deploy(document(), "--activate")
    for one in (document(name), document(publishes=[name]),
                document(jobs=[source(name, "manual"), reactive("pack", output(name))])):
        assert org.refused(one).fault == "dispatcher: the document has errors"
    for words in (["activate", name, 1], ["activate", "alpha", name], ["rollback", name],
                  ["versions", name], ["history", name], ["show", name], ["show", "alpha", name],
                  ["diff", "alpha", name], ["fire", name, "hand"], ["fire", "alpha", name],
                  ["event", "alpha", name, 0], ["complete", 1, 1, name]):
        answer = org.run(*words)
        assert answer.status == REFUSED and answer.output == "", (words, answer)
    assert org.good("tasks", name) == []
    assert org.good("claim", "--runtime", name, "--worker", name) is None
    assert store.run("org", "add", name).status != DONE
    assert store.run("dags", org=name).json == []
    task = org.good("fire", "alpha", "hand", "--key", name)["tasks"][0]
    assert task["dedupe_key"] == f"fire:hand:{name}"
    org.good("member", "set", name, "viewer")
    assert org.sql("SELECT subject FROM members WHERE org = ?", org.name) == [(name,)]
    assert org.good("dags") == [{"dag": "alpha", "versions": 1, "active": 1}]


def test_a_dag_that_was_never_active_has_an_empty_history(org):
    org.deploy(document())
    assert org.good("history", "alpha") == []
    assert org.run("history", "beta").fault == "dispatcher: there is no DAG `beta`"


def test_an_answer_that_cannot_be_written_is_a_fault(org):
    with open("/dev/full", "w", encoding="utf-8") as full:
        process = org.start("dags", stdout=full)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 3
    assert said == "dispatcher: standard output: No space left on device\n"


def test_a_large_document(org):
    """A thousand jobs in a chain, with all their parts."""
    jobs = [source("j0", "manual")] + [reactive(f"j{i}", output(f"j{i - 1}"))
                                       for i in range(1, 1000)]
    org.deploy(document(jobs=jobs, publishes=[f"d{i}" for i in range(200)]), "--activate")
    assert len(org.good("datasets")) == 200
    assert broken(org.store) == []


def test_the_example_of_the_readme(org):
    assert org.good("deploy", EXAMPLES / "good.yaml", "--activate")["activated"]
    with open(EXAMPLES / "good.yaml", encoding="utf-8") as file:
        assert not org.good("deploy", "-", given=file.read())["created"]
    assert broken(org.store) == []
