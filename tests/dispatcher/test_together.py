"""Eight processes deploy, activate and roll back at the same time, while others work.

TRACEDAG_TEST_SECONDS says how long on PostgreSQL, 60 by default; SQLite has a sixth of it, for
there only one at a time writes.
"""
import collections
import os
import random
import threading
import time

from invariants import broken
from support import (DONE, Organisation, cron, document, output, reactive, source, text)

SECONDS = float(os.environ.get("TRACEDAG_TEST_SECONDS", "60"))
SEED = os.environ.get("TRACEDAG_TEST_SEED", str(time.time_ns()))
# What may be said to somebody who asks for what is not there (yet), or is another DAG's.
PASSING = ["there is no version", "was active before", "was never active",
           "belongs to DAG", "is not held by this attempt", "is active", "paused: "]


def moving(name, size, contended):
    """A document whose schedule, and whether it publishes the contended name, go with its size."""
    jobs = [source("on", "always_on"), source("zz", "always_on"), source("aa", "always_on"),
            cron("tick", f"rate({size % 5 + 2} hours)"), source("hand", "manual"),
            reactive("pack", output("hand"), output("on"))]
    return document(name, size=size, jobs=jobs, heartbeat_timeout_seconds=1, max_attempts=1000,
                    publishes=[f"{name}_rows", *(["contended"] if contended else [])])


class Together:
    def __init__(self, org, seconds):
        self.org = org
        self.end = time.monotonic() + seconds
        self.lock = threading.Lock()
        self.faults = []
        self.deploys = []      # answers
        self.moves = 0         # of the pointer, as the answers have it
        self.conflicts = 0
        self.counts = collections.Counter()

    def run(self, words, given=""):
        answer = self.org.run(*words, given=given)
        with self.lock:
            self.counts[words[0], answer.status] += 1
            if answer.status == DONE:
                return answer.json
            if not any(passing in answer.fault for passing in PASSING):
                self.faults.append((words, answer))
            if "belongs to DAG" in answer.fault:
                self.conflicts += 1
        return None

    def deployer(self, number):
        """Of DAGs that all deploy, and one that nobody else does."""
        chance = random.Random(f"{SEED} {number}")
        while time.monotonic() < self.end:
            name = chance.choice(["common", "shared", f"own{number}"])
            step = chance.random()
            if step < 0.5:
                given = text(moving(name, chance.randrange(40), chance.random() < 0.1))
                words = ["deploy", "-", *["--activate"] * (chance.random() < 0.5)]
                answer = self.run(words, given)
                with self.lock:
                    if answer:
                        self.deploys.append(answer)
                        self.moves += answer["activated"]
            else:
                version = str(chance.randrange(1, 12))
                words = (["activate", name, version] if step < 0.75 else
                         ["rollback", name, *[version] * (chance.random() < 0.5)])
                answer = self.run(words)
                with self.lock:
                    self.moves += bool(answer and answer["changed"])

    def pulser(self):
        while time.monotonic() < self.end:
            self.org.sql("UPDATE cron_sources SET next_run = 1000 * (next_run / 1000 - 86400)"
                         " WHERE org = ?", self.org.name)
            self.run(["pulse"])

    def worker(self):
        while time.monotonic() < self.end:
            self.run(["fire", "common", "hand"])
            task = self.run(["claim"])
            if task:
                self.run(["complete", *self.org.lease(task), 0])

    def checker(self):
        """Whatever the others do, each state that is seen is a sound one."""
        while time.monotonic() < self.end:
            faults = broken(self.org.store)
            with self.lock:
                self.faults += faults[:3]
                self.counts["check"] += 1
            time.sleep(0.5)

    def guarded(self, part, *words):
        try:
            part(*words)
        except Exception as fault:  # of a thread, told at the end
            with self.lock:
                self.faults.append(fault)

    def all(self):
        parts = [(self.deployer, number) for number in range(8)]
        parts += [(self.pulser,)] * 2 + [(self.worker,)] * 3 + [(self.checker,)]
        threads = [threading.Thread(target=self.guarded, args=part) for part in parts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def test_eight_processes_together(store):
    org = Organisation(store)
    together = Together(org, SECONDS if store.postgres else SECONDS / 6)
    together.all()
    print(SEED, dict(together.counts))
    assert together.faults[:3] == []
    assert broken(store) == []

    # No version is lost, and none is doubled: each was created by exactly one answer.
    made = collections.Counter((answer["dag"], answer["version"]) for answer in together.deploys
                               if answer["created"])
    stored = dict(org.sql("SELECT yaml_hash || dag, number FROM dag_versions WHERE org = ?",
                          org.name))
    assert set(made.values()) == {1}
    assert len(stored) == len(made)
    for answer in together.deploys:
        assert stored[answer["yaml_hash"] + answer["dag"]] == answer["version"]
    # Each move of the pointer is in the history, and nothing else is.
    assert org.sql("SELECT COUNT(*) FROM activations WHERE org = ?", org.name) == [
        (together.moves,)]
    # The name that several wanted is one's.
    assert len(org.sql("SELECT dag FROM datasets WHERE org = ? AND name = 'contended'",
                       org.name)) == 1
    assert together.conflicts > 0
