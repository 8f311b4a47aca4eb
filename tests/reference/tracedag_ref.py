#!/usr/bin/env python3
"""Reference implementation of the canonical form and the hashes of Trace DAG documents, version 1.

Written from the format specification alone, to check the library against; "section N" below is a section of that
specification. Input is a VALID document: this program raises Bad on what it cannot canonicalize and otherwise trusts
its input (tracedag_guard.py checks validity). Standard library, PyYAML's event parser and the program xxh128sum.

    tracedag_ref.py canonical|resolved|hash|jobs FILE...
"""
import os
import re
import subprocess
import sys
import tempfile

import yaml


class Bad(Exception):
    """The document has no canonical form."""


class Decimal:
    """A float: the exact decimal in its one spelling (section 4, rule 4)."""

    def __init__(self, text):
        self.text = text

    def __eq__(self, other):
        return isinstance(other, Decimal) and self.text == other.text

    def __hash__(self):
        return hash(self.text)


# ---------------------------------------------------------------------------------------------------------------------
# Section 1: bytes to a tree of dict, list, str, int, bool, None and Decimal

INT = re.compile(r"[-+]?[0-9]+")
OCT = re.compile(r"0o[0-7]+")
HEX = re.compile(r"0x[0-9a-fA-F]+")
FLOAT = re.compile(r"([-+]?)(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))(?:[eE]([-+]?[0-9]+))?")
NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def integer(digits, base, sign=""):
    """Section 1: an integer has at most 1,024 digits, counted in the canonical spelling."""
    digits = digits.lstrip("0") or "0"
    # no base has more than 1,134 digits (octal) for these; Python itself refuses to convert very long ones
    if len(digits) > 1200 or len(str(int(digits, base))) > 1024:
        raise Bad("integer of more than 1,024 digits")
    return int(sign + digits, base)


def decimal(match):
    """Section 1 and 4: value = sign x D x 10^E, D without zeros at either end; no binary float anywhere."""
    sign, whole, fraction, bare_fraction, exponent = match.groups()
    fraction = fraction or bare_fraction or ""
    digits = ((whole or "") + fraction).lstrip("0")
    d = digits.rstrip("0")
    if not d:
        return Decimal("0.0")  # the sign of zero is dropped
    if len((exponent or "").lstrip("+-0")) > 20:
        raise Bad("float out of bounds")
    e = int(exponent or "0") - len(fraction) + len(digits) - len(d)
    a = e + len(d) - 1  # exponent of the first significant digit
    if len(d) > 1024 or abs(a) > 9999:
        raise Bad("float out of bounds")
    if not -7 < a < 21:
        text = d[0] + "." + (d[1:] or "0") + "e" + ("+" if a > 0 else "-") + str(abs(a))
    elif e >= 0:
        text = d + "0" * e + ".0"
    elif a >= 0:
        text = d[: a + 1] + "." + d[a + 1 :]
    else:
        text = "0." + "0" * (-a - 1) + d
    return Decimal(("-" if sign == "-" else "") + text)


def plain(text):
    """Section 1: the YAML 1.2 core schema and nothing else; the integer pattern wins over the float one."""
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE"):
        return True
    if text in ("false", "False", "FALSE"):
        return False
    if INT.fullmatch(text):
        return integer(text.lstrip("+-"), 10, "-" if text[0] == "-" else "")
    if OCT.fullmatch(text):
        return integer(text[2:], 8)
    if HEX.fullmatch(text):
        return integer(text[2:], 16)
    match = FLOAT.fullmatch(text)
    if match:
        return decimal(match)
    if NOT_FINITE.fullmatch(text):
        raise Bad("%s has no canonical spelling" % text)
    return text


def string(text):
    """Section 1: no NUL; section 4 has no spelling for half of a surrogate pair."""
    if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise Bad("NUL or surrogate in a string")
    return text


class EventReader:
    """Builds the tree from PyYAML events, so that the style of every scalar is known and aliases become copies."""

    def __init__(self, text):
        self.events = yaml.parse(text, Loader=yaml.SafeLoader)
        self.anchors = {}
        self.expect(yaml.StreamStartEvent)
        self.expect(yaml.DocumentStartEvent)

    def expect(self, kind):
        event = next(self.events)
        if not isinstance(event, kind):
            raise Bad("unexpected %s" % type(event).__name__)
        return event

    def document(self):
        tree = self.node(next(self.events))
        self.expect(yaml.DocumentEndEvent)
        self.expect(yaml.StreamEndEvent)  # exactly one document
        if not isinstance(tree, dict):
            raise Bad("the root is not a mapping")
        return tree

    def node(self, event):
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                raise Bad("alias *%s is not defined here" % event.anchor)
            return self.anchors[event.anchor]  # trees are never changed in place, so sharing is copying
        if event.anchor in self.anchors:
            raise Bad("a second anchor &%s" % event.anchor)
        if event.tag is not None:
            raise Bad("explicit tag")
        if isinstance(event, yaml.ScalarEvent):
            value = plain(event.value) if event.style in (None, "") else string(event.value)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self.sequence()
        else:
            value = self.mapping()
        if event.anchor is not None:
            self.anchors[event.anchor] = value  # only now: an alias inside its own anchor stays undefined
        return value

    def sequence(self):
        items = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event))
        return items

    def mapping(self):
        entries = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent) or event.anchor is not None:
                raise Bad("a key is not a scalar written in place")
            key = self.node(event)
            if not isinstance(key, str) or key == "<<" or key in entries:
                raise Bad("key %r is not a string, is a merge or is a repeat" % (key,))
            if len(key.encode()) > 512 or "\\u" in quote(key).replace("\\\\", ""):
                raise Bad("key %r is too long or holds a character that has to be written as \\u" % key)
            entries[key] = self.node(next(self.events))
        return entries


