#!/usr/bin/env python3
"""Holds `tracedag diff` against a model of its own on documents that nobody wrote, and random edits of them.

    check_changes.py COMMAND [EXAMPLES]

For EXAMPLES (25) pairs of a random document and what random edits made of it, in both directions: there is no change
exactly when the canonical forms are the same; the changes applied to the resolved form of the old document give that
of the new one; each change has its class and says where both values stand; what breaks readers and the
rematerialization scope are those of the model. Canonical and resolved forms are those of canonical.py, the model stands below: neither knows the library. Says
how many pairs did not differ. A failure is shrunk to a small pair.
"""
import copy
import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

try:
    import yaml  # noqa: F401
    from hypothesis import HealthCheck, assume, configuration, given, settings, strategies as st
except ImportError as error:
    print("skipped: %s" % error)
    sys.exit(77)

import canonical as reference  # noqa: E402
import documents  # noqa: E402
import edits  # noqa: E402
import tracedag_guard  # noqa: E402


# ---------------------------------------------------------------------------------------------------------------------
# Applying changes


def tokens(pointer):
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def apply_field(holder, change):
    """One value added, removed or replaced, as RFC 6902 has it; the old one is the one that was there."""
    *way, last = tokens(change["path"])
    for token in way:
        holder = holder[int(token) if isinstance(holder, list) else token]
    kind, old, new = change["kind"], change["old"], change["new"]
    assert (kind != "added") == (old is not None) and (kind != "removed") == (new is not None), change
    if isinstance(holder, list):
        last = int(last)
    if kind == "added" and isinstance(holder, list):
        assert last <= len(holder), change
        holder.insert(last, new["value"])
        return
    there = last < len(holder) if isinstance(holder, list) else last in holder
    assert there == (kind != "added"), change
    assert not there or same(holder[last], old["value"]), change
    if kind == "removed":
        del holder[last]
    else:
        assert kind == "added" or not same(old["value"], new["value"]), change
        holder[last] = new["value"]


def same(one, two):
    """Equal and of one type: to Python, 1 is True."""
    return reference.write(one) == reference.write(two)


def apply(tree, changes):
    """The resolved form that changes make of another. What they name is looked up by its old name, and gets a new one
    at the end, so that two jobs may swap theirs."""
    tree = copy.deepcopy(tree)
    jobs, publish = {job["name"]: job for job in tree["jobs"]}, tree.get("publish", {})
    added, renamed, published = [], {}, {}
    for change in changes:
        subject, path, kind = change["subject"], change["path"], change["kind"]
        old, new = subject["old"], subject["new"]
        if path:
            apply_field({"dag": {None: tree}, "dataset": publish}.get(subject["kind"], jobs)[
                None if subject["kind"] == "dag" else old], change)
        elif kind == "renamed":
            assert old != new and change["old"] is change["new"] is None, change
            renamed[old] = new
        elif subject["kind"] == "job":
            assert kind == "added" or same(jobs.pop(old), change["old"]["value"]), change
            added += [change["new"]["value"]] if kind == "added" else []
        else:
            assert kind == "added" or same(publish.pop(old), change["old"]["value"]), change
            published.update({new: change["new"]["value"]} if kind == "added" else {})
    for name, job in jobs.items():
        job["name"] = renamed.get(name, name)
    tree["jobs"] = sorted([*jobs.values(), *added], key=lambda job: job["name"])
    tree["publish"] = {**publish, **published}
    if not tree["publish"]:
        del tree["publish"]
    return tree


# ---------------------------------------------------------------------------------------------------------------------
# The model of section 6 of the format


def material(job):
    return {field: job[field] for field in reference.MATERIAL if field in job}


