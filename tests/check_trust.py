#!/usr/bin/python3
"""What `tracedag trust` says against an independent search of the resolved form.

    check_trust.py COMMAND CASES [N]

Takes all accepted golden cases and N random documents (100), and works out from `tracedag resolve`
alone which secret, bundle, external dataset and webhook reaches which published dataset: all ways
by the rule that a job has what the jobs that it reads have, the shortest of them by trying each
next job in the order of names. Both formats have to say the same. Prints each difference; status 1
if there is any.
"""
import json
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

COMMAND = str(Path(sys.argv[1]).resolve())
KINDS = ("secret", "bundle", "external", "webhook")
LINE = re.compile(r"  (secret|bundle|external dataset|webhook) `(.*)`: (`.*?)"
                  r"(?:, and from (\d+) more jobs?)?$")
JOB = "outputs: 2, operator: op, "


def run(*arguments):
    return subprocess.run([COMMAND, *arguments], capture_output=True, timeout=60)


# ---- random documents -----------------------------------------------------------------------


def document(chance):
    """A few jobs in any order, which read jobs of a lesser number and datasets of theirs."""
    count = chance.randrange(1, 12)
    names = chance.sample("abcdefghijklmnopq", count)
    published = {f"d{name}": name for name in names if chance.random() < 0.3}
    lines = []
    for number, name in enumerate(names):
        lines.append(job(chance, name, names[:number], published))
    chance.shuffle(lines)
    text = "name: d\njobs:\n" + "".join(lines)
    if published:
        text += "publish:\n" + "".join(
            f"  {dataset}: {{from: {{job: {name}, output: {chance.randrange(2)}}}}}\n"
            for dataset, name in published.items())
    return text


def job(chance, name, before, published):
    own, inputs = "", set()
    for other in before:
        if chance.random() < 2 / (len(before) + 1):
            inputs.add(f"{{from: {{job: {other}, output: {chance.randrange(2)}}}}}")
        if published.get(f"d{other}") and chance.random() < 0.3:
            inputs.add(f"{{from: {{dataset: d{other}}}}}")
    if chance.random() < 0.2:
        inputs |= {f"{{from: {{dataset: x{chance.randrange(3)}}}, where: {{k: {i}}}}}"
                   for i in range(chance.randrange(1, 3))}
    if chance.random() < 0.3:
        own += f"runtime: lambda, udf: {{bundle_id: b{chance.randrange(3)}}}"
    else:
        secrets = sorted({f"s{chance.randrange(4)}" for _ in range(chance.randrange(3))})
        own += f"runtime: {chance.choice(['ecs_platform', 'dispatcher'])}"
        own += f", secrets: [{', '.join(secrets)}]" if secrets else ""
    if inputs:
        own += (", activation: reactive, execution_strategy: PerUpdate, update_strategy: replace,"
                f" inputs: [{', '.join(chance.sample(sorted(inputs), len(inputs)))}]")
    elif chance.random() < 0.5:
        own += f", activation: source, source: {{kind: webhook, webhook_path: /{name}}}"
    else:
        own += ", activation: source, source: {kind: manual}"
    return f"  - {{name: {name}, {JOB}{own}}}\n"


# ---- the search -----------------------------------------------------------------------------


