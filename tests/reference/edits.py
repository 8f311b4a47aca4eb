"""Random edits of a document: hypothesis draws what is done to the values of documents.py.

An edit keeps most rules of the format, and not all: whoever draws one leaves out what is refused.
"""
import copy

from hypothesis import strategies as st

import canonical as reference
import documents
from documents import Plain


def references(values):
    """Every `from` that names a job."""
    entries = [ref["from"] for job in values["jobs"] for ref in job.get("inputs", [])]
    entries += [entry["from"] for entry in values.get("publish", {}).values()]
    return [entry for entry in entries if "job" in entry]


def some_job(draw, values):
    return draw(st.sampled_from(values["jobs"]))


def some_dataset(draw, values):
    """The name of a published dataset, or None."""
    return draw(st.sampled_from(sorted(values["publish"]))) if values.get("publish") else None


def new_name(draw, values):
    return draw(documents.job_names.filter(lambda name: all(job["name"] != name for job in values["jobs"])))


# ---------------------------------------------------------------------------------------------------------------------
# What is the same to the canonical form


def spell_defaults(draw, values):
    """Writes built-in defaults out, or moves what a job has from `defaults` into it."""
    given = {"heartbeat_timeout_seconds": Plain(60), "max_attempts": Plain("0x3"), "max_queue_age": "300s", "priority": "normal",
             **values.get("defaults", {})}
    for job in values["jobs"]:
        for field in sorted(given):
            if field not in job and draw(st.booleans()):
                job[field] = given[field]


def spell_parts(draw, values):
    """Writes out, or leaves out, parts that are as good as none."""
    for job in values["jobs"]:
        if not job.get("config"):
            job.pop("config", None)
            if draw(st.booleans()):
                job["config"] = {}
        if "secrets" in job:
            job["secrets"] = draw(st.permutations(job["secrets"]))
        if job["activation"] == "source" and "update_strategy" not in job:
            job["update_strategy"] = "replace"
    for entry in values.get("publish", {}).values():
        if "write_mode" in entry:
            entry["storage"] = "postgres"
        for column in entry.get("schema", {}).get("columns", []):
            column.setdefault("nullable", True)


def shuffle(draw, values):
    values["jobs"] = draw(st.permutations(values["jobs"]))


SAME = [spell_defaults, spell_parts, shuffle]


# ---------------------------------------------------------------------------------------------------------------------
# What differs


def rename_dag(draw, values):
    values["name"] = draw(documents.job_names)


def retune(draw, values):
    target = draw(st.sampled_from([values.setdefault("defaults", {})] + values["jobs"]))
    for field in reference.TUNING:
        if draw(st.booleans()):
            target.pop(field, None)
    target.update(draw(documents.tuning))


def set_timeout(draw, values):
    job = some_job(draw, values)
    if job.pop("timeout_seconds", None) is None or draw(st.booleans()):
        job["timeout_seconds"] = draw(documents.counts)


def change_free(draw, value, keys):
    """A free value with one place in it changed."""
    if isinstance(value, dict) and value and draw(st.booleans()):
        key = draw(st.sampled_from(sorted(value)))
        value[key] = change_free(draw, value[key], keys)
        if draw(st.integers(0, 2)) == 0:
            del value[key]
        return value
    if isinstance(value, dict):
        value[draw(keys)] = draw(documents.free)
        return value
    if isinstance(value, list) and value and draw(st.booleans()):
        place = draw(st.integers(0, len(value) - 1))
        kind = draw(st.sampled_from(["set", "drop", "insert"]))
        if kind == "set":
            value[place] = change_free(draw, value[place], keys)
        elif kind == "drop":
            del value[place]
        else:
            value.insert(place, draw(documents.free))
        return value
    return draw(documents.free)


def change_config(draw, values):
    job = some_job(draw, values)
    job["config"] = change_free(draw, job.get("config", {}), documents.keys)


def change_operator(draw, values):
    some_job(draw, values)["operator"] = draw(documents.lower_names.filter(lambda word: word != "udf"))


def add_output(draw, values):
    job = some_job(draw, values)
    job["outputs"] = Plain(int(job["outputs"]) + 1)
    job.setdefault("update_strategy", "replace")


