#!/usr/bin/python3
"""The JSON Schema accepts what the command accepts, by validators that know nothing of us.

    check_schema.py COMMAND CASES

COMMAND (the built `tracedag`) writes the schema and judges documents; CASES is the folder of golden
cases. Two validators, jsonschema and fastjsonschema, read the values of the same documents, which
tests/reference/canonical.py reads in place of the library. Documents are the golden cases, random
ones, generated graphs, and golden ones with one value changed. For each of them: what the schema
refuses, the command refuses. That the schema refuses enough is seen by documents that break one
condition each, and by how many of the refused documents it knows.
"""
import copy
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "reference"))

try:
    import fastjsonschema
    import jsonschema
    from hypothesis import HealthCheck, given, settings, strategies as st
    import canonical as reference
    import documents
except ImportError as error:
    print("skipped:", error)
    sys.exit(77)

# All that draft-07 has and this schema may use: no keyword of one editor, no `$ref`.
KEYWORDS = {"$schema", "$id", "title", "description", "default", "examples", "type", "enum",
            "const", "minimum", "maximum", "minLength", "maxLength", "pattern", "minItems",
            "maxItems", "uniqueItems", "items", "minProperties", "propertyNames", "properties",
            "required", "additionalProperties", "allOf", "if", "then"}
# The schema refuses at least so many golden cases, which are only ever added to, and so many in a
# hundred of the changed documents that are refused: to loosen one keyword is seen by the first.
LEAST_OF_CASES = 644
LEAST_OF_CHANGED = 95

RANDOM_DOCUMENTS = 200
GRAPHS = ((1, 1), (7, 2), (400, 1))  # (jobs, seed)
CHANGES_OF_A_CASE = 25
CHANGED_CASE_MOST = 4096  # bytes

faults = []


def run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True)


class Schema:
    """Whether the schema accepts a value, by both validators."""

    def __init__(self, text):
        self.value = json.loads(text)
        jsonschema.Draft7Validator.check_schema(self.value)
        self.first = jsonschema.Draft7Validator(self.value)
        self.second = fastjsonschema.compile(self.value)

    def verdicts(self, value):
        try:
            self.second(value)
            second = True
        except fastjsonschema.JsonSchemaValueException:
            second = False
        return self.first.is_valid(value), second

    def why(self, value):
        errors = [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}"
                  for e in self.first.iter_errors(value)]
        return "; ".join(errors[:3]) or "fastjsonschema alone refuses it"


class Command:
    def __init__(self, path):
        self.path = path

    def verdicts(self, paths):
        """By path: the codes of the errors of each document; empty where it is accepted."""
        found = {}
        paths = [str(path) for path in paths]
        for start in range(0, len(paths), 500):
            result = run(self.path, "validate", "--format", "json", *paths[start:start + 500])
            for line in result.stdout.decode().splitlines():
                record = json.loads(line)
                codes = found.setdefault(record["file"], [])
                if record.get("severity") == "error":
                    codes.append(record["code"])
        assert set(found) == set(paths), "some documents have no verdict"
        return found


def read(data):
    """The value of a document, or None for one that the reference does not read."""
    try:
        return reference.read(data)
    except (reference.Bad, ValueError, RecursionError):
        return None


def compare(schema, command, paths, title):
    """Holds verdicts against each other; tells how many documents are refused, and how many of
    these the schema refuses."""
    accepted = refused = known = 0
    for path, codes in command.verdicts(paths).items():
        # Reading is refused before the values count, and what aliases stand for may be endless.
        if any(code[:3] in ("TD0", "TD1") for code in codes):
            continue
        value = read(Path(path).read_bytes())
        if value is None:
            if not codes:
                faults.append(f"{path}: accepted, and the reference cannot read it")
            continue
        verdicts = schema.verdicts(value)
        if codes:
            refused += 1
            known += not all(verdicts)
        else:
            accepted += 1
            if not all(verdicts):
                faults.append(f"{path}: accepted, and refused by the schema: {schema.why(value)}")
    print(f"{title}: {accepted} accepted, the schema refuses {known} of {refused} refused")
    if accepted == 0:
        faults.append(f"{title}: no document is accepted")
    return refused, known


