"""What the tests of the dispatcher share: its command, its two stores, and documents."""
import contextlib
import json
import os
import sqlite3
import subprocess
import time
import uuid
from pathlib import Path

import psycopg2
import yaml

COMMAND = os.environ.get("TRACEDAG_DISPATCHER")
POSTGRES = os.environ.get("TRACEDAG_TEST_POSTGRES")
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

DONE, REFUSED, WRONG_USE, UNAVAILABLE, FAULT = range(5)


class Answer:
    """How a command ended: `status`, the JSON that it printed, and what it said."""

    def __init__(self, status, output, said):
        self.status, self.output, self.said = status, output, said

    @property
    def json(self):
        return json.loads(self.output) if self.output.strip() else None

    @property
    def fault(self):
        """The sentence of a fault, the last line that it says."""
        lines = self.said.strip().splitlines()
        return lines[-1] if lines else ""

    def __repr__(self):
        return f"status {self.status}: {self.output[:300]}{self.said[-600:]}"


class Store:
    """A database, and commands on it."""

    def __init__(self, url):
        self.url = url
        self.postgres = url.startswith("postgresql:")

    def start(self, *words, org=None, actor="tester", **more):
        line = [COMMAND, "--db", self.url, "--as", actor, *(["--org", org] if org else [])]
        more = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
                "text": True, **more}
        return subprocess.Popen([*line, *map(str, words)], **more)

    def run(self, *words, given="", timeout=60, **more):
        process = self.start(*words, **more)
        output, said = process.communicate(given, timeout=timeout)
        return Answer(process.returncode, output, said)

    def connect(self):
        if self.postgres:
            return psycopg2.connect(self.url)
        return sqlite3.connect(self.url.removeprefix("sqlite:"), timeout=30, isolation_level=None)

    def execute(self, connection, sql, values=()):
        cursor = connection.cursor()
        cursor.execute(sql.replace("?", "%s") if self.postgres else sql, values)
        rows = cursor.fetchall() if cursor.description else []
        return [tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)
                for row in rows]

    @contextlib.contextmanager
    def transaction(self, snapshot=False):
        """A function that runs SQL, all in one transaction; with `snapshot` it sees one state."""
        connection = self.connect()
        try:
            if not self.postgres:
                self.execute(connection, "BEGIN")
            elif snapshot:
                self.execute(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield lambda sql, *values: self.execute(connection, sql, values)
            connection.commit()
        finally:
            connection.close()

    def sql(self, statement, *values):
        with self.transaction() as run:
            return run(statement, *values)

    @contextlib.contextmanager
    def held(self, org):
        """Meanwhile nobody else changes the organisation's versions."""
        connection = self.connect()
        if self.postgres:
            self.execute(connection, "SELECT 1 FROM organisations WHERE id = ? FOR UPDATE", [org])
        else:
            self.execute(connection, "BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.rollback()
            connection.close()

    def waiting(self, count):
        """Waits until so many commands wait for a lock; SQLite does not tell, so a while."""
        end = time.monotonic() + 10
        sql = ("SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()"
               " AND wait_event_type = 'Lock'")
        while self.postgres and time.monotonic() < end and self.sql(sql)[0][0] < count:
            time.sleep(0.02)
        if not self.postgres:
            time.sleep(0.3)


class Organisation:
    """An organisation of its own, so that tests do not meet."""

    def __init__(self, store):
        self.store = store
        self.name = "o" + uuid.uuid4().hex[:12]
        assert store.run("org", "add", self.name).status == DONE

    def run(self, *words, **more):
        return self.store.run(*words, org=self.name, **more)

    def start(self, *words, **more):
        return self.store.start(*words, org=self.name, **more)

    def good(self, *words, **more):
        """The answer of a command that has to go well."""
        answer = self.run(*words, **more)
        assert answer.status == DONE, answer
        return answer.json

    def deploy(self, document, *words):
        return self.good("deploy", "-", *words, given=text(document))

    def refused(self, document, *words):
        answer = self.run("deploy", "-", *words, given=text(document))
        assert answer.status == REFUSED, answer
        assert answer.output == ""
        return answer

    def sql(self, statement, *values):
        return self.store.sql(statement, *values)

    def claim(self, *words):
        return self.good("claim", *words)

    def lease(self, task):
        return [task["id"], task["attempt"], task["token"]]

    def task(self, number):
        """(state, attempt, failure) of a task."""
        return self.sql("SELECT state, attempt, failure FROM tasks WHERE id = ?", number)[0]

    def tasks(self):
        """(dag, job, state, number of the version), in order."""
        return self.sql("SELECT t.dag, t.job, t.state, v.number FROM tasks t"
                        " JOIN dag_versions v ON v.id = t.version_id WHERE t.org = ?"
                        " ORDER BY t.id", self.name)


def new_store(kind, folder):
    """An empty database with all tables."""
    if kind == "sqlite":
        store = Store(f"sqlite:{folder}/dispatcher.db")
    else:
        store = Store(new_database())
    answer = store.run("migrate")
    assert answer.status == DONE, answer
    return store


def new_database():
    name = "t" + uuid.uuid4().hex
    connection = psycopg2.connect(POSTGRES)
    connection.autocommit = True
    connection.cursor().execute(f"CREATE DATABASE {name}")
    connection.close()
    return POSTGRES.replace("/postgres?", f"/{name}?")


# ---- documents ----

def source(name, kind, outputs=1, **more):
    return {"name": name, "activation": "source", "runtime": "ecs_platform", "operator": name,
            "outputs": outputs, "source": {"kind": kind}, **more}


def cron(name, schedule="rate(1 day)"):
    return {**source(name, "cron"), "source": {"kind": "cron", "schedule": schedule}}


def reactive(name, *origins, runtime="ecs_platform", **more):
    return {"name": name, "activation": "reactive", "runtime": runtime, "operator": name,
            "outputs": 1, "update_strategy": "replace", "execution_strategy": "PerUpdate",
            "inputs": [{"from": origin} for origin in origins], **more}


def output(job, number=0):
    return {"job": job, "output": number}


def document(name="alpha", *, size=1, publishes=("blocks",), jobs=None, **defaults):
    """A DAG: `hand`, fired by hand, feeds `pack`, which is published; `size` makes another one.
    Of other jobs it is the last one that is published."""
    jobs = jobs or [source("hand", "manual"), reactive("pack", output("hand"))]
    last = {**jobs[-1], "config": {"size": size}, "outputs": max(1, len(publishes))}
    result = {"name": name, "jobs": [*jobs[:-1], last],
              "publish": {dataset: {"from": output(last["name"], number), "storage": "s3"}
                          for number, dataset in enumerate(publishes)}}
    if defaults:
        result["defaults"] = defaults
    return result


def text(of):
    return of if isinstance(of, str) else yaml.safe_dump(of, sort_keys=False)
