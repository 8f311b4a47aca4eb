"""What holds in a store at any time, by SQL and PyYAML alone: nothing here asks the program.

broken(store) lists what does not.
"""
import collections
import functools

import xxhash
import yaml


def broken(store):
    with store.transaction(snapshot=True) as sql:
        state = State(sql)
    faults = []
    for rule in (versions, parts, pointers, registry, names, outbox, tasks, cron, always_on):
        faults += [f"{rule.__name__}: {fault}" for fault in rule(state)]
    return faults


class State:
    """All rows, read in one transaction."""

    def __init__(self, sql):
        self.versions = {row[0]: Version(*row) for row in sql(
            "SELECT id, org, dag, number, yaml_hash, canonical, source FROM dag_versions"
            " ORDER BY id")}
        self.parts = [grouped(sql(f"SELECT version_id, {columns} FROM {table}"))
                      for table, columns in (
                          ("version_jobs", "name, activation, runtime, operator"),
                          ("version_edges", "reader, position, job, output, dataset"),
                          ("version_publishes", "dataset, job, output"))]
        self.activations = sql("SELECT id, org, dag, version_id, previous_id FROM activations"
                               " ORDER BY id")
        self.pointers = {(org, dag): (version, activation) for org, dag, version, activation in
                         sql("SELECT org, dag, version_id, activation_id"
                             " FROM dag_current_versions")}
        self.registry = sql("SELECT org, name, dag, version_id, job, output"
                            " FROM dataset_registry")
        self.owners = {(org, name): dag for org, name, dag in
                       sql("SELECT org, name, dag FROM datasets")}
        self.tasks = sql("SELECT id, org, dag, version_id, job, dedupe_key, state, attempt,"
                         " ended_at FROM tasks ORDER BY id")
        self.outbox = sql("SELECT task_id, attempt, sent_at FROM outbox ORDER BY id")
        self.cron = sql("SELECT org, dag, job, schedule, next_run FROM cron_sources")

    def active(self):
        for (org, dag), (version, activation) in self.pointers.items():
            yield org, dag, self.versions[version], activation


def grouped(rows):
    groups = collections.defaultdict(set)
    for row in rows:
        groups[row[0]].add(row[1:])
    return groups