# ---- documents -----------------------------------------------------------------------------


def random_documents(folder):
    paths = []

    @settings(max_examples=RANDOM_DOCUMENTS, derandomize=True, deadline=None, database=None,
              suppress_health_check=list(HealthCheck))
    @given(documents.dags(), st.randoms(use_true_random=False))
    def write(values, layout):
        document = documents.Layout(layout).document(values)
        paths.append(folder / f"random-{len(paths)}.yaml")
        paths[-1].write_bytes(document)

    write()
    return paths


def graphs(folder):
    paths = []
    for jobs, seed in GRAPHS:
        paths.append(folder / f"graph-{jobs}-{seed}.yaml")
        made = run(sys.executable, HERE / "bench" / "gen_dag.py", jobs, "--seed", seed)
        paths[-1].write_bytes(made.stdout)
    return paths


ODD_VALUES = (None, True, 0, 1, 2000, -1, "", "x", "Odd Name", "5m", "reactive", "source",
              "append", "replace", "lambda", "udf", "cron", "postgres", "s3", "buffered", [], ["a"],
              ["a", "a"], {}, {"job": "a", "output": 0}, {"dataset": "a"}, {"x": 1})


def places(value, way=()):
    """Every way into a value: (map or list, key or index)."""
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in entries:
        yield way + (key,)
        if isinstance(inner, (dict, list)):
            yield from places(inner, way + (key,))


def change(value, random_source):
    """A copy with one value changed, taken away or added."""
    value = copy.deepcopy(value)
    way = random_source.choice(list(places(value)))
    holder = value
    for step in way[:-1]:
        holder = holder[step]
    kind = random_source.randrange(4)
    if kind == 0:
        del holder[way[-1]]
    elif kind == 1 and isinstance(holder, dict):
        names = ("partition", "unique_key", "inputs", "source", "schedule", "schema", "dataset",
                 "secrets", "bootstrap", "update_strategy", "write_mode", "webhook_path", "udf")
        holder[random_source.choice(names)] = random_source.choice(ODD_VALUES)
    elif kind == 2 and isinstance(holder, list):
        holder.append(copy.deepcopy(holder[way[-1]]))
    else:
        holder[way[-1]] = random_source.choice(ODD_VALUES)
    return value


def changed_documents(cases, folder):
    """Golden documents with one change each, most of which are refused."""
    random_source = random.Random(7)
    paths = []
    for case in cases:
        data = case.read_bytes()
        value = read(data) if len(data) <= CHANGED_CASE_MOST else None
        for _ in range(CHANGES_OF_A_CASE if value else 0):
            paths.append(folder / f"changed-{len(paths)}.yaml")
            paths[-1].write_bytes(reference.line(change(value, random_source)))
    return paths


# ---- one condition each ----------------------------------------------------------------------

SOURCE = {"name": "tick", "activation": "source", "runtime": "dispatcher",
          "operator": "trigger_cron", "outputs": 1,
          "source": {"kind": "cron", "schedule": "rate(1 day)"}}
REACTIVE = {"name": "pack", "activation": "reactive", "runtime": "ecs_platform",
            "operator": "parquet_compact", "outputs": 1, "execution_strategy": "PerPartition",
            "update_strategy": "append", "unique_key": ["id"],
            "inputs": [{"from": {"job": "tick", "output": 0}}, {"from": {"dataset": "labels"}}]}
UDF = {"name": "own", "activation": "source", "runtime": "lambda", "operator": "udf", "outputs": 1,
       "source": {"kind": "manual"}, "udf": {"bundle_id": "b1"}}
HOOK = {"name": "hook", "activation": "source", "runtime": "dispatcher", "operator": "receive",
        "outputs": 1, "source": {"kind": "webhook", "webhook_path": "/a"}}
BUFFERED = {"from": {"job": "pack", "output": 0}, "storage": "postgres", "write_mode": "buffered",
            "schema": {"columns": [{"name": "id", "type": "text", "nullable": False}],
                       "unique": ["id"]}}
