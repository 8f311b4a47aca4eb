"""Random accepted documents: hypothesis strategies for the values of a DAG, and a writer that lays one set of values
out in many ways.

The values are those of a document, before anything is normalized: dict, list, str, bool, None, and Plain for what has
several spellings (numbers). Two layouts of the same values differ in nothing that the canonical form keeps.
"""
import re

from hypothesis import strategies as st


class Plain(str):
    """A plain scalar, written as it is."""


# ---------------------------------------------------------------------------------------------------------------------
# Scalars

LETTERS = "abcdefghijklmnopqrstuvwxyz"
NOT_RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\u2028\u2029\ufeff\ufffe\uffff]")
lower_names = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)
job_names = st.from_regex(r"[a-z][a-z0-9_-]{0,12}", fullmatch=True)
columns = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,12}", fullmatch=True)
secrets = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,12}", fullmatch=True)
counts = st.integers(1, 2147483647).map(lambda n: Plain(n))
texts = st.one_of(
    st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=12),
    st.sampled_from(["", "no", "~", "null", "true", "1", "1.0", "0x1f", ".inf", "2026-01-02", "a: b", "# c", " x ", "é",
                     "e\u0301", "\ta\t", "-", "?", "*x", "&x", "!x", "%x", "@x", "`", "[]", "{}", "<<"]),
    st.from_regex("([A-Za-z\u00e9][ -~\u00e9]{0,9}\n){1,3}", fullmatch=True),
)
keys = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=8).filter(
    lambda key: key != "<<" and not NOT_RAW.search(key))
integers = st.one_of(
    st.integers().map(str), st.integers(-(10**60), 10**60).map(str), st.integers(0, 2**70).map(hex),
    st.integers(0, 2**70).map(oct), st.integers(0, 999).map("+{:05}".format), st.sampled_from(["-0", "+0", "000"]))
floats = st.one_of(
    st.from_regex(r"[-+]?(\.[0-9]{1,25}|[0-9]{1,25}\.[0-9]{0,25})([eE][-+]?[0-9]{1,3})?", fullmatch=True),
    st.builds("{}{}e{:+}".format, st.sampled_from(["", "-"]), st.integers(0, 30), st.integers(-9, 23)))
numbers = st.one_of(integers, floats).map(Plain)
free = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=4)),
    max_leaves=8)


def mixed_case(words):
    return st.sampled_from(words.split()).flatmap(
        lambda word: st.sampled_from([word, word.lower(), word.title()]))


@st.composite
def durations(draw):
    parts = [draw(st.integers(0, most)) for most in (300, 200, 900, 9000)]
    if not any(parts):
        parts[2] = 5
    return "".join("%d%s" % (part, unit) for part, unit in zip(parts, "dhms") if part)


# ---------------------------------------------------------------------------------------------------------------------
# Schedules: a grammar that leaves out what is refused

MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"
DAYS = "SUN MON TUE WED THU FRI SAT"


@st.composite
def cron_field(draw, low, high, words="", steps=True, single_steps=False):
    values = high - low + 1

    def value(least):
        if words and draw(st.booleans()):
            index = draw(st.integers(least - low, len(words.split()) - 1)) if least - low < len(words.split()) else None
            if index is not None:
                return index + low, draw(mixed_case(words.split()[index]))
        number = draw(st.integers(least, high))
        return number, draw(st.sampled_from(["%d", "%02d"])) % number

    def item():
        kind = draw(st.sampled_from(["one", "range"] + ["stepped"] * steps + ["single"] * single_steps))
        first, text = value(low)
        if kind == "one":
            return text
        step = "/%d" % draw(st.integers(1, min(values, 7)))
        if kind == "single":
            return text + step
        return text + "-" + value(first)[1] + (step if kind == "stepped" else "")

    if draw(st.integers(0, 3)) == 0:
        return "*" + ("/%d" % draw(st.integers(1, min(values, 7))) if steps and draw(st.booleans()) else "")
    return ",".join(item() for _ in range(draw(st.integers(1, 3))))