@functools.lru_cache(maxsize=None)
def parsed(source):
    return yaml.load(source, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


class Version:
    def __init__(self, number, org, dag, place, yaml_hash, canonical, source):
        self.id, self.org, self.dag, self.number = number, org, dag, place
        self.hash, self.canonical = yaml_hash, canonical
        self.document = parsed(source)

    def jobs(self):
        return {(job["name"], job["activation"], job["runtime"], job["operator"])
                for job in self.document["jobs"]}

    def edges(self):
        return {(job["name"], position, *self.origin(edge["from"]))
                for job in self.document["jobs"]
                for position, edge in enumerate(job.get("inputs", []))}

    def origin(self, origin):
        if "job" in origin:
            return origin["job"], origin["output"], None
        published = self.document.get("publish", {}).get(origin["dataset"], {"from": {}})["from"]
        return published.get("job"), published.get("output"), origin["dataset"]

    def publishes(self):
        return {(name, publish["from"]["job"], publish["from"]["output"])
                for name, publish in self.document.get("publish", {}).items()}

    def sources(self, kind):
        return [job for job in self.document["jobs"]
                if job.get("source", {}).get("kind") == kind]


def versions(state):
    """1, 2, ... without holes, each hash once, and the hash is the one of the canonical bytes."""
    numbers = collections.defaultdict(list)
    for version in state.versions.values():
        numbers[version.org, version.dag].append(version.number)
        if version.document["name"] != version.dag:
            yield f"version {version.id} is of {version.document['name']}"
        if xxhash.xxh128_hexdigest(version.canonical) != version.hash.rpartition(":")[2]:
            yield f"version {version.id} has not the hash of its bytes"
    for dag, found in numbers.items():
        if sorted(found) != list(range(1, len(found) + 1)):
            yield f"{dag} has the versions {sorted(found)}"


def parts(state):
    """Jobs, edges and publishes of each version are those of its source, all of them."""
    for version in state.versions.values():
        for found, wanted in zip(state.parts, (version.jobs(), version.edges(),
                                               version.publishes())):
            if found.get(version.id, set()) != wanted:
                yield f"version {version.id}: {found.get(version.id)} is not {wanted}"


def pointers(state):
    """The pointer is where the newest activation put it, and each began where the last ended."""
    last = {}
    for number, org, dag, version, previous in state.activations:
        if previous != last.get((org, dag), (None, None))[0]:
            yield f"activation {number} says {previous} was active before"
        last[org, dag] = version, number
        of = state.versions.get(version)
        if not of or (of.org, of.dag) != (org, dag):
            yield f"activation {number} is of a version that {dag} has not"
    if last != state.pointers:
        yield f"{state.pointers} is not {last}"


def registry(state):
    """The registry is what the sources of the active versions publish."""
    wanted = {(org, name, dag, version.id, job, number)
              for org, dag, version, _ in state.active()
              for name, job, number in version.publishes()}
    if set(state.registry) != wanted or len(state.registry) != len(wanted):
        yield f"{state.registry} is not {wanted}"


def names(state):
    """Each name that a version publishes belongs to its DAG, and there are no others."""
    wanted = {(version.org, name): version.dag for version in state.versions.values()
              for name, _, _ in version.publishes()}
    if wanted != state.owners:
        yield f"{state.owners} is not {wanted}"


def outbox(state):
    """A task has one message for each attempt that it has had, or is to have."""
    messages = collections.defaultdict(list)
    for task, attempt, sent in state.outbox:
        messages[task].append((attempt, sent))
    for task, _, _, _, _, key, status, attempt, _ in state.tasks:
        found = [number for number, _ in messages[task]]
        waits = status in ("pending", "ready")
        # One that was always on ends with its version, also when nobody has begun it.
        ended = key.startswith("always_on:") and status == "done"
        if found != list(range(attempt + waits)) and not (
                ended and found == list(range(attempt + 1))):
            yield f"task {task}, {status}, attempt {attempt} has the messages {found}"
        elif waits and (messages[task][-1][1] is None) != (status == "pending"):
            yield f"task {task} is {status}, its message was sent at {messages[task][-1][1]}"


def tasks(state):
    """Each is of its DAG's versions, and has ended if it is done or dead."""
    for task, org, dag, version, _, _, status, _, ended in state.tasks:
        of = state.versions[version]
        if (of.org, of.dag) != (org, dag):
            yield f"task {task} of {dag} is of version {version}"
        if (ended is not None) != (status in ("done", "dead")):
            yield f"task {task} is {status}, and ended at {ended}"


def cron(state):
    """What is due some time are the cron sources of the active versions."""
    wanted = {(org, dag, job["name"], job["source"]["schedule"])
              for org, dag, version, _ in state.active() for job in version.sources("cron")}
    if {row[:4] for row in state.cron} != wanted:
        yield f"{state.cron} is not {wanted}"


def always_on(state):
    """A job that is always on has one task of the present activation; older ones have ended."""
    wanted = {(org, dag, f"always_on:{job['name']}:{activation}")
              for org, dag, version, activation in state.active()
              for job in version.sources("always_on")}
    found = {(org, dag, key) for _, org, dag, _, _, key, _, _, _ in state.tasks}
    for missing in wanted - found:
        yield f"there is no task {missing}"
    for task, org, dag, _, _, key, status, _, _ in state.tasks:
        old = key.startswith("always_on:") and (org, dag, key) not in wanted
        if old and status not in ("done", "dead"):
            yield f"task {task}, {key}, is {status}"