STORED = {"from": {"job": "tick", "output": 0}, "storage": "s3"}
WHOLE = {"name": "demo", "defaults": {"max_queue_age": "5m"}, "jobs": [SOURCE, REACTIVE, UDF, HOOK],
         "publish": {"packed": BUFFERED, "ticks": STORED}}
TICK, PACK, OWN, AT_HOOK = (("jobs", index) for index in range(4))
PACKED, TICKS = ("publish", "packed"), ("publish", "ticks")
GONE = object()

# What each change of WHOLE breaks: the ways, each with its new value. Nothing else is wrong then,
# so the command has one finding, and a schema without that condition accepts it.
CONDITIONS = (
    ("a reactive job has inputs", {PACK + ("inputs",): GONE}),
    ("a reactive job has an input", {PACK + ("inputs",): []}),
    ("a reactive job has an execution strategy", {PACK + ("execution_strategy",): GONE}),
    ("a reactive job has no source", {PACK + ("source",): {"kind": "manual"}}),
    ("a reactive job has no bootstrap", {PACK + ("bootstrap",): {"reset_outputs": True}}),
    ("a reactive job with outputs has an update strategy", {
        ("publish",): {}, PACK + ("update_strategy",): GONE, PACK + ("unique_key",): GONE}),
    ("a source job has a source", {TICK + ("source",): GONE}),
    ("a source job has no inputs", {TICK + ("inputs",): [{"from": {"dataset": "labels"}}]}),
    ("a source job has no execution strategy", {TICK + ("execution_strategy",): "PerUpdate"}),
    ("append has a key", {("publish",): {}, PACK + ("unique_key",): GONE}),
    ("replace has no key", {("publish",): {}, PACK + ("update_strategy",): "replace"}),
    ("a source job without a strategy has no key", {TICK + ("unique_key",): ["id"]}),
    ("a sink without a strategy has no key", {
        ("publish",): {}, PACK + ("outputs",): 0, PACK + ("update_strategy",): GONE}),
    ("operator udf has a bundle", {OWN + ("udf",): GONE}),
    ("a bundle runs on lambda", {OWN + ("runtime",): "ecs_platform"}),
    ("lambda has no secrets", {
        OWN + ("udf",): GONE, OWN + ("operator",): "any", OWN + ("secrets",): ["key"]}),
    ("a bundle has no secrets", {OWN + ("secrets",): ["key"]}),
    ("cron has a schedule", {TICK + ("source", "schedule"): GONE}),
    ("cron has no webhook path", {TICK + ("source", "webhook_path"): "/b"}),
    ("webhook has a path", {AT_HOOK + ("source", "webhook_path"): GONE}),
    ("webhook has no schedule", {AT_HOOK + ("source", "schedule"): "rate(1 day)"}),
    ("manual has no schedule", {OWN + ("source", "schedule"): "rate(1 day)"}),
    ("manual has no webhook path", {OWN + ("source", "webhook_path"): "/b"}),
    ("always_on has no schedule", {
        OWN + ("source",): {"kind": "always_on", "schedule": "rate(1 day)"}}),
    ("always_on has no webhook path", {
        OWN + ("source",): {"kind": "always_on", "webhook_path": "/b"}}),
    ("a dataset stands without a job", {PACK + ("inputs", 1, "from", "job"): "tick"}),
    ("a dataset stands without an output", {PACK + ("inputs", 1, "from", "output"): 0}),
    ("an input names a job", {PACK + ("inputs", 0, "from", "job"): GONE}),
    ("an input names an output", {PACK + ("inputs", 0, "from", "output"): GONE}),
    ("an input names something", {PACK + ("inputs", 1, "from"): {}}),
    ("no dataset is published", {TICKS + ("from",): {"dataset": "labels"}}),
    ("a published job has the form of one", {TICKS + ("from", "job"): "Tick"}),
    ("a published output ends", {TICKS + ("from", "output"): 1024}),
    ("postgres has a write mode", {TICKS + ("storage",): "postgres"}),
    ("s3 has no write mode", {TICKS + ("write_mode",): "direct"}),
    ("buffered has a schema", {PACKED + ("schema",): GONE}),
    ("direct has no schema", {PACKED + ("write_mode",): "direct"}),
    ("a schema has a write mode", {PACKED + ("write_mode",): GONE, PACKED + ("storage",): GONE}),
    # What one field asks of its own value.
    ("an unknown key", {TICK + ("partition",): 1}),
    ("a missing key", {TICK + ("operator",): GONE}),
    ("a job's name has a form", {("name",): "Demo"}),
    ("an operator has no dash", {TICK + ("operator",): "trigger-cron"}),
    ("a number has a least value", {TICK + ("timeout_seconds",): 0}),
    ("a number has a greatest value", {TICK + ("timeout_seconds",): 2147483648}),
    ("a count is no text", {TICK + ("max_attempts",): "3"}),
    ("outputs end", {TICK + ("outputs",): 1025}),
    ("a word is one of a list", {TICK + ("priority",): "high"}),
    ("version 1 has no ecs_udf", {TICK + ("runtime",): "ecs_udf"}),
    ("a duration has a form", {("defaults", "max_queue_age"): "1.5h"}),
    ("a duration is not empty", {("defaults", "max_queue_age"): ""}),
    ("a duration has its units in order", {("defaults", "max_queue_age"): "5m1h"}),
    ("a duration has no padding", {("defaults", "max_queue_age"): "05m"}),
    ("a duration ends", {("defaults", "max_queue_age"): "1000d"}),
    ("rate takes a unit", {TICK + ("source", "schedule"): "rate(5 weeks)"}),
    ("rate takes one of one", {TICK + ("source", "schedule"): "rate(1 days)"}),
    ("rate takes many of many", {TICK + ("source", "schedule"): "rate(2 day)"}),
    ("cron has six fields", {TICK + ("source", "schedule"): "cron(0 12 * * ?)"}),
    ("a line has five fields", {TICK + ("source", "schedule"): "0 12 * *"}),
    ("at is no schedule", {TICK + ("source", "schedule"): "at(2026-01-01T00:00:00)"}),
    ("a path begins with a slash", {AT_HOOK + ("source", "webhook_path"): "a"}),
    ("a path ends without a slash", {AT_HOOK + ("source", "webhook_path"): "/a/"}),
    ("a path has no dot segment", {AT_HOOK + ("source", "webhook_path"): "/a/../b"}),
    ("a path has no dot segment at its end", {AT_HOOK + ("source", "webhook_path"): "/a/."}),
    ("a path has no query", {AT_HOOK + ("source", "webhook_path"): "/a?b"}),
    ("a secret has a form", {TICK + ("secrets",): ["9"]}),
    ("a secret stands once", {TICK + ("secrets",): ["key", "key"]}),
    ("a key has a column", {("publish",): {}, PACK + ("unique_key",): []}),
    ("a column has a form", {("publish",): {}, PACK + ("unique_key",): ["1d"]}),
    ("a bundle has an id", {OWN + ("udf", "bundle_id"): ""}),
    ("an entrypoint has parts", {OWN + ("udf", "entrypoint"): "a..b"}),
    ("an entrypoint ends", {OWN + ("udf", "entrypoint"): "a" * 257}),
    ("a filter has a field", {PACK + ("inputs", 0, "where"): {}}),
    ("a filter's field has a form", {PACK + ("inputs", 0, "where"): {"a-b": 1}}),
    ("a filter has no list", {PACK + ("inputs", 0, "where"): {"a": [1]}}),
    ("a filter has no null", {PACK + ("inputs", 0, "where"): {"a": None}}),
    ("a dataset's name has a form", {("publish", "Ticks"): STORED, TICKS: GONE}),
    ("a column's type is known", {
        PACKED + ("schema", "columns", 0, "type"): "varchar"}),
    ("a table has a column", {PACKED + ("schema", "columns"): []}),
    ("a unique column has a form", {PACKED + ("schema", "unique"): ["1d"]}),
    ("an index has a column", {PACKED + ("schema", "indexes"): [[]]}),
    ("an index has a column once", {PACKED + ("schema", "indexes"): [["id", "id"]]}),
    ("a DAG has a job", {("jobs",): [], ("publish",): GONE}),
    ("config is a map", {TICK + ("config",): [1]}),
)