def change_secrets(draw, values):
    job = some_job(draw, values)
    if job["runtime"] != "lambda":
        job["secrets"] = draw(documents.distinct(documents.secrets, 0))


def change_strategy(draw, values):
    job = some_job(draw, values)
    job["update_strategy"] = draw(st.sampled_from(["append", "replace"]))
    job.pop("unique_key", None)
    if job["update_strategy"] == "append":
        job["unique_key"] = draw(documents.distinct(documents.columns, 1))


def change_trigger(draw, values):
    job = some_job(draw, values)
    if job["activation"] == "source":
        job.pop("bootstrap", None)
        job.update(draw(documents.source_part(draw(st.integers(100, 999)))))


def change_trust(draw, values):
    job = some_job(draw, values)
    for field in ("udf", "secrets"):
        job.pop(field, None)
    job.update(draw(documents.trust_part()))


def change_inputs(draw, values):
    job = some_job(draw, values)
    inputs = job.get("inputs")
    if not inputs:
        return
    kind = draw(st.sampled_from(["order", "drop", "where", "dataset", "job"]))
    if kind == "order":
        job["inputs"] = draw(st.permutations(inputs))
    elif kind == "drop" and len(inputs) > 1:
        inputs.pop()
    elif kind == "where":
        given = draw(st.sampled_from(inputs))
        given["where"] = {**given.get("where", {}), draw(documents.columns): draw(documents.texts)}
        if len(given["where"]) > 2:
            del given["where"]
    elif kind == "dataset":
        names = sorted(values.get("publish", {})) + [draw(documents.lower_names)]
        inputs.append({"from": {"dataset": draw(st.sampled_from(names))}})
    else:
        producers = [one for one in values["jobs"] if int(one["outputs"])]
        if producers:
            inputs.append({"from": {"job": draw(st.sampled_from(producers))["name"], "output": Plain(0)}})


def rename_job(draw, values):
    """A new name, everywhere."""
    job = some_job(draw, values)
    old, job["name"] = job["name"], new_name(draw, values)
    for entry in references(values):
        if entry["job"] == old:
            entry["job"] = job["name"]


def swap_names(draw, values):
    """Two jobs take each other's name, and nobody follows them."""
    one, two = some_job(draw, values), some_job(draw, values)
    one["name"], two["name"] = two["name"], one["name"]


def copy_job(draw, values):
    values["jobs"].append({**copy.deepcopy(some_job(draw, values)), "name": new_name(draw, values)})


def add_job(draw, values):
    producers = {job["name"]: int(job["outputs"]) for job in values["jobs"] if int(job["outputs"])}
    index = len(values["jobs"])
    values["jobs"].append(draw(documents.job(new_name(draw, values), index + draw(st.integers(0, 99)), producers)))


def remove_job(draw, values):
    if len(values["jobs"]) == 1:
        return
    job = some_job(draw, values)
    values["jobs"].remove(job)
    publish = values.get("publish", {})
    for name in [name for name, entry in publish.items() if entry["from"]["job"] == job["name"]]:
        del publish[name]
    for reader in values["jobs"]:
        if "inputs" in reader:
            reader["inputs"] = [ref for ref in reader["inputs"] if ref["from"].get("job") != job["name"]]
            if not reader["inputs"]:
                reader["inputs"] = [{"from": {"dataset": draw(documents.lower_names)}}]


def free_output(draw, values):
    """A job and an output of it that is not published, or None."""
    taken = {(entry["from"]["job"], int(entry["from"]["output"])) for entry in values.get("publish", {}).values()}
    free = [(job, output) for job in values["jobs"] for output in range(int(job["outputs"]))
            if (job["name"], output) not in taken]
    return draw(st.sampled_from(free)) if free else None


def add_dataset(draw, values):
    source = free_output(draw, values)
    read = sorted({ref["from"]["dataset"] for job in values["jobs"] for ref in job.get("inputs", [])
                   if "dataset" in ref["from"]})
    name = draw(st.sampled_from(read)) if read and draw(st.booleans()) else draw(documents.lower_names)
    if source and name not in values.setdefault("publish", {}):
        values["publish"][name] = draw(documents.publish_entry(*source))


