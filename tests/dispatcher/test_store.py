"""The store itself: what never changes, migrations, and a database that fails."""
import os
import pwd
import resource
import shutil
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

import support
from invariants import broken
from support import (DONE, FAULT, REFUSED, UNAVAILABLE, WRONG_USE, Organisation, Store, document,
                     new_database, text)

KEPT = ["dag_versions", "version_jobs", "version_edges", "version_publishes", "activations"]
COLUMN = {"dag_versions": "created_by", "activations": "actor"}


@pytest.fixture
def lite(tmp_path):
    """A store in SQLite with a version of `alpha`, whatever else there is."""
    org = Organisation(support.new_store("sqlite", tmp_path))
    org.deploy(document(), "--activate")
    return org


@pytest.fixture
def file(lite):
    return Path(lite.store.url.removeprefix("sqlite:"))


# ---- what never changes ----

@pytest.mark.parametrize("table", KEPT)
def test_the_database_itself_refuses_changes(org, store, table):
    org.deploy(document(), "--activate")
    before = store.sql(f"SELECT * FROM {table}")
    column = COLUMN.get(table, "version_id")
    attempts = [f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"]
    if store.postgres:
        attempts += [f"TRUNCATE {table} CASCADE",
                     f"DELETE FROM {table} WHERE false",
                     f"WITH gone AS (DELETE FROM {table} RETURNING *) SELECT * FROM gone"]
    else:
        attempts += [f"UPDATE OR REPLACE {table} SET {column} = {column}",
                     f"UPDATE OR IGNORE {table} SET {column} = {column}",
                     f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
                     f"REPLACE INTO {table} SELECT * FROM {table}"]
    for attempt in attempts:
        with pytest.raises(Exception, match=f"{table} never change"):
            store.sql(attempt)
    assert store.sql(f"SELECT * FROM {table}") == before


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize("taken", ["id = v.id", "yaml_hash = v.yaml_hash", "number = v.number"])
def test_replacing_a_version_is_refused(lite, recursive, taken):
    """Also by the key that is not the row's id, and for connections that have no triggers of
    triggers."""
    columns = ["id", "org", "dag", "number", "yaml_hash", "source_hash", "canonical", "source",
               "created_by", "created_at"]
    other = {"id": "v.id + 100", "number": "v.number + 100", "yaml_hash": "'td1:0'",
             "source": "'forged'"}
    other.pop(taken.split()[0], None)
    chosen = ", ".join(other.get(column, column) for column in columns)
    with lite.store.transaction() as sql:
        sql(f"PRAGMA recursive_triggers = {recursive}")
        with pytest.raises(sqlite3.DatabaseError, match="dag_versions never change"):
            sql(f"INSERT OR REPLACE INTO dag_versions SELECT {chosen} FROM dag_versions v")
    assert broken(lite.store) == []


def test_upserts_do_not_change_a_version(org, store):
    org.deploy(document())
    with pytest.raises(Exception, match="never change"):
        store.sql("INSERT INTO dag_versions (org, dag, number, yaml_hash, source_hash, canonical,"
                  " source, created_by, created_at) SELECT org, dag, number, yaml_hash,"
                  " source_hash, canonical, source, created_by, created_at FROM dag_versions v"
                  " WHERE org = ? ON CONFLICT (org, dag, number) DO UPDATE SET created_by = 'me'",
                  org.name)


# ---- migrations ----

@pytest.fixture
def empty(request, store, tmp_path):
    """A database without tables."""
    return Store(new_database() if store.postgres else f"sqlite:{tmp_path}/empty.db")


def test_migrating_twice_changes_nothing(empty):
    first = empty.run("migrate")
    assert first.status == DONE and first.json["from"] == 0 and first.json["to"] >= 1
    assert empty.run("migrate").json == {"from": first.json["to"], "to": first.json["to"]}


def test_four_that_migrate_at_once(empty):
    started = [empty.start("migrate") for _ in range(4)]
    ended = [process.communicate(timeout=60) for process in started]
    assert [process.returncode for process in started] == [DONE] * 4, ended
    assert sorted('"from": 0' in output for output, _ in ended) == [False] * 3 + [True]
    assert Organisation(empty).deploy(document())["created"]


def test_a_newer_database_is_refused(empty):
    to = empty.run("migrate").json["to"]
    empty.sql("INSERT INTO migrations (number, name) VALUES (999, 'of the future')")
    for words in (["migrate"], ["dags"], ["pulse"]):
        answer = empty.run(*words, org="acme")
        assert answer.status == REFUSED
        assert answer.fault == (f"dispatcher: the database has migration 999, this program knows"
                                f" {to}: use a newer one")


def test_a_database_without_tables(empty):
    empty.connect().close()
    for words in (["dags"], ["org", "add", "acme"], ["run"]):
        answer = empty.run(*words, org="acme")
        assert answer.status != DONE
        if empty.postgres or Path(empty.url[7:]).exists():
            assert answer.status == REFUSED
            assert "run `dispatcher migrate` first" in answer.fault


def test_killed_while_migrating(empty):
    """All tables or none: the next one finds nothing in its way."""
    for _ in range(10):
        process = empty.start("migrate")
        time.sleep(0.005)
        process.kill()
        process.communicate()
    assert empty.run("migrate").status == DONE
    assert Organisation(empty).deploy(document(), "--activate")["created"]
    assert broken(empty) == []


# ---- PostgreSQL goes away ----

class Server:
    """A server of its own, by postgres.sh, which can be stopped and started."""

    def __init__(self):
        self.script = subprocess.Popen(
            [Path(__file__).with_name("postgres.sh"), "sh", "-c",
             'echo "$TRACEDAG_TEST_POSTGRES"; cat'],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = self.script.stdout.readline().strip()
        self.folder = self.url.rpartition("host=")[2]
        binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        self.control = shutil.which("pg_ctl") or binaries[-1] / "pg_ctl"

    def pg_ctl(self, *words):
        owner = pwd.getpwuid(os.stat(f"{self.folder}/data").st_uid).pw_name
        subprocess.run([self.control, "-D", f"{self.folder}/data", "-w", *words], check=True,
                       cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=60,
                       user=owner if os.getuid() == 0 else None)

    def stop(self):
        self.pg_ctl("stop", "-m", "immediate")

    def start(self):
        self.pg_ctl("-l", f"{self.folder}/log", "start", "-o",
                    f"-c listen_addresses='' -k {self.folder}")

    def close(self):
        self.script.stdin.close()
        self.script.wait(timeout=60)


@pytest.fixture(scope="module")
def server():
    if not support.POSTGRES:
        pytest.skip("TRACEDAG_TEST_POSTGRES names no server: see postgres.sh")
    running = Server()
    yield running
    running.close()


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not (result := condition()) and time.monotonic() < end:
        time.sleep(0.1)
    return result


def test_a_server_that_stops_and_comes_back(server, tmp_path):
    """Each command says so; `run` says so, waits, and goes on with what it had to do."""
    store = Store(server.url)
    assert store.run("migrate").status == DONE
    org = Organisation(store)
    org.deploy(document(), "--activate")
    said = tmp_path / "said"
    with open(said, "w", encoding="utf-8") as file:
        running = store.start("run", "--every", 1, stderr=file)
    task = org.good("fire", "alpha", "hand")["tasks"][0]["id"]
    assert until(lambda: org.task(task)[0] == "ready")
    server.stop()
    try:
        for words in (["deploy", "-", "--activate"], ["dags"], ["claim"], ["migrate"], ["pulse"]):
            answer = org.run(*words, given=text(document(size=2)))
            assert answer.status == UNAVAILABLE and answer.output == ""
            assert "dispatcher: the database does not answer: " in answer.fault
        assert until(lambda: "does not answer" in said.read_text(encoding="utf-8"))
        assert running.poll() is None
    finally:
        server.start()
    assert broken(store) == []
    assert org.deploy(document(size=2), "--activate")["version"] == 2
    task = org.good("fire", "alpha", "hand")["tasks"][0]["id"]
    assert until(lambda: org.task(task)[0] == "ready")
    running.terminate()
    running.communicate(timeout=10)
    assert running.returncode == DONE
    assert set(line.split(": ")[1] for line in said.read_text(encoding="utf-8").splitlines()) <= {
        "the database does not answer", "the database cannot be used"}


def terminate(store):
    """Ends all connections but the one that does so."""
    return store.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                     " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                     " AND application_name = ''")


def test_connections_that_end_in_the_middle(org, store):
    """A transaction that was under way has done nothing."""
    if not store.postgres:
        pytest.skip("SQLite has no connections")
    org.deploy(document(), "--activate")
    for words in (["deploy", "-", "--activate"], ["activate", "alpha", 1],
                  ["rollback", "alpha", 1]):
        holder = store.connect()
        store.execute(holder, "SELECT 1 FROM organisations WHERE id = ? FOR UPDATE", [org.name])
        process = org.start(*words)
        process.stdin.write(text(document(size=2)))
        process.stdin.close()
        process.stdin = None
        store.waiting(1)
        store.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
                  " datname = current_database() AND wait_event_type = 'Lock'")
        output, said = process.communicate(timeout=60)
        holder.close()
        assert (process.returncode, output) == (UNAVAILABLE, "")
        assert "dispatcher: the database does not answer: " in said
        assert len(org.good("versions", "alpha")) == 1
    assert broken(store) == []


def test_run_takes_up_a_connection_that_was_ended(org, store):
    if not store.postgres:
        pytest.skip("SQLite has no connections")
    org.deploy(document(), "--activate")
    running = store.start("run", "--every", 1)
    for _ in range(3):
        task = org.good("fire", "alpha", "hand")["tasks"][0]["id"]
        assert until(lambda task=task: org.task(task)[0] == "ready")
        terminate(store)
    running.terminate()
    running.communicate(timeout=10)
    assert running.returncode == DONE


@pytest.mark.parametrize("url, status, said", [
    ("postgresql://nobody@/x?host=/nonexistent", UNAVAILABLE, "the database does not answer: "),
    ("postgresql://127.0.0.1:1/x", UNAVAILABLE, "the database does not answer: "),
    ("sqlite:/nonexistent/x.db", UNAVAILABLE, "unable to open database file"),
    ("sqlite:/", UNAVAILABLE, "unable to open database file"),
    ("sqlite:", WRONG_USE, "a database is `sqlite:PATH` or `postgresql://...`"),
    ("mysql://x", WRONG_USE, "a database is `sqlite:PATH` or `postgresql://...`"),
])
def test_a_database_that_cannot_be_reached(url, status, said):
    for words in (["dags"], ["migrate"]):
        answer = Store(url).run(*words, org="acme")
        assert answer.status == status and said in answer.fault
        assert answer.said.count("\n") == 1


def test_a_database_of_postgresql_that_is_not_there(store):
    if not store.postgres:
        pytest.skip("of PostgreSQL")
    answer = Store(support.POSTGRES.replace("/postgres?", "/nowhere?")).run("migrate")
    assert answer.status == UNAVAILABLE and '"nowhere" does not exist' in answer.fault


# ---- the file of SQLite ----

@pytest.mark.parametrize("content", [b"garbage " * 4000, b"SQLite format 3\0" + b"\xff" * 30000])
def test_a_file_that_is_no_database(lite, file, content):
    for name in file.parent.iterdir():
        name.unlink()
    file.write_bytes(content)
    for words in (["dags"], ["migrate"], ["run"]):
        answer = lite.run(*words)
        assert answer.status == FAULT
        assert "the file is no sound database: " in answer.fault
    assert file.read_bytes() == content


def test_a_file_whose_pages_are_overwritten(lite, file):
    for size in range(30):
        lite.deploy(document(size=size + 10))
    with lite.store.transaction() as sql:
        assert sql("SELECT COUNT(*) FROM dag_versions") == [(31,)]
    lite.store.sql("PRAGMA user_version")  # the log is in the file when the last one has closed it
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))
    for words in (["versions", "alpha"], ["deploy", "-"], ["migrate"]):
        answer = lite.run(*words, given=text(document(size=99)))
        assert answer.status == FAULT
        assert "the file is no sound database: " in answer.fault