def read(data):
    text = data.decode("utf-8", "strict")
    if text.startswith("\ufeff"):
        text = text[1:]  # at most one leading BOM
    text = text.replace("\r\n", "\n")
    for raw in "\0\r\x85\u2028\u2029\ufeff":
        if raw in text:
            raise Bad("raw U+%04X" % ord(raw))
    if text.startswith("%") or "\n%" in text:
        raise Bad("directive")
    return EventReader(text).document()


# ---------------------------------------------------------------------------------------------------------------------
# Section 2, Defaults: durations. Section 4, rule 1: one spelling

UNITS = (("d", 86400), ("h", 3600), ("m", 60), ("s", 1))
DURATION = re.compile(r"(?=.)" + "".join("(?:([1-9][0-9]*)%s)?" % unit for unit, _ in UNITS))


def duration(text):
    match = DURATION.fullmatch(text) if isinstance(text, str) else None
    if not match:
        raise Bad("duration %r" % (text,))
    seconds = sum(int(part or 0) * size for part, (_, size) in zip(match.groups(), UNITS))
    if seconds > 366 * 86400:
        raise Bad("duration above 366 days")
    out = ""
    for unit, size in UNITS:
        if seconds >= size:
            out += "%d%s" % (seconds // size, unit)
        seconds %= size
    return out


# ---------------------------------------------------------------------------------------------------------------------
# Section 2, Source: schedules. Section 4, rule 1: one spelling

MONTHS = {name: i + 1 for i, name in enumerate("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split())}
DAYS = "SUN MON TUE WED THU FRI SAT".split()
DAYS_CLASSIC = {name: i for i, name in enumerate(DAYS)}  # five fields: 0 is Sunday
DAYS_AWS = {name: i + 1 for i, name in enumerate(DAYS)}  # cron(): 1 is Sunday


def numbers(item, names):
    """Every name becomes its number, every number loses its leading zeros."""

    def one(match):
        word = match.group()
        if word.isdigit():
            return str(int(word))
        if word.upper() not in names:
            raise Bad("%r in a schedule" % word)
        return str(names[word.upper()])

    return re.sub(r"[A-Za-z]{3}|[0-9]+", one, item)


def weekday(item):
    """Five fields, day of week: 7 is 0, and a range that ends in 7 is the ascending list of its values with 0."""
    match = re.fullmatch(r"([0-7])-7(?:/([1-7]))?", item)
    if match:
        values = range(int(match.group(1)), 8, int(match.group(2) or 1))
        return ",".join(str(value) for value in sorted({value % 7 for value in values}))
    return "0" if item == "7" else item


def field(text, names, last=lambda item: item):
    return ",".join(last(numbers(item, names)) for item in text.split(","))


def schedule(text):
    match = re.fullmatch(r"rate\(([1-9][0-9]*) +(minute|hour|day)(s?)\)", text)
    if match:
        if (match.group(1) == "1") != (match.group(3) == ""):
            raise Bad("singular exactly when N is 1: %r" % text)
        return "rate(%s %s%s)" % match.groups()  # rate(60 minutes) stays unlike rate(1 hour)
    match = re.fullmatch(r"cron\(([^()]*)\)", text)
    fields = re.split(r"[ \t]+", match.group(1) if match else text)
    if len(fields) != (6 if match else 5) or "" in fields:
        raise Bad("schedule %r" % text)
    minute, hour, dom, month, dow = fields[:5]
    no_names = {}
    out = [field(minute, no_names), field(hour, no_names), field(dom, no_names), field(month, MONTHS)]
    if not match:
        return " ".join(out + [field(dow, DAYS_CLASSIC, weekday)])
    return "cron(%s)" % " ".join(out + [field(dow, DAYS_AWS), field(fields[5], no_names)])


# ---------------------------------------------------------------------------------------------------------------------
# Section 4, rules 1 to 3: the tree of the canonical form

TUNING = {  # section 2, Defaults: the built-in defaults, part of version 1
    "heartbeat_timeout_seconds": 60,
    "max_attempts": 3,
    "priority": "normal",
    "max_queue_depth": 1000,
    "max_queue_age": "5m",
    "backpressure_mode": "pause",
}


def canonical_job(job, defaults, write_tuning):
    out = dict(job)
    for name, built_in in TUNING.items():
        value = out.pop(name, defaults.get(name, built_in))  # job over document over built-in
        if name == "max_queue_age":
            value = duration(value)
        if write_tuning or value != built_in:
            out[name] = value
    source = out.get("source")
    if source and "schedule" in source:
        out["source"] = dict(source, schedule=schedule(source["schedule"]))
    if "secrets" in out:
        out["secrets"] = sorted(out["secrets"])  # rule 3
    for name in ("config", "secrets"):  # rule 2: empty is absent
        if name in out and not out[name]:
            del out[name]
    if out.get("bootstrap") == {"reset_outputs": False}:
        del out["bootstrap"]
    if out["activation"] == "source" and out.get("update_strategy") == "replace":
        del out["update_strategy"]
    return out


def canonical_publish(entry):
    out = dict(entry)
    if "write_mode" in out:
        out["storage"] = "postgres"  # rule 2: implied, written out
    if "schema" in out:
        schema = out["schema"] = dict(out["schema"])
        schema["columns"] = [
            {key: value for key, value in column.items() if (key, value) != ("nullable", True)}
            for column in schema["columns"]
        ]
        if schema.get("indexes") == []:
            del schema["indexes"]
    return out


def canonical_tree(data, write_tuning=False):
    document = read(data)
    unknown = set(document) - {"name", "defaults", "jobs", "publish"}
    if unknown:
        raise Bad("unknown fields %s" % sorted(unknown))
    defaults = document.get("defaults", {})
    jobs = [canonical_job(job, defaults, write_tuning) for job in document["jobs"]]
    tree = {"name": document["name"], "jobs": sorted(jobs, key=lambda job: job["name"])}
    if document.get("publish"):
        tree["publish"] = {name: canonical_publish(entry) for name, entry in document["publish"].items()}
    return tree


# ---------------------------------------------------------------------------------------------------------------------
# Section 4, rule 4: one line of JSON

SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
LONG = re.compile("[\x01-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufdd0-\ufdef\ufffe\uffff]")


def quote(text):
    out = "".join(SHORT.get(c, c) for c in text)
    return '"' + LONG.sub(lambda match: "\\u%04x" % ord(match.group()), out) + '"'


def write(value):
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return value.text
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, list):
        return "[" + ",".join(write(item) for item in value) + "]"
    # Python compares strings by code point, which is the order wanted
    return "{" + ",".join(quote(key) + ":" + write(value[key]) for key in sorted(value)) + "}"


def line(value):
    return (write(value) + "\n").encode("utf-8")


def canonical(data):
    """The canonical form: what yaml_hash covers."""
    return line(canonical_tree(data))


def resolved(data):
    """The canonical form with the six tuning fields of every job written out."""
    return line(canonical_tree(data, write_tuning=True))


# ---------------------------------------------------------------------------------------------------------------------
# Section 4, hashes

MATERIALIZATION = (  # section 6
    "activation", "runtime", "operator", "config", "udf", "inputs", "outputs",
    "execution_strategy", "update_strategy", "unique_key",
)


def xxh3_128(blobs):
    """What xxh128sum prints for each of the byte strings, with one call of it."""
    blobs = list(blobs)
    if not blobs:
        return []
    with tempfile.TemporaryDirectory() as folder:
        names = [str(i) for i in range(len(blobs))]
        for name, blob in zip(names, blobs):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(blob)
        done = subprocess.run(["xxh128sum"] + names, cwd=folder, check=True, capture_output=True, text=True)
    sums = [row.split() for row in done.stdout.splitlines()]
    if [name for _, name in sums] != names:
        raise RuntimeError("xxh128sum: unexpected output")
    return [digest for digest, _ in sums]


def yaml_hashes(canonical_forms):
    return ["td1:" + digest for digest in xxh3_128(canonical_forms)]


def job_hashes(data):
    """[(name, job_hash, materialization_hash)] in canonical order."""
    jobs = canonical_tree(data)["jobs"]
    whole = [line(job) for job in jobs]
    part = [line({key: job[key] for key in MATERIALIZATION if key in job}) for job in jobs]
    digests = xxh3_128(whole + part)
    return [
        (job["name"], "tdj1:" + digests[i], "tdm1:" + digests[i + len(jobs)]) for i, job in enumerate(jobs)
    ]


def main(argv):
    if len(argv) < 3 or argv[1] not in ("canonical", "resolved", "hash", "jobs"):
        sys.stderr.write("usage: tracedag_ref.py canonical|resolved|hash|jobs FILE...\n")
        return 2
    documents = []
    for path in argv[2:]:
        with open(path, "rb") as file:
            documents.append(file.read())
    if argv[1] == "hash":
        yaml_hash = yaml_hashes(canonical(data) for data in documents)
        source_hash = xxh3_128(documents)
        for path, one, two in zip(argv[2:], yaml_hash, source_hash):
            print("%s  src1:%s  %s" % (one, two, path))
    elif argv[1] == "jobs":
        for data in documents:
            for row in job_hashes(data):
                print("%s  %s  %s" % (row[1], row[2], row[0]))
    else:
        for data in documents:
            sys.stdout.buffer.write((canonical if argv[1] == "canonical" else resolved)(data))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
