"""Commands that are killed at random moments leave nothing half done, and lose nothing.

TRACEDAG_TEST_KILLS says how many are killed on each store, 500 by default; TRACEDAG_TEST_SEED
makes the same choices again.
"""
import collections
import os
import random
import signal
import statistics
import subprocess
import threading
import time

from invariants import broken
from support import (UNAVAILABLE, Answer, Organisation, cron, document, output, reactive, source,
                     text)

KILLS = int(os.environ.get("TRACEDAG_TEST_KILLS", "500"))
SEED = os.environ.get("TRACEDAG_TEST_SEED", str(time.time_ns()))
BATCH = 50
KILLED = -signal.SIGKILL


def killable(name, size):
    """No task of it ever waits too long, or has had too many attempts."""
    jobs = [cron("tick"), source("hand", "manual"), reactive("pack", output("hand"))]
    return document(name, size=size, jobs=jobs, heartbeat_timeout_seconds=1, max_attempts=1000,
                    max_queue_depth=1000000, max_queue_age="7d", publishes=[f"{name}_rows"])


class Victims:
    """Runs commands, kills most of them, and remembers what was acknowledged."""

    def __init__(self, org):
        self.org = org
        self.trial = Organisation(org.store)  # where commands are not killed, and timed
        self.lock = threading.Lock()
        self.kills = collections.Counter()
        self.usual = {}             # seconds that a command takes, by its first word
        self.faults = []
        self.size = 0
        self.deployed = {}          # (dag, size): the number that was acknowledged, or None
        self.moves, self.lost_moves = 0, 0
        self.keys = {}              # key: whether it was acknowledged
        self.began = set()          # tasks that a worker was told to do
        self.leases = []
        self.ended = set()          # tasks whose end was acknowledged

    def measure(self, word):
        """How long a command takes that nobody kills, in seconds; one that does as much, or a bit
        more, where it needs what there is not in the organisation for trials."""
        words = {"deploy": ["deploy", "-", "--activate"], "pulse": ["pulse"],
                 "activate": ["rollback", "alpha"], "rollback": ["rollback", "alpha"]}.get(
                     word, ["fire", "alpha", "hand"])
        for size in range(5):
            begun = time.monotonic()
            self.trial.good(*words, given=text(killable("alpha", size)))
            yield time.monotonic() - begun

    def strike(self, chance, words, given=""):
        """Runs a command and kills it, unless it is faster, as one in four is."""
        if words[0] not in self.usual:
            self.usual[words[0]] = statistics.median(self.measure(words[0]))
        process = self.org.start(*words)
        try:
            ended = process.communicate(given, timeout=chance.random() * 1.3 * self.usual[words[0]])
        except subprocess.TimeoutExpired:
            process.kill()
            ended = process.communicate()
        answer = Answer(process.returncode, *ended)
        with self.lock:
            if answer.status == KILLED:
                self.kills[words[0]] += 1
            elif answer.status >= UNAVAILABLE:
                self.faults.append((words, answer))
        return answer

    @staticmethod
    def acknowledged(answer):
        """What it said, also when it was killed while it ended; None where it is not known."""
        try:
            return answer.json
        except ValueError:
            return None

    # Each of these is one command.

    def deploy(self, chance):
        with self.lock:
            self.size += chance.random() < 0.7
            name, size = chance.choice(["alpha", "beta"]), self.size
        words = ["deploy", "-", *["--activate"] * (chance.random() < 0.4)]
        answer = self.strike(chance, words, text(killable(name, size)))
        told = self.acknowledged(answer)
        with self.lock:
            self.deployed.setdefault((name, size), None)
            if told:
                self.deployed[name, size] = told["version"]
                self.moves += told["activated"]
            self.lost_moves += not told and len(words) > 2

    def move(self, chance):
        name, version = chance.choice(["alpha", "beta"]), chance.randrange(1, 3 + self.size)
        words = ["activate", name, version] if chance.random() < 0.5 else ["rollback", name]
        answer = self.strike(chance, words)
        told = self.acknowledged(answer)
        with self.lock:
            self.moves += bool(told and told["changed"])
            self.lost_moves += answer.status == KILLED and not told

    def fire(self, chance):
        with self.lock:
            name, key = chance.choice(["alpha", "beta"]), f"k{len(self.keys)}"
            if self.keys and chance.random() < 0.2:
                name, key = chance.choice(list(self.keys))
            self.keys.setdefault((name, key), False)
        words = chance.choice([["fire", name, "hand"], ["event", name, "hand", 0]])
        if self.acknowledged(self.strike(chance, [*words, "--key", key])):
            with self.lock:
                self.keys[name, key] = True

    def pulse(self, chance):
        if chance.random() < 0.3:
            self.org.sql("UPDATE cron_sources SET next_run = next_run - 86400000 WHERE org = ?",
                         self.org.name)
        self.strike(chance, ["pulse"])

    def claim(self, chance):
        live = chance.random() < 0.7  # else there were few to go on with
        task = (self.org.good("claim") if live
                else self.acknowledged(self.strike(chance, ["claim"])))
        if task:
            with self.lock:
                self.began.add(task["id"])
                self.leases.append(task)

    def end(self, chance):
        with self.lock:
            if not self.leases:
                return
            task = self.leases.pop(chance.randrange(len(self.leases)))
        lease = self.org.lease(task)
        words = ["fail", *lease, "by chance"] if chance.random() < 0.2 else ["complete", *lease, 0]
        told = self.acknowledged(self.strike(chance, words))
        if told and words[0] == "complete":
            with self.lock:
                self.ended.add(task["id"])

    def some(self, number, wanted):
        chance = random.Random(f"{SEED} {number}")
        steps = [self.deploy] * 6 + [self.move] * 4 + [self.fire] * 4 + [self.pulse] * 3 + [
            self.claim, self.end] * 3
        try:
            while self.kills.total() < wanted and not self.faults:
                chance.choice(steps)(chance)
        except Exception as fault:  # of a thread, told at the end
            self.faults.append(fault)

    def batch(self, number, wanted):
        """Until so many have been killed: two at a time, as clients of the same store."""
        threads = [threading.Thread(target=self.some, args=(f"{number} {i}", wanted))
                   for i in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    # What has to hold.

    def check(self):
        assert self.faults == []
        assert broken(self.org.store) == []
        sql = self.org.sql
        versions = {(name, size): number for name, number, size in self.sizes()}
        for (name, size), number in self.deployed.items():
            if number is not None:
                assert versions.get((name, size)) == number
        assert set(versions) <= set(self.deployed)
        ((moves,),) = sql("SELECT COUNT(*) FROM activations WHERE org = ?", self.org.name)
        assert self.moves <= moves <= self.moves + self.lost_moves
        made = collections.Counter(self.keys_made())
        for place, known in self.keys.items():
            assert made[place] >= known
        assert set(made) <= set(self.keys)
        done = {task for (task,) in sql("SELECT id FROM tasks WHERE state = 'done'")}
        assert self.ended <= done
        # Each was ended with an output that has new data, which made the next one.
        ends = sql("SELECT id, dag FROM tasks WHERE state = 'done' AND job = 'hand'")
        spread = set(sql("SELECT dag, dedupe_key FROM tasks WHERE job = 'pack'"))
        assert {(dag, f"event:{dag}/hand:0:pack:task:{task}") for task, dag in ends} <= spread

    def sizes(self):
        for name, number, canonical in self.org.sql(
                "SELECT dag, number, canonical FROM dag_versions WHERE org = ?", self.org.name):
            yield name, number, int(canonical.split(b'"size":')[1].split(b"}")[0])

    def keys_made(self):
        """The keys that made tasks: at most one by `fire`, and one by `event`."""
        rows = self.org.sql("SELECT dag, dedupe_key FROM tasks WHERE org = ?", self.org.name)
        assert len(set(rows)) == len(rows)
        return [(dag, key.rpartition(":")[2]) for dag, key in rows
                if key.startswith("fire:") or "/hand:0:pack:k" in key]

    def again(self):
        """Who is not sure that a call went through makes it again: then it has."""
        for (name, key), known in self.keys.items():
            if not known:
                self.org.good("fire", name, "hand", "--key", key)
                self.keys[name, key] = True
        for (name, size), number in self.deployed.items():
            if number is None:
                self.deployed[name, size] = self.org.deploy(killable(name, size))["version"]

    def worker(self, number):
        """Does all that there is to do; one in ten of its attempts is lost."""
        chance = random.Random(f"{SEED} worker {number}")
        try:
            while self.open_tasks():
                self.org.good("pulse")
                while task := self.org.claim():
                    with self.lock:
                        self.began.add(task["id"])
                    if chance.random() < 0.9:
                        self.org.run("complete", *self.org.lease(task), 0)
        except AssertionError as fault:
            self.faults.append(fault)

    def open_tasks(self):
        return self.org.sql("SELECT COUNT(*) FROM tasks WHERE state NOT IN ('done', 'dead')"
                            " AND org = ?", self.org.name)[0][0]

    def drain(self):
        threads = [threading.Thread(target=self.worker, args=(i,)) for i in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def test_killed_at_random_moments(store):
    org = Organisation(store)
    victims = Victims(org)
    for name in ("alpha", "beta"):
        for size in (-2, -1):
            victims.trial.deploy(killable(name, size), "--activate")
            told = org.deploy(killable(name, size), "--activate")
            victims.deployed[name, size] = told["version"]
            victims.moves += 1
    for number in range(0, KILLS, BATCH):
        victims.batch(number, min(number + BATCH, KILLS))
        victims.check()
    print(SEED, dict(victims.kills), {word: round(took, 3) for word, took in victims.usual.items()})
    assert victims.kills.total() >= KILLS
    victims.again()
    victims.check()
    victims.drain()
    victims.check()
    # Every task was done, after somebody had been told to do it.
    for task, state, attempt in org.sql("SELECT id, state, attempt FROM tasks WHERE org = ?",
                                        org.name):
        assert (state, attempt >= 1, task in victims.began) == ("done", True, True)
    assert org.sql("SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL") == [(0,)]