def blanks(draw):
    return draw(st.sampled_from([" ", "  ", "\t", " \t "]))


@st.composite
def five_fields(draw):
    day = draw(cron_field(1, 28))
    weekday = draw(cron_field(0, 7, DAYS))
    if not day.startswith("*") and weekday.startswith("*/"):
        weekday = "*"  # refused: cron programs disagree on it
    fields = [draw(cron_field(0, 59)), draw(cron_field(0, 23)), day, draw(cron_field(1, 12, MONTHS)), weekday]
    return "".join(field + blanks(draw) for field in fields[:4]) + fields[4]


@st.composite
def six_fields(draw):
    day = draw(st.one_of(cron_field(1, 28, single_steps=True), st.sampled_from(["L", "07W", "15W"])))
    weekday = draw(st.one_of(cron_field(1, 7, DAYS, steps=False), st.sampled_from(["L", "fri#2", "6L", "THUL", "03#1"])))
    if draw(st.booleans()):
        day = "?"
    else:
        weekday = "?"
    fields = [draw(cron_field(0, 59, single_steps=True)), draw(cron_field(0, 23, single_steps=True)), day,
              draw(cron_field(1, 12, MONTHS, single_steps=True)), weekday, draw(st.sampled_from(["*", "2026-2199", "*/2"]))]
    return "cron(" + "".join(field + blanks(draw) for field in fields[:5]) + fields[5] + ")"


@st.composite
def rates(draw):
    number = draw(st.integers(1, 366))
    unit = draw(st.sampled_from(["minute", "hour", "day"])) + ("" if number == 1 else "s")
    return "rate(%d%s%s)" % (number, " " * draw(st.integers(1, 3)), unit)


schedules = st.one_of(five_fields(), six_fields(), rates())


# ---------------------------------------------------------------------------------------------------------------------
# Jobs and datasets

tuning = st.fixed_dictionaries({}, optional={
    "heartbeat_timeout_seconds": st.one_of(counts, st.sampled_from(["60", "+60", "0x3c"]).map(Plain)),
    "max_attempts": st.one_of(counts, st.just(Plain("3"))),
    "priority": st.sampled_from(["normal", "bulk"]),
    "max_queue_depth": st.one_of(counts, st.just(Plain("1000"))),
    "max_queue_age": st.one_of(durations(), st.sampled_from(["5m", "300s", "4m60s"])),
    "backpressure_mode": st.just("pause"),
})


def distinct(items, least):
    return st.lists(items, min_size=least, max_size=4, unique=True)


@st.composite
def source_part(draw, index):
    kind = draw(st.sampled_from(["cron", "webhook", "manual", "always_on"]))
    source = {"kind": kind}
    if kind == "cron":
        source["schedule"] = draw(schedules)
    if kind == "webhook":
        source["webhook_path"] = "/hooks/%d" % index
    part = {"activation": "source", "source": source}
    if draw(st.booleans()):
        part["bootstrap"] = {"reset_outputs": draw(st.booleans())}
    return part


@st.composite
def reactive_part(draw, producers):
    targets = [{"dataset": name} for name in draw(distinct(lower_names, 0 if producers else 1))]
    for name in draw(distinct(st.sampled_from(sorted(producers)), 0 if targets else 1)) if producers else []:
        targets.append({"job": name, "output": Plain(draw(st.integers(0, producers[name] - 1)))})
    where = st.dictionaries(columns, st.one_of(texts, st.booleans(), integers.map(Plain)), min_size=1, max_size=3)
    inputs = [{"from": target, **({"where": draw(where)} if draw(st.booleans()) else {})} for target in targets]
    return {"activation": "reactive", "inputs": draw(st.permutations(inputs)),
            "execution_strategy": draw(st.sampled_from(["PerUpdate", "PerPartition"]))}


