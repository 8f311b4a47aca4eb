"""Raises Bad when a document breaks a rule of sections 2 and 3 of the format specification.

It keeps the golden cases honest: a vector of a document that is not valid would be worthless. It knows the errors, not
the warnings, and stops at the first one. Of schedules it knows the outer form alone.
"""
import re

from canonical import TUNING, Bad, Decimal, duration, quote, read

DAG_OR_JOB = r"[a-z][a-z0-9_-]{0,127}"
LOWER = r"[a-z][a-z0-9_]{0,127}"
SECRET = r"[A-Za-z_][A-Za-z0-9_.-]{0,127}"
COLUMN = r"[A-Za-z_][A-Za-z0-9_]{0,62}"
TYPES = (
    "text", "boolean", "smallint", "integer", "bigint", "numeric", "real", "double precision", "date", "timestamp",
    "timestamptz", "uuid", "bytea", "json", "jsonb",
)
SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
FIELD, BLANKS = r"[^ \t()]+", r"[ \t]+"
FIVE = BLANKS.join([FIELD] * 5)
SCHEDULE = rf"rate\((1 +(minute|hour|day)|(?!1 )[1-9][0-9]* +(minute|hour|day)s)\)|{FIVE}|cron\({FIVE}{BLANKS}{FIELD}\)"


def need(condition, *what):
    if not condition:
        raise Bad(" ".join(str(part) for part in what))


def is_int(value, low, high):
    return type(value) is int and low <= value <= high


def matches(value, pattern, what):
    need(isinstance(value, str) and re.fullmatch(pattern, value), what, repr(value))


def one_of(value, values, what):
    need(isinstance(value, str) and value in values, what, repr(value))


def fields(value, required, optional, where):
    need(isinstance(value, dict), where, "is not a mapping")
    for name in required:
        need(name in value, where, "lacks", name)
    for name, item in value.items():
        need(name in required or name in optional, where, "unknown field", name)
        need(item is not None, where, "null in", name)


def distinct(value, pattern, where, low=1):
    need(isinstance(value, list) and low <= len(value) <= 1024, where, "is not a list of the right length")
    for item in value:
        matches(item, pattern, where)
    need(len(set(value)) == len(value), where, "repeats an item")


def tuning(value, where):
    for name in TUNING:
        if name not in value:
            continue
        item = value[name]
        if name == "priority":
            one_of(item, ("normal", "bulk"), where)
        elif name == "max_queue_age":
            need(isinstance(item, str), where, name)
            parts = re.findall("([0-9]+)(.)", duration(item))
            need(sum(int(number) * SECONDS[unit] for number, unit in parts) <= 366 * SECONDS["d"], where, name)
        elif name == "backpressure_mode":
            one_of(item, ("pause",), where)
        else:
            need(is_int(item, 1, 2147483647), where, name)


def source(value, where, paths):
    fields(value, ["kind"], ["schedule", "webhook_path"], where)
    one_of(value["kind"], ("cron", "webhook", "manual", "always_on"), where)
    need(("schedule" in value) == (value["kind"] == "cron"), where, "schedule")
    need(("webhook_path" in value) == (value["kind"] == "webhook"), where, "webhook_path")
    if "schedule" in value:
        matches(value["schedule"], SCHEDULE, where)
    if "webhook_path" in value:
        path = value["webhook_path"]
        matches(path, r"(/[A-Za-z0-9._~-]+)+", where)
        need(not {".", ".."} & set(path.split("/")) and path not in paths, where, path)
        paths.add(path)


def output_ref(value, where, jobs):
    fields(value, ["job", "output"], [], where)
    need(isinstance(value["job"], str) and value["job"] in jobs, where, "unknown job", value["job"])
    need(is_int(value["output"], 0, jobs[value["job"]]["outputs"] - 1), where, "unknown output")


