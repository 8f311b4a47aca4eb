#!/usr/bin/python3
"""The JSON Schema accepts what the command accepts, by validators that know nothing of us.

    check_schema.py COMMAND CASES

COMMAND (the built `tracedag`) writes the schema and judges documents; CASES is the folder of golden
cases. Two validators, jsonschema and fastjsonschema, read the values of the same documents, which
tests/reference/canonical.py reads in place of the library. Documents are the golden cases, random
ones, generated graphs, and golden ones with one value changed. For each of them: what the schema
refuses, the command refuses. That the schema refuses enough is seen by documents that break one
condition each, and by how many of the refused documents it knows.

The same of schemas that a catalog narrows: one catalog that says all that a catalog can, whose
conditions are broken one by one; one with all operators of the golden cases, which forbids nothing;
empty ones; and that of examples.
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
            "maxItems", "uniqueItems", "items", "minProperties", "maxProperties", "propertyNames",
            "properties", "required", "additionalProperties", "allOf", "if", "then", "not"}
# The schema refuses at least so many golden cases, which are only ever added to, and so many in a
# hundred of the changed documents that are refused: to loosen one keyword is seen by the first.
LEAST_OF_CASES = 644
LEAST_OF_CHANGED = 95

RANDOM_DOCUMENTS = 200
GRAPHS = ((1, 1), (7, 2), (400, 1))  # (jobs, seed)
CHANGES_OF_A_CASE = 25
CHANGES_OF_KNOWN = 120
CHANGED_CASE_MOST = 4096  # bytes

faults = []


def run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True)


def plain(value):
    """With floats as validators know them."""
    if isinstance(value, reference.Decimal):
        return float(f"{value.sign}{value.digits or 0}e{value.exponent}")
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


class Schema:
    """Whether the schema accepts a value, by both validators."""

    def __init__(self, text):
        self.value = json.loads(text)
        jsonschema.Draft7Validator.check_schema(self.value)
        self.first = jsonschema.Draft7Validator(self.value)
        self.second = fastjsonschema.compile(self.value)

    def verdicts(self, value):
        value = plain(value)
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
    """The command, and the catalog that it is given, if any."""

    def __init__(self, path, catalog=None):
        self.path = path
        self.options = ["--catalog", str(catalog)] if catalog else []

    def schema(self):
        made = run(self.path, "schema", *self.options)
        assert made.returncode == 0, made.stderr.decode()
        return made.stdout

    def verdicts(self, paths):
        """By path: the codes of the errors of each document; empty where it is accepted."""
        found = {}
        paths = [str(path) for path in paths]
        for start in range(0, len(paths), 500):
            result = run(self.path, "validate", "--format", "json", *self.options,
                         *paths[start:start + 500])
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


def with_changes(changes, whole=WHOLE):
    value = copy.deepcopy(whole)
    for way, new in changes.items():
        holder = value
        for step in way[:-1]:
            holder = holder[step]
        if new is GONE:
            del holder[way[-1]]
        else:
            holder[way[-1]] = new
    return value


def write_json(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return path


def check_conditions(schema, command, folder, whole=WHOLE, conditions=CONDITIONS):
    """Each is refused, by the command with one finding, which shows that nothing else is wrong."""
    paths = {}
    for number, (title, changes) in enumerate((("nothing", {}),) + conditions):
        path = folder / f"condition-{number}.yaml"
        value = with_changes(changes, whole)
        paths[str(write_json(path, value))] = title, value
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
    print(f"{len(conditions)} documents that break one condition")


# ---- with a catalog ------------------------------------------------------------------------

CATALOG = {
    "operators": {
        "trigger_cron": {
            "runtimes": ["dispatcher", "lambda"], "activations": ["source"],
            "source_kinds": ["cron"], "outputs": {"min": 1, "max": 2}, "secrets": "forbidden",
            "config": {}, "where": {"hour": {"type": "integer"}}},
        "parquet_compact": {
            "runtimes": ["ecs_platform"], "activations": ["reactive"],
            "execution_strategies": ["PerPartition"], "update_strategies": ["append"],
            "outputs": {"max": 1}, "config": {
                "chain": {"type": "integer", "required": True, "min": 1, "max": 9},
                "ratio": {"type": "number", "min": 0.5, "max": 1.5},
                "level": {"type": "integer", "enum": [1, 2]},
                "step": {"type": "number", "enum": [1, 2.5]},
                "name": {"type": "string", "min": 2, "max": 4},
                "kind": {"type": "string", "enum": ["a", "b"]},
                "hot": {"type": "boolean"},
                "tags": {"type": "list", "min": 1, "max": 2,
                         "items": {"type": "string", "max": 3}},
                "rest": {"type": "list"},
                "files": {"type": "map", "fields": {
                    "rows": {"type": "integer", "required": True},
                    "names": {"type": "list", "items": {"type": "map", "fields": {
                        "first": {"type": "string"}}}}}},
                "free": {"type": "map"},
                "odd key": {"type": "any"}}},
        "udf": {"udf": "required", "config": {"any": {"type": "any"}}},
        "receive": {"secrets": "required"},
        "watch": {"trusted_on_lambda": True, "udf": "allowed"}},
    "datasets": {
        "labels": {"where": {
            "chain": {"type": "integer", "min": 1, "max": 9},
            "ratio": {"type": "number", "max": 5},
            "kind": {"type": "string", "enum": ["a", "b"]},
            "name": {"type": "string", "max": 3},
            "hot": {"type": "boolean"},
            "any": {"type": "any"}}},
        "open": {},
        "shut": {"where": {}}}}
CONFIG = {"chain": 1, "ratio": 1, "level": 2, "step": 2.5, "name": "\u00e4\U0001f600", "kind": "a",
          "hot": True, "tags": ["abc"], "rest": [1, None], "odd key": None, "free": {"a": [1]},
          "files": {"rows": 5, "names": [{}, {"first": "x"}]}}
FILTER = {"chain": 2, "ratio": 5, "kind": "b", "name": "abc", "hot": False, "any": "x"}
WATCH = {"name": "look", "activation": "source", "runtime": "lambda", "operator": "watch",
         "outputs": 1, "source": {"kind": "manual"}, "secrets": ["key"]}
FILTERED = dict(REACTIVE, config=CONFIG, inputs=[
    REACTIVE["inputs"][0], {"from": {"dataset": "labels"}, "where": FILTER}])
KNOWN = dict(WHOLE, jobs=[SOURCE, FILTERED, UDF, dict(HOOK, secrets=["key"]), WATCH])
LOOK = ("jobs", 4)
OF_CONFIG, OF_WHERE = PACK + ("config",), PACK + ("inputs", 1, "where")

KNOWN_CONDITIONS = (
    ("an operator is one of the catalog's", {OWN + ("operator",): "own"}),
    ("an operator has its runtimes", {TICK + ("runtime",): "ecs_platform"}),
    ("an operator has its activations", {
        ("publish",): {}, TICK + ("operator",): "parquet_compact",
        TICK + ("runtime",): "ecs_platform", TICK + ("update_strategy",): "append",
        TICK + ("unique_key",): ["id"], TICK + ("config",): {"chain": 1}}),
    ("an operator has its kinds of source", {TICK + ("source",): {"kind": "manual"}}),
    ("an operator has its execution strategies", {PACK + ("execution_strategy",): "PerUpdate"}),
    ("an operator has its update strategies", {
        ("publish",): {}, PACK + ("update_strategy",): "replace", PACK + ("unique_key",): GONE}),
    ("an operator has most outputs", {PACK + ("outputs",): 2}),
    ("an operator has fewest outputs", {
        ("publish",): {}, PACK + ("inputs", 0): GONE, TICK + ("outputs",): 0}),
    ("an operator has no bundle", {
        TICK + ("runtime",): "lambda", TICK + ("udf",): {"bundle_id": "b"}}),
    ("an operator has a bundle", {OWN + ("udf",): GONE}),
    ("an operator has no secrets", {TICK + ("secrets",): ["key"]}),
    ("an operator has secrets", {AT_HOOK + ("secrets",): GONE}),
    ("an operator has a secret", {AT_HOOK + ("secrets",): []}),
    ("an operator is trusted on lambda, and no other", {
        AT_HOOK + ("runtime",): "lambda"}),
    ("a bundle has no secrets, whatever is trusted", {LOOK + ("udf",): {"bundle_id": "b"}}),
    ("an operator needs config", {OF_CONFIG: GONE}),
    ("config has what is required", {OF_CONFIG + ("chain",): GONE}),
    ("config has no other fields", {OF_CONFIG + ("chains",): 1}),
    ("config has no fields at all", {TICK + ("config",): {"a": 1}}),
    ("an integer is no text", {OF_CONFIG + ("chain",): "1"}),
    ("an integer is no float", {OF_CONFIG + ("chain",): 1.5}),
    ("an integer has a least value", {OF_CONFIG + ("chain",): 0}),
    ("an integer has a greatest value", {OF_CONFIG + ("chain",): 10}),
    ("an integer is one of a list", {OF_CONFIG + ("level",): 3}),
    ("a number has a least value", {OF_CONFIG + ("ratio",): 0.4}),
    ("a number has a greatest value", {OF_CONFIG + ("ratio",): 1.6}),
    ("a number is one of a list", {OF_CONFIG + ("step",): 2}),
    ("a number is no text", {OF_CONFIG + ("ratio",): "1"}),
    ("a string is no number", {OF_CONFIG + ("name",): 12}),
    ("a string has a least length", {OF_CONFIG + ("name",): "\U0001f600"}),
    ("a string has a greatest length", {OF_CONFIG + ("name",): "abcde"}),
    ("a string is one of a list", {OF_CONFIG + ("kind",): "c"}),
    ("a boolean is no text", {OF_CONFIG + ("hot",): "yes"}),
    ("a typed field is not null", {OF_CONFIG + ("hot",): None}),
    ("a list is no text", {OF_CONFIG + ("tags",): "abc"}),
    ("a list has a least length", {OF_CONFIG + ("tags",): []}),
    ("a list has a greatest length", {OF_CONFIG + ("tags",): ["a", "b", "c"]}),
    ("items have a type", {OF_CONFIG + ("tags", 0): 1}),
    ("items have a length", {OF_CONFIG + ("tags", 0): "abcd"}),
    ("a map is no list", {OF_CONFIG + ("free",): []}),
    ("a map has what is required", {OF_CONFIG + ("files", "rows"): GONE}),
    ("a map has no other fields", {OF_CONFIG + ("files", "row"): 1}),
    ("a map in a list in a map has types", {OF_CONFIG + ("files", "names", 1, "first"): 1}),
    ("a map in a list in a map has no other fields", {
        OF_CONFIG + ("files", "names", 1, "last"): 1}),
    ("a dataset has its filters", {OF_WHERE + ("chains",): 1}),
    ("a filter has a type", {OF_WHERE + ("chain",): "1"}),
    ("a filter has a greatest value", {OF_WHERE + ("chain",): 10}),
    ("a filter is one of a list", {OF_WHERE + ("kind",): "c"}),
    ("a filter has a greatest length", {OF_WHERE + ("name",): "abcd"}),
    ("a filter is no boolean", {OF_WHERE + ("ratio",): True}),
    ("a dataset has no filter", {
        PACK + ("inputs", 1): {"from": {"dataset": "shut"}, "where": {"a": 1}}}),
    ("a dataset is one of the catalog's", {
        ("publish",): {}, PACK + ("inputs", 1): {"from": {"dataset": "label"}}}),
)

# What is fine nonetheless.
KNOWN_FREEDOMS = (
    ("a dataset without a list of filters", {
        PACK + ("inputs", 1): {"from": {"dataset": "open"}, "where": {"what": "ever"}}}),
    ("a dataset that is published here", {
        ("jobs", 2, "inputs"): [{"from": {"dataset": "packed"}, "where": {"id": "x"}}],
        ("jobs", 2, "activation"): "reactive", ("jobs", 2, "source"): GONE,
        ("jobs", 2, "execution_strategy"): "PerUpdate", ("jobs", 2, "update_strategy"): "replace"}),
    ("its own columns go before the catalog's filters", {
        ("jobs", 2, "inputs"): [{"from": {"dataset": "shut"}, "where": {"id": "x"}}],
        ("jobs", 2, "activation"): "reactive", ("jobs", 2, "source"): GONE,
        ("jobs", 2, "execution_strategy"): "PerUpdate", ("jobs", 2, "update_strategy"): "replace",
        ("publish", "shut"): BUFFERED, PACKED: GONE}),
    ("an empty list of secrets", {TICK + ("secrets",): []}),
    ("an integer where a number is asked for", {OF_CONFIG + ("ratio",): 1}),
    ("config that is free", {AT_HOOK + ("config",): {"a": [None]}}),
    ("a bundle where one is allowed", {LOOK + ("secrets",): GONE, LOOK + ("udf",): {"bundle_id": "b"}}),
    ("bounds that are met", {OF_CONFIG + ("chain",): 9, OF_CONFIG + ("ratio",): 0.5,
                             OF_CONFIG + ("name",): "abcd", OF_CONFIG + ("tags",): ["a", "b"]}),
)


def check_freedoms(schema, command, folder):
    paths = {}
    for number, (title, changes) in enumerate(KNOWN_FREEDOMS):
        value = with_changes(changes, KNOWN)
        path = write_json(folder / f"freedom-{number}.yaml", value)
        paths[str(path)] = title, value
    for path, codes in command.verdicts(paths).items():
        title, value = paths[path]
        if codes:
            faults.append(f"{title}: the command refuses it, {codes}")
        if not all(schema.verdicts(value)):
            faults.append(f"{title}: the schema refuses it: {schema.why(value)}")


def names_of(cases):
    """The operators of documents."""
    found = set()
    for case in cases:
        value = read(case.read_bytes())
        found |= {job["operator"] for job in (value or {}).get("jobs", [])}
    return sorted(found)


def check_catalogs(path, valid, folder):
    command = Command(path, write_json(folder / "catalog.json", CATALOG))
    schema = Schema(command.schema())
    check_itself(schema, command, folder)
    check_conditions(schema, command, folder, KNOWN, KNOWN_CONDITIONS)
    check_freedoms(schema, command, folder)
    random_source = random.Random(11)
    changed = [write_json(folder / f"known-{number}.yaml", change(KNOWN, random_source))
               for number in range(CHANGES_OF_KNOWN)]
    compare(schema, command, changed, "changed documents with a catalog")
    all_of_them = {"operators": {name: {"udf": "required" if name == "udf" else "allowed"}
                                 for name in names_of(valid)}}
    command = Command(path, write_json(folder / "open.json", all_of_them))
    compare(Schema(command.schema()), command, valid, "golden documents with an open catalog")
    command = Command(path, HERE.parent / "examples" / "catalog.yaml")
    compare(Schema(command.schema()), command, [HERE.parent / "examples" / "good.yaml"],
            "the sample with the platform's catalog")
    for name in ("operators", "datasets"):
        command = Command(path, write_json(folder / "none.json", {name: {}}))
        schema = Schema(command.schema())
        document = write_json(folder / "none.yaml", KNOWN if name == "operators" else with_changes(
            {("publish",): {}}, KNOWN))
        if not command.verdicts([document])[str(document)]:
            faults.append(f"no {name}: the command accepts a document")
        if any(schema.verdicts(json.loads(document.read_text()))):
            faults.append(f"no {name}: the schema accepts a document")


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
        elif word == "not":
            inner = [value]
        for one in inner:
            yield from keywords(one)


def fields_of_catalog(schema):
    """The schemas that a catalog's fields are; these have no description."""
    return {id(inner) for word, value, _ in keywords(schema) if word == "then"
            for _, _, inner in keywords(value)}