@st.composite
def trust_part(draw):
    if draw(st.booleans()):
        return {"runtime": draw(st.sampled_from(["ecs_platform", "dispatcher"])),
                **draw(st.fixed_dictionaries({}, optional={"secrets": distinct(secrets, 0)}))}
    udf = st.fixed_dictionaries({"bundle_id": texts.filter(bool)}, optional={"entrypoint": st.just("trace.handler")})
    return {"runtime": "lambda", **draw(st.fixed_dictionaries({}, optional={"udf": udf, "secrets": st.just([])}))}


@st.composite
def job(draw, name, index, producers):
    outputs = draw(st.integers(0, 3))
    made = {"name": name, "operator": draw(lower_names.filter(lambda word: word != "udf")), "outputs": Plain(outputs),
            **draw(trust_part()), **draw(tuning),
            **draw(st.fixed_dictionaries({}, optional={"timeout_seconds": counts,
                                                       "config": st.dictionaries(keys, free, max_size=4)}))}
    reactive = index > 0 and draw(st.booleans())
    made.update(draw(reactive_part(producers)) if reactive else draw(source_part(index)))
    strategy = draw(st.sampled_from(["append", "replace"] + ([] if reactive and outputs else [None])))
    if strategy:
        made["update_strategy"] = strategy
    if strategy == "append":
        made["unique_key"] = draw(distinct(columns, 1))
    return made


@st.composite
def schema(draw, key):
    rest = draw(distinct(columns.filter(lambda name: name not in key), 0))
    types = st.sampled_from(["text", "bigint", "double precision", "timestamptz", "jsonb"])
    made = [{"name": name, "type": draw(types), "nullable": False} for name in key]
    made += [{"name": name, "type": draw(types), **draw(st.sampled_from([{}, {"nullable": True}, {"nullable": False}]))}
             for name in rest]
    index = distinct(st.sampled_from(key + rest), 1)
    return {"columns": draw(st.permutations(made)), "unique": draw(st.permutations(key)),
            **draw(st.fixed_dictionaries({}, optional={"indexes": st.lists(index, max_size=2)}))}


@st.composite
def publish_entry(draw, producer, output):
    entry = {"from": {"job": producer["name"], "output": Plain(output)}}
    modes = [{}, {"storage": "s3"}]
    if producer["runtime"] == "ecs_platform":
        modes += [{"write_mode": "direct"}, {"storage": "postgres", "write_mode": "direct"}]
    if producer.get("update_strategy") == "append":
        table = draw(schema(producer["unique_key"]))
        modes += [{"write_mode": "buffered", "schema": table}] * 2
    entry.update(draw(st.sampled_from(modes)))
    return entry


@st.composite
def dags(draw):
    """The values of an accepted document."""
    jobs, producers = [], {}
    for index, name in enumerate(draw(st.lists(job_names, min_size=1, max_size=4, unique=True))):
        jobs.append(draw(job(name, index, producers)))
        if int(jobs[-1]["outputs"]):
            producers[name] = int(jobs[-1]["outputs"])
    outputs = [(made, output) for made in jobs for output in range(int(made["outputs"]))]
    read = {ref["from"].get("dataset") for made in jobs for ref in made.get("inputs", [])}
    names = draw(distinct(lower_names.filter(lambda name: name not in read), 0))
    publish = {name: draw(publish_entry(*output)) for name, output in zip(names, draw(st.permutations(outputs)))}
    document = {"name": draw(job_names), "jobs": draw(st.permutations(jobs))}
    if publish or draw(st.booleans()):
        document["publish"] = publish
    if draw(st.booleans()):
        document["defaults"] = draw(tuning)
    return document


# ---------------------------------------------------------------------------------------------------------------------
# Layouts