def job(value, paths):
    where = "job %s:" % value.get("name")
    reactive = value.get("activation") == "reactive"
    fields(
        value,
        ["name", "activation", "runtime", "operator", "outputs"]
        + (["inputs", "execution_strategy"] if reactive else ["source"]),
        ["update_strategy", "unique_key", "secrets", "timeout_seconds", "config", "udf"]
        + ([] if reactive else ["bootstrap"]) + list(TUNING),
        where,
    )
    matches(value["name"], DAG_OR_JOB, where)
    one_of(value["activation"], ("source", "reactive"), where)
    one_of(value["runtime"], ("lambda", "ecs_platform", "dispatcher"), where)
    matches(value["operator"], LOWER, where)
    need(is_int(value["outputs"], 0, 1024), where, "outputs")
    strategy = value.get("update_strategy")
    need(strategy in (None, "append", "replace"), where, "update_strategy")
    need(strategy or not reactive or value["outputs"] == 0, where, "lacks update_strategy")
    need(("unique_key" in value) == (strategy == "append"), where, "unique_key goes with append")
    if "unique_key" in value:
        distinct(value["unique_key"], COLUMN, where)
    if reactive:
        one_of(value["execution_strategy"], ("PerUpdate", "PerPartition"), where)
        need(isinstance(value["inputs"], list) and 1 <= len(value["inputs"]) <= 1024, where, "inputs")
    else:
        source(value["source"], where, paths)
    if "bootstrap" in value:
        fields(value["bootstrap"], ["reset_outputs"], [], where)
        need(type(value["bootstrap"]["reset_outputs"]) is bool, where)
    if "secrets" in value:
        distinct(value["secrets"], SECRET, where, low=0)
    if "timeout_seconds" in value:
        need(is_int(value["timeout_seconds"], 1, 2147483647), where, "timeout_seconds")
    if "config" in value:
        need(isinstance(value["config"], dict), where, "config")
    tuning(value, where)
    need(value["operator"] != "udf" or "udf" in value, where, "operator udf lacks udf")
    if "udf" in value:
        udf = value["udf"]
        fields(udf, ["bundle_id"], ["entrypoint"], where)
        need(isinstance(udf["bundle_id"], str) and udf["bundle_id"], where, "bundle_id")
        if "entrypoint" in udf:
            matches(udf["entrypoint"], r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", where)
            need(len(udf["entrypoint"]) <= 256, where)
        need(value["runtime"] == "lambda", where, "udf needs lambda")
    need(value["runtime"] != "lambda" or not value.get("secrets"), where, "secrets on lambda")


def inputs(value, jobs, publish):
    """Checks the inputs of one job; returns the names of the jobs of this document that it reads."""
    where = "job %s:" % value["name"]
    seen, reads = [], set()
    for entry in value.get("inputs", []):
        fields(entry, ["from"], ["where"], where)
        origin = entry["from"]
        if isinstance(origin, dict) and "dataset" in origin:
            fields(origin, ["dataset"], [], where)
            matches(origin["dataset"], LOWER, where)
            if origin["dataset"] in publish:
                reads.add(publish[origin["dataset"]]["from"]["job"])
        else:
            output_ref(origin, where, jobs)
            reads.add(origin["job"])
        for name, item in entry.get("where", {"x": 1}).items():
            matches(name, COLUMN, where)
            need(type(item) in (str, int, bool), where, "where", name)
        need(entry.get("where") != {}, where, "empty where")
        # repr, for 1 == True in Python
        same = (repr(sorted(origin.items())), repr(sorted(entry.get("where", {}).items())))
        need(same not in seen, where, "repeats an input")
        seen.append(same)
    return reads


def publish_entry(name, entry, jobs):
    where = "publish %s:" % name
    matches(name, LOWER, where)
    fields(entry, ["from"], ["storage", "write_mode", "schema"], where)
    output_ref(entry["from"], where, jobs)
    mode = entry.get("write_mode")
    storage = entry.get("storage", "postgres" if mode else None)
    need(storage in (None, "postgres", "s3") and mode in (None, "buffered", "direct"), where)
    need((storage == "postgres") == (mode is not None), where, "postgres and write_mode go together")
    need((mode == "buffered") == ("schema" in entry), where, "buffered and schema go together")
    producer = jobs[entry["from"]["job"]]
    need(mode != "direct" or producer["runtime"] == "ecs_platform", where, "direct needs ecs_platform")
    if mode != "buffered":
        return
    schema = entry["schema"]
    fields(schema, ["columns", "unique"], ["indexes"], where)
    nullable = {}
    need(isinstance(schema["columns"], list) and 1 <= len(schema["columns"]) <= 1024, where, "columns")
    for column in schema["columns"]:
        fields(column, ["name", "type"], ["nullable"], where)
        matches(column["name"], COLUMN, where)
        one_of(column["type"], TYPES, where)
        need(type(column.get("nullable", True)) is bool and column["name"] not in nullable, where, column)
        nullable[column["name"]] = column.get("nullable", True)
    distinct(schema["unique"], COLUMN, where)
    for name in schema["unique"]:
        need(nullable.get(name) is False, where, "unique", name)
    need(isinstance(schema.get("indexes", []), list) and len(schema.get("indexes", [])) <= 1024, where, "indexes")
    for index in schema.get("indexes", []):
        distinct(index, COLUMN, where)
        need(set(index) <= set(nullable), where, "index")
    need(producer.get("update_strategy") == "append", where, "buffered needs append")
    need(set(schema["unique"]) - {"org_id"} == set(producer["unique_key"]) - {"org_id"}, where, "unique, unique_key")


def check(data):
    document = read(data)
    fields(document, ["name", "jobs"], ["defaults", "publish"], "document:")
    matches(document["name"], DAG_OR_JOB, "document:")
    fields(document.get("defaults", {}), [], TUNING, "defaults:")
    tuning(document.get("defaults", {}), "defaults:")
    need(isinstance(document["jobs"], list) and document["jobs"], "no jobs")
    jobs, paths = {}, set()
    for value in document["jobs"]:
        need(isinstance(value, dict), "a job is not a mapping")
        job(value, paths)
        need(value["name"] not in jobs, "repeated job", value["name"])
        jobs[value["name"]] = value
    publish = document.get("publish", {})
    need(isinstance(publish, dict), "publish is not a mapping")
    outputs = set()
    for name, entry in publish.items():
        publish_entry(name, entry, jobs)
        output = (entry["from"]["job"], entry["from"]["output"])
        need(output not in outputs, "output published twice", output)
        outputs.add(output)
    waits = {name: inputs(value, jobs, publish) for name, value in jobs.items()}
    while waits:
        free = [name for name, reads in waits.items() if not reads & set(waits)]
        need(free, "cycle among", sorted(waits))
        for name in free:
            del waits[name]
    bounds(document)


def bounds(value):
    """Section 1: keys and numbers. Keys are empty only inside config: nothing else lets an empty one through."""
    if isinstance(value, dict):
        for key, item in value.items():
            spelling = quote(key)[1:-1]
            need(key != "<<" and len(key.encode()) <= 512 and len(spelling.encode()) <= 1000, "a bad key")
            need("\\u" not in spelling.replace("\\\\", ""), "a key with a character that has to be escaped")
            bounds(item)
    elif isinstance(value, list):
        for item in value:
            bounds(item)
    elif isinstance(value, Decimal):
        need(len(value.digits) <= 1024 and abs(value.exponent + len(value.digits) - 1) <= 9999, "a float too long")
    elif type(value) is int:
        need(abs(value) < 10**1024, "an integer too long")
    elif isinstance(value, str):
        need("\0" not in value and not re.search("[\ud800-\udfff]", value), "NUL or half a pair in a string")