def test_a_file_that_is_gone_is_not_made_again(lite, file):
    for name in file.parent.iterdir():
        name.unlink()
    answer = lite.run("deploy", "-", given=text(document()))
    assert answer.status == UNAVAILABLE and "unable to open database file" in answer.fault
    assert not file.exists()


def as_somebody():
    """The arguments by which root runs a command as somebody who may not do everything."""
    return {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.getuid() == 0 else {}


def start_as_somebody(org, *words):
    try:
        return org.run(*words, **as_somebody())
    except PermissionError:
        pytest.skip("the command is where only root may go")


@pytest.mark.parametrize("mode, folder_mode, said", [
    (0o000, 0o755, "unable to open database file"),
    (0o444, 0o555, "attempt to write a readonly database"),
])
def test_a_file_that_may_not_be_used(lite, file, mode, folder_mode, said):
    for folder in list(file.parents)[:3]:
        folder.chmod(0o755)
    file.chmod(mode)
    file.parent.chmod(folder_mode)
    try:
        answer = start_as_somebody(lite, "pulse")
        assert answer.status == UNAVAILABLE and said in answer.fault
    finally:
        file.parent.chmod(0o755)
        file.chmod(0o644)
    assert lite.good("pulse")["sent"] == 0


def fill(org):
    """Deploys until it does not go; returns the answer that said so, and how many went."""
    for size in range(2000):
        answer = org.run("deploy", "-", given=text(document(size=size, publishes=["b" * 100])),
                         timeout=120)
        if answer.status != DONE:
            return answer, size
    raise AssertionError("there is no end of room")


def holds(org, count):
    with org.store.transaction() as sql:
        assert sql("PRAGMA integrity_check") == [("ok",)]
        assert sql("SELECT COUNT(*) FROM dag_versions") == [(count,)]
    assert broken(org.store) == []


def test_a_full_disk(tmp_path):
    """It is said, nothing is half done, and with room again all goes on."""
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=700k", "none", tmp_path],
                      stderr=subprocess.DEVNULL, check=False).returncode:
        pytest.skip("no tmpfs may be mounted here")
    try:
        org = Organisation(support.new_store("sqlite", tmp_path))
        answer, count = fill(org)
        assert answer.status == UNAVAILABLE
        assert "the database cannot be used: database or disk is full" in answer.fault
        assert count > 5
        assert org.run("dags").json[0]["versions"] == count
        subprocess.run(["mount", "-o", "remount,size=4m", tmp_path], check=True)
        assert org.deploy(document(size=-1), "--activate")["version"] == count + 1
        holds(org, count + 1)
    finally:
        subprocess.run(["umount", "-l", tmp_path], check=True)