def check_itself(schema, command, folder):
    of_catalog = fields_of_catalog(schema.value)
    for word, value, where in keywords(schema.value):
        if word not in KEYWORDS:
            faults.append(f"keyword {word}")
        for example in value if word == "examples" else []:
            if not jsonschema.Draft7Validator(where).is_valid(example):
                faults.append(f"an example that its schema refuses: {example}")
        if word == "properties" and where.get("type") == "object" and id(where) not in of_catalog:
            for name, field in value.items():
                if not field.get("description", "").endswith("."):
                    faults.append(f"field {name} has no description")
                if list(value) != sorted(value):
                    faults.append(f"fields out of order: {list(value)}")
            if where.get("additionalProperties") is not False:
                faults.append(f"unknown keys beside {list(value)}")
    for example in schema.value.get("examples", []):
        path = write_json(folder / "example.yaml", example)
        if command.verdicts([path])[str(path)]:
            faults.append("the command refuses the document that is the schema's example")


def main():
    command = Command(Path(sys.argv[1]).resolve())
    cases = Path(sys.argv[2]).resolve()
    text = command.schema()
    if text != command.schema():
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
        check_catalogs(command.path, valid, folder)
        if 100 * known < LEAST_OF_CHANGED * refused:
            faults.append(f"changed documents: not {LEAST_OF_CHANGED} of a hundred")
    for fault in faults:
        print(fault)
    print("something is wrong" if faults else "the schema and the command agree")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
