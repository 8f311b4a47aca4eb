"""From what happens to work that is done: events, queues, leases, schedules."""
import json
import time

import pytest

from invariants import broken
from support import (DONE, FAULT, REFUSED, WRONG_USE, Organisation, cron, document, new_store,
                     output, reactive, source)

HOUR = 3600 * 1000


def fired(org, job="hand", *words):
    """Fires a source of `alpha` and makes its task ready."""
    task = org.good("fire", "alpha", job, *words)["tasks"][0]["id"]
    org.good("pulse")
    return task


def now(org):
    return time.time_ns() // 1_000_000


def due(org, ago, job="tick", dag="alpha"):
    """Makes a source due some milliseconds ago."""
    instant = now(org) - ago
    org.sql("UPDATE cron_sources SET next_run = ? WHERE org = ? AND dag = ? AND job = ?",
            instant, org.name, dag, job)
    return instant


# ---- the active version alone ----

def test_nothing_is_scheduled_before_a_version_is_active(org):
    org.deploy(document(jobs=[cron("tick"), source("on", "always_on"),
                              reactive("pack", output("tick"))]))
    for words in (["fire", "alpha", "tick"], ["event", "alpha", "tick", 0]):
        answer = org.run(*words)
        assert answer.status == REFUSED
        assert "no version of `alpha` is active" in answer.fault
    assert org.sql("SELECT * FROM cron_sources WHERE org = ?", org.name) == []
    assert org.tasks() == []


def test_work_is_of_the_active_version(org):
    old = document()
    new = document(jobs=[source("hand", "manual"), source("bell", "manual"),
                         reactive("other", output("hand"))])
    org.deploy(old, "--activate")
    org.deploy(new)
    assert "has no job `bell`" in org.run("fire", "alpha", "bell").fault
    org.good("event", "alpha", "hand", 0)
    org.good("activate", "alpha", 2)
    org.good("event", "alpha", "hand", 0)
    org.good("fire", "alpha", "bell")
    org.good("rollback", "alpha")
    org.good("event", "alpha", "hand", 0)
    assert org.tasks() == [("alpha", "pack", "pending", 1), ("alpha", "other", "pending", 2),
                           ("alpha", "bell", "pending", 2), ("alpha", "pack", "pending", 1)]


def test_tasks_of_the_version_before_are_done_by_it(org):
    """What was begun is finished; its output goes to those that read it now."""
    org.deploy(document(), "--activate")
    number = fired(org)
    org.deploy(document(jobs=[source("hand", "manual"), reactive("other", output("hand"))]),
               "--activate")
    task = org.claim()
    assert (task["id"], task["version"]) == (number, 1)
    made = org.good("complete", *org.lease(task), 0)["tasks"]
    assert [one["job"] for one in made] == ["other"]


# ---- events ----

def test_a_key_makes_one_task(org, store):
    org.deploy(document(), "--activate")
    for words in (["fire", "alpha", "hand"], ["event", "alpha", "hand", 0]):
        first = org.good(*words, "--key", "k", "--payload", '{"n": 1}')["tasks"][0]
        again = org.good(*words, "--key", "k")["tasks"][0]
        other = org.good(*words, "--key", "l")["tasks"][0]
        assert first["created"] and not again["created"] and other["created"]
        assert first["id"] == again["id"] != other["id"]
    assert len(org.tasks()) == 4
    assert broken(store) == []


def test_a_key_that_comes_eight_times_at_once_makes_one_task(org):
    org.deploy(document(), "--activate")
    started = [org.start("event", "alpha", "hand", 0, "--key", "k") for _ in range(8)]
    tasks = [json.loads(process.communicate(timeout=60)[0])["tasks"][0] for process in started]
    assert len({task["id"] for task in tasks}) == 1
    assert sum(task["created"] for task in tasks) == 1


def test_without_a_key_each_call_makes_a_task(org):
    org.deploy(document(), "--activate")
    assert org.good("fire", "alpha", "hand") != org.good("fire", "alpha", "hand")


def test_an_event_reaches_each_reader_once(org):
    """Also one that reads the output by two inputs; it is told which, and what they filter."""
    both = reactive("both", output("hand"))
    both["inputs"] = [{**both["inputs"][0], "where": {"chain_id": number}} for number in (1, 2)]
    org.deploy(document(jobs=[source("hand", "manual"), both, reactive("pack", output("hand"))]),
               "--activate")
    tasks = org.good("event", "alpha", "hand", 0, "--payload", '{"rows": 3}')["tasks"]
    assert [task["job"] for task in tasks] == ["both", "pack"]
    org.good("pulse")
    cause = org.claim()["cause"]
    assert cause["payload"] == {"rows": 3}
    assert cause["inputs"] == [{"position": 0, "where": {"chain_id": 1}},
                               {"position": 1, "where": {"chain_id": 2}}]