SAFE = re.compile(r"[A-Za-z_/][A-Za-z0-9_./()-]*")
WORDS = re.compile(r"null|true|false|~", re.I)
ESCAPES = {"\\": "\\\\", '"': '\\"', "\t": "\\t", "\n": "\\n", "\0": "\\0"}


class Layout:
    """Writes values as YAML, with every choice that does not matter made by `random`."""

    def __init__(self, random):
        self.random = random
        self.anchors = {}

    def chance(self, one_in):
        return self.random.randrange(one_in) == 0

    def double(self, text):
        def one(c):
            if c in ESCAPES:
                return ESCAPES[c]
            if NOT_RAW.match(c) or c in "\x85\r" or self.chance(12):
                return "\\U%08x" % ord(c) if ord(c) > 0xFFFF else "\\u%04X" % ord(c)
            return c

        return '"' + "".join(one(c) for c in text) + '"'

    def string(self, text):
        if SAFE.fullmatch(text) and not WORDS.fullmatch(text) and self.chance(2):
            return text
        if not re.search("[\x00-\x1f\x7f-\x9f]", text) and not NOT_RAW.search(text) and self.chance(2):
            return "'" + text.replace("'", "''") + "'"
        return self.double(text)

    def scalar(self, value):
        if isinstance(value, Plain):
            return str(value)
        if value is None:
            return self.random.choice(["null", "~", "Null", "NULL"])
        if isinstance(value, bool):
            return self.random.choice([str(value), str(value).lower(), str(value).upper()])
        return self.string(value)

    def entries(self, value):
        entries = list(value.items())
        self.random.shuffle(entries)
        return entries

    def flow(self, value):
        if isinstance(value, dict):
            return "{" + ", ".join(self.string(key) + ": " + self.flow(item) for key, item in self.entries(value)) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(self.flow(item) for item in value) + "]"
        return self.scalar(value)

    def anchored(self, value):
        """An anchor in front of a value, or an alias for one that was written before."""
        key = repr(value)
        if key in self.anchors and self.chance(2):
            return None, "*" + self.anchors[key]
        if key in self.anchors or not self.chance(4):
            return "", None
        self.anchors[key] = "a%d" % len(self.anchors)
        return "&" + self.anchors[key] + " ", None

    def comment(self):
        return self.random.choice(["", "", "", "  # note: {x"]) + "\n" + ("\n" if self.chance(10) else "")

    def literal(self, text, indent):
        """A block scalar, where a string fits one; None otherwise."""
        fits = re.fullmatch("([A-Za-z\u00e9][^\x00-\x1f\x7f-\x9f]*\n)+", text) and not NOT_RAW.search(text)
        if not fits or self.chance(2):
            return None
        return "|\n" + "".join(" " * indent + line + "\n" for line in text.splitlines())

    def block(self, value, indent):
        """What stands behind a key or a dash, up to the end of its last line."""
        anchor, alias = self.anchored(value) if value and not isinstance(value, (bool, Plain)) else ("", None)
        if alias:
            return " " + alias + self.comment()
        if isinstance(value, str) and not isinstance(value, Plain):
            literal = self.literal(value, indent + 2)
            if literal:
                return " " + anchor + literal
        if not isinstance(value, (dict, list)) or not value or self.chance(3):
            return " " + anchor + self.flow(value) + self.comment()
        return " " * bool(anchor) + anchor.rstrip() + self.comment() + self.lines(value, indent + self.random.randint(1, 4))

    def lines(self, value, indent):
        pad = " " * indent
        if isinstance(value, list):
            return "".join(pad + "-" + self.block(item, indent) for item in value)
        return "".join(pad + self.string(key) + ":" + self.block(item, indent) for key, item in self.entries(value))

    def document(self, value):
        text = self.random.choice(["", "", "---\n", "# a DAG\n", "\ufeff"]) + self.lines(value, 0)
        if self.chance(4):
            text = text.replace("\n", "\r\n")
        return text.encode("utf-8")