def pair_jobs(old, new):
    """The old name of each new job that is no added one. Jobs of one name are the same; of the others, those whose
    data is decided alike, in the order of names."""
    pairs = {name: name for name in new if name in old}
    gone = [name for name in sorted(old) if name not in new]
    for name in sorted(new):
        if name not in old:
            for other in gone:
                if material(old[other]) == material(new[name]):
                    pairs[name] = other
                    gone.remove(other)
                    break
    return pairs


def named_sources(new, publish):
    """The jobs that each job reads, through datasets that are published here as well."""
    def source(start):
        return start["job"] if "job" in start else publish.get(start["dataset"], {"from": {"job": None}})["from"]["job"]

    return {name: {source(ref["from"]) for ref in job.get("inputs", [])} - {None} for name, job in new.items()}


def in_order(sources):
    """All jobs, each behind what it reads, ties by name."""
    order = []
    while len(order) < len(sources):
        ready = min(name for name in sources if name not in order and sources[name] <= set(order))
        order.append(ready)
    return order


def origin(entry, names):
    """The output that a dataset comes from, its job by the name that `names` gives it."""
    start = entry["from"]
    return names.get(start["job"], ("gone", start["job"])), start["output"]


def scope(old_tree, new_tree):
    old, new = ({job["name"]: job for job in tree["jobs"]} for tree in (old_tree, new_tree))
    old_publish, publish = old_tree.get("publish", {}), new_tree.get("publish", {})
    pairs = pair_jobs(old, new)
    begun = {name for name in new if name not in pairs or material(old[pairs[name]]) != material(new[name])}
    unsame = {name for name in {*old_publish, *publish}
              if name not in old_publish or name not in publish
              or origin(old_publish[name], {one: one for one in old}) != origin(publish[name], pairs)}
    begun |= {name for name, job in new.items()
              if any(ref["from"].get("dataset") in unsame for ref in job.get("inputs", []))}
    sources = named_sources(new, publish)
    reached = set()
    for name in in_order(sources):
        if name in begun or sources[name] & reached:
            reached.add(name)
    return [name for name in in_order(sources) if name in reached]


def key_of(job):
    return set(job.get("unique_key", [])) - {"org_id"}


def appends(job):
    return job.get("update_strategy") == "append"


def broken_columns(old, new):
    """What two schemas break."""
    after = {column["name"]: column for column in new["columns"]}
    for column in old["columns"]:
        then, now = column, after.get(column["name"])
        if now is None:
            yield "column-removed"
        elif now["type"] != then["type"]:
            yield "column-type"
        elif now.get("nullable", True) and not then.get("nullable", True):
            yield "column-nullable"


def breaks(old_tree, new_tree):
    """What breaks readers, as (dataset, word); as (job, word) in the second set what may stand at the job instead."""
    old, new = ({job["name"]: job for job in tree["jobs"]} for tree in (old_tree, new_tree))
    of_datasets, of_jobs = set(), set()
    for name, then in old_tree.get("publish", {}).items():
        now = new_tree.get("publish", {}).get(name)
        if now is None:
            of_datasets.add((name, "dataset-removed"))
            continue
        if "storage" in then and then["storage"] != now.get("storage"):
            of_datasets.add((name, "storage"))
        if "schema" in then and "schema" not in now:
            of_datasets.add((name, "schema-removed"))
        before, after = old[then["from"]["job"]], new[now["from"]["job"]]
        both = "schema" in then and "schema" in now
        if both:
            of_datasets |= {(name, word) for word in broken_columns(then["schema"], now["schema"])}
        if appends(before) != appends(after):
            of_jobs.add((name, after["name"], "update"))
        elif key_of(before) != key_of(after):
            (of_datasets if both else of_jobs).add((name, "key") if both else (name, after["name"], "key"))
    return of_datasets, of_jobs