class Graph:
    """Jobs of a resolved form: what each reads, and what enters at it."""

    def __init__(self, resolved):
        self.jobs = {job["name"]: job for job in resolved["jobs"]}
        self.publish = resolved.get("publish", {})
        self.reads = {name: set() for name in self.jobs}
        self.enters = {name: set() for name in self.jobs}
        for name, job in self.jobs.items():
            self.enters[name] |= {(0, secret) for secret in job.get("secrets", [])}
            if "udf" in job:
                self.enters[name].add((1, job["udf"]["bundle_id"]))
            if "webhook_path" in job.get("source", {}):
                self.enters[name].add((3, job["source"]["webhook_path"]))
            for item in job.get("inputs", []):
                self.read(name, item["from"])

    def read(self, name, source):
        if "job" in source:
            self.reads[name].add(source["job"])
        elif source["dataset"] in self.publish:
            self.reads[name].add(self.publish[source["dataset"]]["from"]["job"])
        else:
            self.enters[name].add((2, source["dataset"]))

    def ways(self, producer):
        """The shortest way from each job that leads to a producer, least by names."""
        best = {producer: (producer,)}
        while True:
            longer = {}
            for reader, way in best.items():
                for name in self.reads[reader] - best.keys():
                    longer[name] = min(longer.get(name, (name, "~")), (name, *way))
            if not longer:
                return best
            best.update(longer)

    def flows(self, ways):
        """Of the jobs that `ways` has: what enters, by kind and name, with the best way."""
        found = {}
        for name, way in ways.items():
            for origin in self.enters[name]:
                found.setdefault(origin, []).append(way)
        return [(KINDS[kind], name, len(all_ways), list(min(all_ways, key=lambda w: (len(w), w))))
                for (kind, name), all_ways in sorted(found.items())]

    def report(self):
        """For each published dataset its flows, then what leads to none."""
        result, leading = [], set()
        for dataset in sorted(self.publish):
            ways = self.ways(self.publish[dataset]["from"]["job"])
            leading |= ways.keys()
            result.append((dataset, self.flows(ways)))
        rest = self.flows({name: (name,) for name in self.jobs if name not in leading})
        return result + [(None, rest)] * bool(rest)


# ---- what the command says ------------------------------------------------------------------


def from_json(out):
    """The report, and the records that it was read from."""
    *records, _ = map(json.loads, out.splitlines())
    return [(record.get("dataset"),
             [(flow["kind"], flow["name"], flow["entries"], [step["job"] for step in flow["path"]])
              for flow in record["flows"]]) for record in records], records


def faults_of_steps(graph, records):
    zones = {"lambda": "untrusted", "ecs_platform": "platform", "dispatcher": "control"}
    for flow in (flow for record in records for flow in record["flows"]):
        before = None
        for step in flow["path"]:
            job = graph.jobs[step["job"]]
            if step["zone"] != zones[job["runtime"]]:
                yield f"{step} has the runtime {job['runtime']}"
            if before and not any(
                    item["from"] == {"dataset": step.get("dataset")} or
                    item["from"].get("job") == before and "dataset" not in step
                    for item in job["inputs"]):
                yield f"{step} does not read {before}"
            before = step["job"]


def from_text(out):
    result = []
    for paragraph in out.split("\n\n")[:-1]:
        heading, *lines = paragraph.split("\n")
        dataset = re.match(r"dataset `(\w+)`", heading)
        flows = []
        for line in lines:
            match = LINE.match(line)
            if match:
                kind, name, path, more = match.groups()
                flows.append((kind.split()[0], name, 1 + int(more or 0),
                              re.findall(r"`(\w+)`", path)))
        result.append((dataset and dataset[1], flows))
    return result


def without_datasets(graph, report):
    """Text has the names of datasets between those of jobs; no job of a random document has one."""
    return [(dataset, [(kind, name, entries, [step for step in path if step in graph.jobs])
                       for kind, name, entries, path in flows]) for dataset, flows in report]


def faults(file, is_random):
    resolved = run("resolve", file)
    if resolved.returncode != 0:
        return [f"{file}: it is rejected: {resolved.stderr.decode()[:300]}"] if is_random else []
    graph = Graph(json.loads(resolved.stdout))
    expected = graph.report()
    found, records = from_json(run("trust", "--format=json", "--count=100000", file).stdout)
    result = [] if found == expected else [f"{file}: expected {expected}\n  found {found}"]
    result += [f"{file}: {fault}" for fault in faults_of_steps(graph, records)]
    if is_random:
        text = from_text(run("trust", "--count=100000", file).stdout.decode())
        if without_datasets(graph, text) != [
                (dataset, [(kind, name, entries, path if len(path) < 10 else path[:8] + path[-1:])
                           for kind, name, entries, path in flows])
                for dataset, flows in expected]:
            result.append(f"{file}: text differs from {expected}")
    return result


def main():
    cases = sorted(Path(sys.argv[2]).glob("valid/*.yaml"))
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 100
    found = [fault for case in cases for fault in faults(str(case), False)]
    chance = random.Random(20261125)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            file = Path(folder) / f"{number}.yaml"
            file.write_text(document(chance))
            found += faults(str(file), True)
            if found:
                break
    print("\n".join(found))
    print(f"{len(cases)} cases, {count} random documents, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