def with_changes(changes):
    value = copy.deepcopy(WHOLE)
    for way, new in changes.items():
        holder = value
        for step in way[:-1]:
            holder = holder[step]
        if new is GONE:
            del holder[way[-1]]
        else:
            holder[way[-1]] = new
    return value


def check_conditions(schema, command, folder):
    """Each is refused, by the command with one finding, which shows that nothing else is wrong."""
    paths = {}
    for number, (title, changes) in enumerate((("nothing", {}),) + CONDITIONS):
        path = folder / f"condition-{number}.yaml"
        value = with_changes(changes)
        path.write_text(json.dumps(value), encoding="utf-8")
        paths[str(path)] = title, value
    for path, codes in command.verdicts(paths).items():
        title, value = paths[path]
        verdicts = schema.verdicts(value)
        if title == "nothing":
            if codes or not all(verdicts):
                faults.append(f"the document that conditions are tried on: {codes}, {verdicts}")
            continue
        if len(codes) != 1:
            faults.append(f"{title}: the command has {len(codes)} findings: {codes}")
        if any(verdicts):
            faults.append(f"{title}: the schema accepts it, {verdicts}")
    print(f"{len(CONDITIONS)} documents that break one condition")


# ---- the schema itself -----------------------------------------------------------------------


def keywords(schema):
    """Every keyword, and every list of examples with the schema that it stands in."""
    for word, value in schema.items():
        yield word, value, schema
        inner = []
        if word == "properties":
            inner = [one for one in value.values() if one is not False]
        elif word in ("items", "additionalProperties", "propertyNames", "if", "then"):
            inner = [value] if isinstance(value, dict) else []
        elif word == "allOf":
            inner = value
        for one in inner:
            yield from keywords(one)