def test_events_go_from_dag_to_dag_through_datasets(org, store):
    reader = document("beta", jobs=[reactive("copy", {"dataset": "blocks"})], publishes=["copies"])
    org.deploy(document(), "--activate")
    org.deploy(reader)
    assert org.good("event", "alpha", "pack", 0)["tasks"] == []  # beta is not active
    org.good("activate", "beta", 1)
    made = org.good("event", "alpha", "pack", 0, "--key", "k")["tasks"]
    assert [(task["dag"], task["job"], task["created"]) for task in made] == [
        ("beta", "copy", True)]
    assert not org.good("event", "alpha", "pack", 0, "--key", "k")["tasks"][0]["created"]
    # The same name in another organisation is another dataset.
    other = Organisation(store)
    other.deploy(document(), "--activate")
    assert other.good("event", "alpha", "pack", 0)["tasks"] == []
    # A version that does not publish it reaches nobody.
    org.deploy(document(publishes=["else"]), "--activate")
    assert org.good("event", "alpha", "pack", 0)["tasks"] == []


def test_completing_spreads_outputs_in_the_same_step(org, store):
    org.deploy(document(), "--activate")
    fired(org)
    task = org.claim()
    for words, said in ((["7"], "has no output 7"), (["x"], "OUTPUT is a number")):
        answer = org.run("complete", *org.lease(task), *words)
        assert said in answer.fault
        assert org.task(task["id"])[0] == "leased"
    assert [one["job"] for one in org.good("complete", *org.lease(task), 0)["tasks"]] == ["pack"]
    assert org.run("complete", *org.lease(task), 0).status == REFUSED
    assert [row[1:3] for row in org.tasks()] == [("hand", "done"), ("pack", "pending")]
    assert broken(store) == []


# ---- leases ----

def test_only_the_newest_attempt_is_heard(org, store):
    org.deploy(document(max_attempts=3), "--activate")
    number = fired(org)
    lost = org.claim("--worker", "one")
    org.sql("UPDATE tasks SET lease_until = 0 WHERE id = ?", number)
    assert org.good("pulse")["taken"] == 1
    held = org.claim("--worker", "two")
    assert (held["id"], lost["attempt"], held["attempt"]) == (number, 1, 2)
    forged = [[number, 2, lost["token"]], [number, 1, held["token"]], [number, 3, held["token"]],
              [number, 2, ""], [number + 1, 2, held["token"]], org.lease(lost)]
    for lease in forged:
        for words in (["heartbeat", *lease], ["complete", *lease, 0], ["fail", *lease, "no"]):
            answer = org.run(*words)
            assert answer.status == REFUSED and "is not held by this attempt" in answer.fault
    other = Organisation(store)
    assert other.run("complete", *other.lease(held)).status == REFUSED
    assert org.task(number)[:2] == ("leased", 2)
    assert org.good("heartbeat", *org.lease(held))["lease_until"] > now(org)
    org.good("complete", *org.lease(held))
    assert org.task(number)[:2] == ("done", 2)
    assert broken(store) == []


def test_one_task_is_leased_once_however_many_ask(org):
    org.deploy(document(), "--activate")
    numbers = {org.good("fire", "alpha", "hand")["tasks"][0]["id"] for _ in range(5)}
    org.good("pulse")
    started = [org.start("claim", "--worker", f"w{i}") for i in range(8)]
    got = [json.loads(process.communicate(timeout=60)[0]) for process in started]
    held = [task["id"] for task in got if task]
    assert len(held) == len(set(held)) and set(held) <= numbers
    while task := org.claim():
        held.append(task["id"])
    assert sorted(held) == sorted(numbers)


def test_max_attempts_is_the_documents(org, store):
    org.deploy(document(max_attempts=2), "--activate")
    number = fired(org)
    assert org.good("fail", *org.lease(org.claim()), "first")["state"] == "pending"
    assert org.task(number) == ("pending", 1, "first")
    assert org.claim() is None  # not before its message is sent
    org.good("pulse")
    assert org.good("fail", *org.lease(org.claim()), "second")["state"] == "dead"
    org.good("pulse")
    assert org.claim() is None
    assert org.task(number) == ("dead", 2, "second")
    assert broken(store) == []