def add_table(draw, values):
    """A job that appends, a table of what it makes, and a reader of that."""
    job, reader, name = new_name(draw, values), new_name(draw, values), draw(documents.lower_names)
    if job == reader or name in values.get("publish", {}):
        return
    rest = {"operator": "op", "runtime": "ecs_platform", "outputs": Plain(1)}
    values["jobs"] += [
        {"name": job, **rest, "activation": "source", "source": {"kind": "manual"}, "update_strategy": "append",
         "unique_key": ["id"]},
        {"name": reader, **rest, "activation": "reactive", "execution_strategy": "PerUpdate",
         "update_strategy": "replace", "inputs": [{"from": {"dataset": name}}]}]
    columns = [{"name": "id", "type": "text", "nullable": False}, {"name": "note", "type": "text"}]
    values.setdefault("publish", {})[name] = {
        "from": {"job": job, "output": Plain(0)}, "write_mode": "buffered",
        "schema": {"columns": columns, "unique": ["id"]}}


def remove_dataset(draw, values):
    name = some_dataset(draw, values)
    values.get("publish", {}).pop(name, None)


def rename_dataset(draw, values):
    name = some_dataset(draw, values)
    new = draw(documents.lower_names)
    if name and new not in values["publish"]:
        values["publish"][new] = values["publish"].pop(name)


def move_dataset(draw, values):
    name, source = some_dataset(draw, values), free_output(draw, values)
    if name and source:
        values["publish"][name]["from"] = {"job": source[0]["name"], "output": Plain(source[1])}


def change_dataset(draw, values):
    name = some_dataset(draw, values)
    if not name:
        return
    start = values["publish"][name]["from"]
    job = next(job for job in values["jobs"] if job["name"] == start["job"])
    values["publish"][name] = draw(documents.publish_entry(job, int(start["output"])))


def change_schema(draw, values):
    schemas = [entry["schema"] for entry in values.get("publish", {}).values() if "schema" in entry]
    if not schemas:
        return
    schema = draw(st.sampled_from(schemas))
    column = draw(st.sampled_from(schema["columns"]))
    kind = draw(st.sampled_from(["type", "nullable", "drop", "add", "order", "indexes"]))
    if kind == "type":
        column["type"] = draw(st.sampled_from(["text", "bigint", "jsonb"]))
    elif kind == "nullable" and column["name"] not in schema["unique"]:
        column["nullable"] = draw(st.booleans())
    elif kind == "drop" and column["name"] not in schema["unique"]:
        schema["columns"].remove(column)
        schema.pop("indexes", None)
    elif kind == "add":
        schema["columns"].append({"name": draw(documents.columns), "type": "date"})
    elif kind == "order":
        schema["columns"] = draw(st.permutations(schema["columns"]))
    else:
        schema["indexes"] = draw(st.lists(st.just([column["name"]]), max_size=2))


DIFFERENT = [
    rename_dag, retune, set_timeout, change_config, change_operator, add_output, change_secrets, change_strategy,
    change_trigger, change_trust, change_inputs, change_inputs, rename_job, swap_names, copy_job, add_job, remove_job,
    add_dataset, add_dataset, remove_dataset, rename_dataset, move_dataset, change_dataset, change_schema, change_schema,
]


@st.composite
def edited(draw, values):
    """The values after a few edits, which may be none."""
    values = copy.deepcopy(values)
    for edit in draw(st.lists(st.sampled_from(SAME), max_size=2)):
        edit(draw, values)
    for edit in draw(st.lists(st.sampled_from(DIFFERENT), min_size=draw(st.sampled_from([2, 2, 2, 0])), max_size=5)):
        edit(draw, values)
    return values


@st.composite
def connected(draw):
    """The values of a document, some of whose datasets are read where they are published."""
    values = draw(documents.dags())
    for edit in draw(st.sampled_from([[], [add_table], [add_table, add_table, copy_job], [add_dataset, change_inputs]])):
        edit(draw, values)
    return values