def test_a_file_at_the_limit_of_its_size(lite, file):
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

    answer = lite.run("deploy", "-", given=text(document(size=2)), preexec_fn=limit)
    assert answer.status == UNAVAILABLE and answer.output == ""
    assert "the database cannot be used: " in answer.fault
    holds(lite, 1)
    assert lite.deploy(document(size=2))["version"] == 2


def test_a_lock_that_is_not_given_back(lite):
    """Who waits for it gets it when it comes in time."""
    with lite.store.held(lite.name):
        process = lite.start("deploy", "-")
        process.stdin.write(text(document(size=2)))
        process.stdin.close()
        process.stdin = None
        time.sleep(1)
        assert process.poll() is None
    process.communicate(timeout=60)
    assert process.returncode == DONE


# ---- wrong use of the command ----

ONE_WORD_LESS = [["org"], ["org", "add"], ["org", "catalog"], ["member"], ["member", "set", "x"],
                 ["member", "remove"], ["deploy"], ["activate"], ["activate", "alpha"],
                 ["rollback"], ["versions"], ["history"], ["show"], ["diff"], ["diff", "alpha"],
                 ["fire"], ["fire", "alpha"], ["event", "alpha", "hand"], ["heartbeat", 1, 1],
                 ["complete", 1, 1], ["fail", 1, 1, "token"]]