def test_a_silent_worker_loses_its_task_after_the_documents_timeout(org, store):
    org.deploy(document(heartbeat_timeout_seconds=2, max_attempts=2), "--activate")
    number = fired(org)
    task = org.claim()
    assert 0 < task["lease_until"] - now(org) <= 2000
    for _ in range(3):  # with heartbeats it holds longer than the timeout
        time.sleep(0.8)
        org.good("heartbeat", *org.lease(task))
        org.good("pulse")
    assert org.task(number)[:2] == ("leased", 1)
    time.sleep(2.05)
    org.good("pulse")
    assert org.task(number) == ("ready", 1, "no heartbeat in time")
    assert org.run("heartbeat", *org.lease(task)).status == REFUSED
    task = org.claim()
    time.sleep(2.05)
    org.good("pulse")
    assert org.task(number) == ("dead", 2, "no heartbeat in time")
    assert org.run("complete", *org.lease(task)).status == REFUSED
    assert broken(store) == []


def test_a_worker_takes_tasks_of_its_runtime(org):
    org.deploy(document(jobs=[source("hand", "manual"),
                              reactive("pack", output("hand"), runtime="dispatcher")]),
               "--activate")
    org.good("event", "alpha", "hand", 0)
    org.good("pulse")
    assert org.claim("--runtime", "ecs_platform") is None
    assert org.claim("--runtime", "dispatcher")["runtime"] == "dispatcher"


def test_a_worker_is_told_what_to_do(org):
    deployed = org.deploy(document(jobs=[source("hand", "manual", timeout_seconds=60),
                                         reactive("pack", output("hand"))]), "--activate")
    number = fired(org, "hand", "--key", "k", "--payload", "[1, \"\\u00e9\"]")
    task = org.claim("--worker", "w")
    assert len(task.pop("token")) == 32 and task.pop("lease_until") > now(org)
    assert task == {"id": number, "attempt": 1, "dag": "alpha", "version": 1,
                    "yaml_hash": deployed["yaml_hash"], "job": "hand", "operator": "hand",
                    "runtime": "ecs_platform", "timeout_seconds": 60,
                    "cause": {"kind": "fire", "key": "k", "payload": [1, "\u00e9"]}}
    assert org.sql("SELECT leased_by FROM tasks WHERE id = ?", number) == [("w",)]


# ---- backpressure and priority ----

def test_a_source_pauses_at_the_queue_depth_of_its_readers(org):
    org.deploy(document(max_queue_depth=2, max_queue_age="1h"), "--activate")
    for key in "ab":
        org.good("event", "alpha", "hand", 0, "--key", key)
    answer = org.run("fire", "alpha", "hand")
    assert answer.status == REFUSED
    assert "paused: `pack` has 2 waiting tasks, its max_queue_depth is 2" in answer.fault
    # Data that is there is never lost to it.
    assert org.good("event", "alpha", "hand", 0, "--key", "c")["tasks"][0]["created"]
    org.good("pulse")
    org.claim()
    assert org.run("fire", "alpha", "hand").status == REFUSED
    org.claim()
    org.good("fire", "alpha", "hand")


def test_a_source_pauses_at_its_own_queue_depth(org):
    org.deploy(document(max_queue_depth=1), "--activate")
    org.good("fire", "alpha", "hand", "--key", "k")
    assert "`hand` has 1 waiting" in org.run("fire", "alpha", "hand").fault
    assert not org.good("fire", "alpha", "hand", "--key", "k")["tasks"][0]["created"]


def test_a_source_pauses_when_a_task_waits_too_long(org):
    org.deploy(document(max_queue_age="1m"), "--activate")
    number = org.good("event", "alpha", "hand", 0)["tasks"][0]["id"]
    org.good("fire", "alpha", "hand")
    org.sql("UPDATE tasks SET created_at = created_at - 61000 WHERE id = ?", number)
    answer = org.run("fire", "alpha", "hand")
    assert answer.status == REFUSED
    assert "a task of `pack` waits longer than its max_queue_age, 60 s" in answer.fault


def test_a_cron_source_under_backpressure_stays_due(org):
    org.deploy(document(jobs=[cron("tick"), reactive("pack", output("tick"))], max_queue_depth=1),
               "--activate")
    org.good("event", "alpha", "tick", 0)
    instant = due(org, 1000)
    assert org.good("pulse")["fired"] == 0
    next_run = "SELECT next_run FROM cron_sources WHERE org = ?"
    assert org.sql(next_run, org.name) == [(instant,)]
    org.claim()
    assert org.good("pulse")["fired"] == 1
    assert org.sql(next_run, org.name)[0][0] > now(org)