def check_breaks(changes, trees):
    of_datasets, of_jobs = breaks(*trees)
    told = {(change["subject"]["new"] or change["subject"]["old"], change["breaking"]) for change in changes
            if change["breaking"] and change["subject"]["kind"] == "dataset"}
    by_job = {(change["subject"]["new"], change["breaking"]) for change in changes
              if change["breaking"] and change["subject"]["kind"] != "dataset"}
    for name, job, word in of_jobs:
        assert (name, word) in told or (job, word) in by_job, (name, job, word)
    assert told - {(name, word) for name, _, word in of_jobs} == of_datasets, (told, of_datasets)
    assert by_job <= {(job, word) for _, job, word in of_jobs}, (by_job, of_jobs)


def class_of(change):
    if change["subject"]["kind"] == "dataset":
        return "publishing"
    if change["subject"]["kind"] == "dag" or change["kind"] == "renamed":
        return "tuning"
    field = tokens(change["path"])[0] if change["path"] else None
    if field is None or field in reference.MATERIAL:
        return "materialization"
    return "trigger" if field in ("source", "bootstrap") else "tuning"


# ---------------------------------------------------------------------------------------------------------------------
# Both


class Command:
    def __init__(self, path, folder):
        self.path = path
        self.files = [os.path.join(folder, name) for name in ("old.yaml", "new.yaml")]

    def records(self, old, new):
        """What `diff` says, and its exit code."""
        for name, data in zip(self.files, (old, new)):
            with open(name, "wb") as file:
                file.write(data)
        done = subprocess.run([self.path, "diff", "--format", "json", *self.files], capture_output=True)
        assert done.returncode in (0, 1) and not done.stderr, done.stderr.decode(errors="replace")
        lines = done.stdout.decode().splitlines()
        return [json.loads(line, parse_float=reference.Decimal.parse) for line in lines], done.returncode


def check_place(side, name, data):
    """A value stands on a line of its document, at the byte that line and column say."""
    if side is None or side["place"] is None:
        return
    assert side["file"] == name, side
    place = side["place"]
    before = data[:place["byte"]].decode("utf-8")
    assert before.count("\n") + 1 == place["line"], side
    assert len(before.rsplit("\n", 1)[-1].lstrip("\ufeff")) + 1 == place["col"], side


def check_pair(command, old, new):
    """Whether two documents differ, after all that is to hold of their difference."""
    trees = [reference.canonical_tree(data, resolved=True) for data in (old, new)]
    equal = reference.canonical(old) == reference.canonical(new)
    records, status = command.records(old, new)
    changes = [record for record in records if record["type"] == "change"]
    assert (not changes) == equal and status == (0 if equal else 1), records
    assert same(apply(trees[0], changes), trees[1]), changes
    for change in changes:
        assert change["class"] == class_of(change), change
        check_place(change["old"], command.files[0], old)
        check_place(change["new"], command.files[1], new)
    check_breaks(changes, trees)
    assert [record["job"] for record in records if record["type"] == "scope"] == scope(*trees), records
    return not equal


def check_random(command, examples):
    counts = {True: 0, False: 0}

    @settings(max_examples=examples, derandomize=True, deadline=None, database=None,
              suppress_health_check=list(HealthCheck))
    @given(st.data(), edits.connected(), st.randoms(use_true_random=False))
    def holds(data, values, random):
        pair = []
        for version in (values, data.draw(edits.edited(values))):
            pair.append(documents.Layout(random).document(version))
            try:
                tracedag_guard.check(pair[-1])
            except reference.Bad:
                assume(False)
        counts[check_pair(command, *pair)] += 1
        check_pair(command, *reversed(pair))

    holds()
    return counts


def main(argv):
    if len(argv) not in (2, 3):
        sys.stderr.write(__doc__)
        return 2
    examples = int(argv[2]) if len(argv) == 3 else 25
    with tempfile.TemporaryDirectory() as folder:
        configuration.set_hypothesis_home_dir(folder)
        counts = check_random(Command(os.path.abspath(argv[1]), folder), examples)
    print("%d random changes are what they do, and %d are none" % (counts[True], counts[False]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