ONE_WORD_MORE = [["migrate", "x"], ["org", "add", "a", "b", "c"], ["org", "catalog", "a", "b"],
                 ["member", "set", "a", "viewer", "x"], ["member", "remove", "a", "b"],
                 ["deploy", "a", "b"], ["activate", "a", 1, 2], ["rollback", "a", 1, 2],
                 ["dags", "x"], ["versions", "a", "b"], ["history", "a", "b"], ["show", "a", 1, 2],
                 ["diff", "a", 1, 2, 3], ["datasets", "x"], ["fire", "a", "b", "c"],
                 ["event", "a", "b", 0, 1], ["tasks", "a", "b"], ["claim", "x"],
                 ["heartbeat", 1, 1, "t", "x"], ["fail", 1, 1, "t", "r", "x"], ["pulse", "x"],
                 ["run", "x"]]


@pytest.mark.parametrize("words", ONE_WORD_LESS + ONE_WORD_MORE,
                         ids=lambda words: "-".join(map(str, words)))
def test_words_that_are_missing_or_too_many(lite_once, words):
    answer = lite_once.run(*words)
    assert (answer.status, answer.output) == (WRONG_USE, "")
    assert answer.said.startswith("usage: dispatcher ")


@pytest.fixture(scope="module")
def lite_once(tmp_path_factory):
    org = Organisation(support.new_store("sqlite", tmp_path_factory.mktemp("once")))
    org.deploy(document(), "--activate")
    return org