def check_itself(schema, command, folder):
    for word, value, where in keywords(schema.value):
        if word not in KEYWORDS:
            faults.append(f"keyword {word}")
        for example in value if word == "examples" else []:
            if not jsonschema.Draft7Validator(where).is_valid(example):
                faults.append(f"an example that its schema refuses: {example}")
        if word == "properties" and where.get("type") == "object":
            for name, field in value.items():
                if not field.get("description", "").endswith("."):
                    faults.append(f"field {name} has no description")
                if list(value) != sorted(value):
                    faults.append(f"fields out of order: {list(value)}")
            if where.get("additionalProperties") is not False:
                faults.append(f"unknown keys beside {list(value)}")
    (example,) = schema.value["examples"]
    path = folder / "example.yaml"
    path.write_text(json.dumps(example), encoding="utf-8")
    if command.verdicts([path])[str(path)]:
        faults.append("the command refuses the document that is the schema's example")


def main():
    command = Command(Path(sys.argv[1]).resolve())
    cases = Path(sys.argv[2]).resolve()
    text = run(command.path, "schema").stdout
    if text != run(command.path, "schema").stdout:
        faults.append("two runs write two schemas")
    schema = Schema(text)
    valid = sorted(cases.glob("valid/*.yaml"))
    golden = [path for kind in ("valid", "invalid", "limits", "same/*", "differ/*")
              for path in sorted(cases.glob(f"{kind}/*.yaml"))]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        check_itself(schema, command, folder)
        check_conditions(schema, command, folder)
        _, known = compare(schema, command, golden, "golden cases")
        if known < LEAST_OF_CASES:
            faults.append(f"golden cases: the schema refused {LEAST_OF_CASES} of them once")
        compare(schema, command, random_documents(folder) + graphs(folder), "random documents")
        refused, known = compare(schema, command, changed_documents(valid, folder),
                                 "changed documents")
        if 100 * known < LEAST_OF_CHANGED * refused:
            faults.append(f"changed documents: not {LEAST_OF_CHANGED} of a hundred")
    for fault in faults:
        print(fault)
    print("something is wrong" if faults else "the schema and the command agree")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