def test_normal_goes_before_bulk_and_old_bulk_with_it(org):
    org.deploy(document(jobs=[source("slow", "manual", priority="bulk"), source("hand", "manual"),
                              reactive("pack", output("hand"))], max_queue_age="1h"),
               "--activate")
    bulk = [org.good("fire", "alpha", "slow")["tasks"][0]["id"] for _ in range(2)]
    normal = [org.good("fire", "alpha", "hand")["tasks"][0]["id"] for _ in range(2)]
    org.good("pulse")
    org.sql("UPDATE tasks SET created_at = created_at - ? WHERE id = ?", 2 * HOUR, bulk[1])
    assert [org.claim()["id"] for _ in range(4)] == [bulk[1], *normal, bulk[0]]


# ---- schedules ----

def test_a_source_that_is_due_is_fired_once_by_eight_dispatchers(org, store):
    org.deploy(document(jobs=[*(cron(f"tick{i}") for i in range(5)),
                              reactive("pack", output("tick0"))]), "--activate")
    for i in range(5):
        due(org, 1000, f"tick{i}")
    started = [org.start("pulse") for _ in range(8)]
    answers = [json.loads(process.communicate(timeout=60)[0]) for process in started]
    assert [process.returncode for process in started] == [DONE] * 8
    assert sum(answer["fired"] for answer in answers) == 5
    assert sorted(row[1] for row in org.tasks()) == [f"tick{i}" for i in range(5)]
    org.good("pulse")
    assert len(org.tasks()) == 5
    assert broken(store) == []


@pytest.mark.parametrize("schedule, step", [("rate(1 hour)", HOUR), ("rate(7 minutes)", 420000)])
def test_missed_runs_are_one_and_a_rate_keeps_its_phase(org, schedule, step):
    org.deploy(document(jobs=[cron("tick", schedule), reactive("pack", output("tick"))]),
               "--activate")
    instant = due(org, 30 * 24 * HOUR + 5000) // 1000 * 1000
    due_at = [instant]
    org.sql("UPDATE cron_sources SET next_run = ? WHERE org = ?", instant, org.name)
    assert org.good("pulse")["fired"] == 1
    assert len(org.tasks()) == 1
    following = org.sql("SELECT next_run FROM cron_sources WHERE org = ?", org.name)[0][0]
    assert now(org) < following <= now(org) + step
    assert (following - due_at[0]) % step == 0
    task = org.claim()
    assert task["cause"] == {"kind": "cron", "run": instant}


def test_a_schedule_is_due_at_its_next_instant(org):
    """Of a version that becomes active; and one that stays the same stays due as it was."""
    jobs = [cron("tick", "cron(0 12 * * ? *)"), reactive("pack", output("tick"))]
    org.deploy(document(jobs=jobs), "--activate")
    next_run = "SELECT next_run FROM cron_sources WHERE org = ?"
    first = org.sql(next_run, org.name)[0][0]
    assert first % (24 * HOUR) == 12 * HOUR and 0 < first - now(org) <= 24 * HOUR
    instant = due(org, -5 * HOUR)
    org.deploy(document(jobs=jobs, size=2), "--activate")
    assert org.sql(next_run, org.name) == [(instant,)]


def test_the_dispatcher_that_runs_fires_what_becomes_due(org):
    org.deploy(document(jobs=[cron("tick"), reactive("pack", output("tick"))]), "--activate")
    process = org.start("run", "--every", 1)
    try:
        due(org, 10)
        end = time.monotonic() + 10
        while not (task := org.claim()) and time.monotonic() < end:
            time.sleep(0.1)
        assert task["job"] == "tick"
    finally:
        process.terminate()
        output_, said = process.communicate(timeout=10)
    assert (process.returncode, output_, said) == (DONE, "", "")


# ---- always on ----

def test_sources_that_are_always_on_run_for_their_version(org, store):
    jobs = [source("on", "always_on"), source("hand", "manual"), reactive("pack", output("on"))]
    org.deploy(document(jobs=jobs), "--activate")
    org.good("pulse")
    first = org.claim()
    assert (first["job"], first["version"], first["cause"]) == ("on", 1, {"kind": "always_on"})
    assert broken(store) == []
    org.deploy(document(jobs=jobs, size=2), "--activate")
    answer = org.run("heartbeat", *org.lease(first))
    assert answer.status == REFUSED and "has ended" in answer.fault
    org.good("pulse")
    second = org.claim()
    assert (second["job"], second["version"]) == ("on", 2)
    org.good("rollback", "alpha")
    org.deploy(document(), "--activate")
    assert [row[2] for row in org.tasks()] == ["done"] * 3
    assert broken(store) == []