@pytest.mark.parametrize("words, said", [
    ([], "usage: dispatcher [--db URL]"),
    (["destroy"], "usage: dispatcher [--db URL]"),
    (["--nonsense"], "unrecognized option '--nonsense'"),
    (["fire", "alpha", "hand", "--key"], "option '--key' requires an argument"),
    (["org", "add", "Acme Inc"], "an organisation is 1 to 63 of a-z, 0-9 and -, a letter first"),
    (["org", "add", "a" * 64], "an organisation is 1 to 63"),
    (["member", "set", "x", "king"], "a role is viewer, deployer or worker"),
    (["run", "--every", "soon"], "--every is a number, not `soon`"),
    (["run", "--every", "-1"], "--every is a number, not `-1`"),
    (["pulse", "--queue", "pigeon"], "a queue is"),
])
def test_wrong_use(lite_once, words, said):
    answer = lite_once.run(*words)
    assert (answer.status, answer.output) == (WRONG_USE, "")
    assert said in answer.said


@pytest.mark.parametrize("words, status, said", [
    (["deploy", "/nonexistent.yaml"], UNAVAILABLE, "/nonexistent.yaml: No such file or directory"),
    (["deploy", "/"], UNAVAILABLE, "/: Is a directory"),
    (["org", "catalog", "/nonexistent.yaml"], UNAVAILABLE, "No such file or directory"),
    (["activate", "alpha", "7"], REFUSED, "there is no version `7` of `alpha`"),
    (["activate", "alpha", "td1:0"], REFUSED, "there is no version `td1:0` of `alpha`"),
    (["activate", "alpha", "-0"], REFUSED, "there is no version `-0`"),
    (["rollback", "nobody"], REFUSED, "no version of `nobody` was active before"),
    (["versions", "nobody"], REFUSED, "there is no DAG `nobody`"),
    (["show", "nobody"], REFUSED, "no version of `nobody` is active"),
    (["diff", "alpha", "1", "9"], REFUSED, "there is no version `9` of `alpha`"),
])
def test_what_is_not_there(lite_once, words, status, said):
    answer = lite_once.run("--", *words)
    assert (answer.status, answer.output) == (status, "")
    assert said in answer.fault


def test_an_organisation_that_is_not_there(lite_once):
    for words in (["deploy", "-"], ["activate", "alpha", 1], ["member", "set", "x", "viewer"]):
        answer = lite_once.store.run(*words, org="nobody", given=text(document()))
        assert answer.status == REFUSED
        assert answer.fault == "dispatcher: there is no organisation `nobody`"
    answer = lite_once.run("org", "add", lite_once.name)
    assert answer.status == REFUSED and "already" in answer.fault


def test_what_has_to_be_said():
    for words, said in ((["migrate"], "say which database: --db URL"),
                        (["--db", "sqlite:/x", "dags"], "say which organisation: --org ORG")):
        ended = subprocess.run([support.COMMAND, *words], capture_output=True, text=True,
                               env={}, check=False)
        assert ended.returncode == WRONG_USE and said in ended.stderr


def test_help():
    ended = subprocess.run([support.COMMAND, "--help"], capture_output=True, text=True, check=True)
    assert ended.stdout.startswith("usage: dispatcher ") and ended.stderr == ""