# ---- wrong use ----

@pytest.mark.parametrize("words, said", [
    (["fire", "alpha", "pack"], "`pack` is reactive: an event makes its tasks"),
    (["fire", "alpha", "hand", "--payload", "{"], "--payload is JSON"),
    (["fire", "alpha", "hand", "--key", ""], "a key has 1 to 200 bytes"),
    (["fire", "alpha", "hand", "--key", "k" * 201], "a key has 1 to 200 bytes"),
    (["event", "alpha", "hand", "x"], "OUTPUT is a number, not `x`"),
    (["event", "alpha", "hand", "99999999999999999999"], "OUTPUT is a number"),
    (["event", "alpha", "hand", "1"], "`hand` has no output 1, it has 1"),
    (["heartbeat", "x", "1", "t"], "TASK is a number, not `x`"),
    (["heartbeat", "1", "x", "t"], "ATTEMPT is a number, not `x`"),
    (["fire", "nobody", "hand"], "no version of `nobody` is active"),
    (["event", "alpha", "nobody", "0"], "version 1 of `alpha` has no job `nobody`"),
])
def test_wrong_use_of_work(org, words, said):
    org.deploy(document(), "--activate")
    answer = org.run(*words)
    assert answer.status in (REFUSED, WRONG_USE) and said in answer.fault
    assert answer.output == ""
    assert org.tasks() == []


def test_the_longest_names_and_keys(org):
    """Keys that the program puts together of them have room."""
    long = "n" * 128
    jobs = [source(long, "manual"), cron(long[1:]), source(long[2:], "always_on"),
            reactive(long[3:], output(long))]
    org.deploy(document(long, jobs=jobs, publishes=[long]), "--activate")
    org.deploy(document("beta", jobs=[reactive(long, {"dataset": long})]), "--activate")
    keys = ["k" * 199 + end for end in "ab"]
    for key in keys:
        for words in (["fire", long, long], ["event", long, long, 0],
                      ["event", long, long[3:], 0]):
            assert org.good(*words, "--key", key)["tasks"][0]["created"]
    due(org, 1000, long[1:], long)
    assert org.good("pulse")["fired"] == 1
    assert len(org.tasks()) == 8
    assert broken(org.store) == []


@pytest.mark.parametrize("words", [["fire", "alpha", "hand", "--key", "\udcff"],
                                   ["claim", "--worker", "\udcff"],
                                   ["member", "set", "\udcff", "viewer"]])
def test_bytes_that_are_no_utf_8_are_refused(org, words):
    org.deploy(document(), "--activate")
    fired(org)
    answer = org.run(*words)
    assert answer.status == WRONG_USE
    assert "the database cannot hold that value" in answer.fault
    assert org.claim()


def test_a_source_that_is_broken_stops_no_other(tmp_path, store):
    """Its document cannot be read any more: that is said, and all else goes on."""
    org = Organisation(new_store("postgres" if store.postgres else "sqlite", tmp_path))
    for name in ("alpha", "beta"):
        org.deploy(document(name, jobs=[cron("tick"), reactive("pack", output("tick"))],
                            publishes=[name]), "--activate")
    org.sql("DROP TRIGGER dag_versions_kept ON dag_versions" if store.postgres
            else "DROP TRIGGER dag_versions_no_update")
    org.sql("UPDATE dag_versions SET source = ? WHERE dag = 'alpha'", b"jobs: 3\n")
    for name in ("alpha", "beta"):
        due(org, 1000, dag=name)
    said = (f"dispatcher: `tick` of DAG `alpha` of `{org.name}`: a stored document is not accepted"
            " any more")
    answer = org.run("pulse")
    assert (answer.status, answer.fault) == (FAULT, said)
    assert org.tasks() == [("beta", "tick", "ready", 1)]
    running = org.start("run", "--every", 1)
    try:
        due(org, 1000, dag="beta")
        end = time.monotonic() + 10
        while len(org.tasks()) < 2 and time.monotonic() < end:
            time.sleep(0.1)
    finally:
        running.terminate()
        ended = running.communicate(timeout=10)
    assert running.returncode == DONE and said in ended[1]
    assert org.tasks() == [("beta", "tick", "ready", 1)] * 2
