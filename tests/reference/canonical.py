#!/usr/bin/python3
"""Canonical form, resolved form and hashes of a Trace DAG document.

A reference implementation written from tracedag-canonical(7) alone, independent of the library.
The input is a valid document: what is an error by tracedag(5) is found only where it is in the way.

    canonical.py canonical|resolved|hash|jobs FILE...
"""

import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from yaml import YAMLError, events
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner
from yaml.tokens import ScalarToken


class Bad(Exception):
    """The document has no canonical form."""


# READING: Bytes

# YAML 1.1 takes some of these for line breaks and refuses others; to YAML 1.2 they are characters
# like any. They go through PyYAML as surrogates, which no UTF-8 has.
VEILED = [*range(0x7F, 0xA0), 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF]
VEIL = {code: 0xD800 + place for place, code in enumerate(VEILED)}
UNVEIL = {surrogate: code for code, surrogate in VEIL.items()}


def decode(data):
    """The text of a document, without byte order mark, its lines ended by LF."""
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise Bad(error) from error
    if re.search(r"[\x00-\x08\x0b-\x1f]", text):
        raise Bad("a raw CR or control character")
    return text


# READING: Nodes


def plain_line(unsafe):
    """The pattern of one line of a plain scalar, whose words the unsafe characters end."""
    word = rf"(?!#)(?:[^{unsafe}:]|:(?![{unsafe}]))+"
    return re.compile(rf"{word}(?:[ \t]+{word})*")


BLOCK_LINE, FLOW_LINE = plain_line(r"\0 \t\n"), plain_line(r"\0 \t\n,\[\]{}")
FOLD = re.compile(r"[ \t]*(\n[ \t\n]*)")
HEADER = re.compile(r"([-+]?)([1-9]?)([-+]?)[ \t]*")
ANCHOR = re.compile(r"[^\0 \t\n,\[\]{}]+")


class Events(Reader, Scanner, Parser):
    """The events of YAML 1.2, where PyYAML, a reader of YAML 1.1, does otherwise."""

    def __init__(self, text):
        Reader.__init__(self, text.translate(VEIL))
        Scanner.__init__(self)
        Parser.__init__(self)

    def check_printable(self, data):
        """Let the veiled characters pass."""

    def scan_to_next_token(self):
        """Skip tabs like spaces."""
        super().scan_to_next_token()
        while self.peek() == "\t":
            self.forward()
            super().scan_to_next_token()

    def scan_block_scalar_indicators(self, start_mark):
        """The header of a block scalar, with tabs behind it."""
        header = HEADER.match(self.buffer, self.pointer)
        self.forward(header.end() - self.pointer)
        chomping = {"+": True, "-": False}.get(header[1] or header[3])
        return chomping, int(header[2]) if header[2] else None

    def scan_anchor(self, TokenClass):
        """An anchor or an alias, whose name ends at a blank or a flow indicator only."""
        start, name = self.get_mark(), ANCHOR.match(self.buffer, self.pointer + 1)
        self.forward(name.end() - self.pointer)
        return TokenClass(name[0], start, self.get_mark())

    def save_possible_simple_key(self):
        """No list or map is a key; as a possible one it would be held back until its end."""
        if self.peek() not in "[{":
            super().save_possible_simple_key()

    def stale_possible_simple_keys(self):
        """A key in braces may be long or have several lines."""
        if not self.flow_level:
            super().stale_possible_simple_keys()

    def ends_word(self, char):
        return char in ("\0 \t\n,[]{}" if self.flow_level else "\0 \t\n")

    def check_key(self):
        return self.ends_word(self.peek(1))

    def check_value(self):
        """Whether the colon here is a mark: it is behind a quoted key in braces in any case."""
        last = self.tokens[-1] if self.flow_level and self.tokens else None
        quoted = isinstance(last, ScalarToken) and not last.plain
        return quoted or self.ends_word(self.peek(1))

    def check_plain(self):
        if self.peek() in "-?:":
            return not self.ends_word(self.peek(1))
        return self.peek() not in "\0 \t\n,[]{}#&*!|>'\"%@`"

    def scan_plain(self):
        """A plain scalar, its lines folded, tabs and question marks in it kept."""
        pattern = FLOW_LINE if self.flow_level else BLOCK_LINE
        start, text = self.get_mark(), ""
        found = pattern.match(self.buffer, self.pointer)
        while found:
            text += found[0]
            self.forward(found.end() - self.pointer)
            found, fold = None, FOLD.match(self.buffer, self.pointer)
            if fold and (self.flow_level or len(fold[1].split("\n")[-1]) > self.indent):
                found = pattern.match(self.buffer, fold.end())
            if found:
                text += "\n" * (fold[1].count("\n") - 1) or " "
        return ScalarToken(text, True, start, self.get_mark())


def read(data):
    """The tree of a document as dict, list, str, int, bool, None and Decimal."""
    stream = Events(decode(data))
    try:
        stream.get_event()
        start = stream.get_event()
        if not isinstance(start, events.DocumentStartEvent) or start.version or start.tags:
            raise Bad("no document, or a directive")
        tree = node(stream, {})
        stream.get_event()
        if not stream.check_event(events.StreamEndEvent):
            raise Bad("more than one document")
    except YAMLError as error:
        raise Bad(error) from error
    return tree


def node(stream, anchors):
    """The value of the next node; anchors has the values of those before it."""
    event = stream.get_event()
    if isinstance(event, events.AliasEvent):
        if event.anchor not in anchors:
            raise Bad(f"no anchor {event.anchor}")
        return anchors[event.anchor]
    if event.tag is not None:
        raise Bad(f"a tag {event.tag}")
    if isinstance(event, events.ScalarEvent):
        text = event.value.translate(UNVEIL)
        value = text if event.style else plain(text)
    elif isinstance(event, events.SequenceStartEvent):
        value = list(nodes(stream, anchors, events.SequenceEndEvent))
    else:
        value = mapping(nodes(stream, anchors, events.MappingEndEvent))
    if event.anchor is not None:
        anchors[event.anchor] = value
    return value


def nodes(stream, anchors, end):
    """The nodes of a list or a map up to its end."""
    while not stream.check_event(end):
        yield node(stream, anchors)
    stream.get_event()


def mapping(inner):
    """The map of nodes that are key and value by turns."""
    result = {}
    for key in inner:
        if not isinstance(key, str) or key in result:
            raise Bad(f"a key repeated or not a string: {key!r}")
        result[key] = next(inner)
    return result


# READING: Plain scalars

WORDS = dict.fromkeys(["null", "Null", "NULL", "~", ""])
WORDS |= dict.fromkeys(["true", "True", "TRUE"], True)
WORDS |= dict.fromkeys(["false", "False", "FALSE"], False)
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")


def plain(text):
    """The value of a plain scalar."""
    if text in WORDS:
        return WORDS[text]
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return integer(text)
    if re.fullmatch(r"0o[0-7]+|0x[0-9a-fA-F]+", text):
        return int(text, 0)
    if FLOAT.fullmatch(text):
        return Decimal.parse(text)
    if NOT_FINITE.fullmatch(text):
        raise Bad(f"a float without a value: {text}")
    return text


def integer(text):
    """A decimal integer. The digits int() takes are limited, leading zeros included."""
    return int(LEADING_ZEROS.sub("", text))


@dataclass(frozen=True)
class Decimal:
    """A float, exactly: digits times 10 to the power exponent; zero has no digits."""

    sign: str
    digits: str
    exponent: int

    @classmethod
    def parse(cls, text):
        """Steps 1 to 3 of WRITING, Floats."""
        mantissa, _, power = text.lstrip("-+").lower().partition("e")
        whole, _, fraction = mantissa.partition(".")
        digits = (whole + fraction).lstrip("0")
        if not digits:
            return cls("", "", 0)
        short = digits.rstrip("0")
        exponent = integer(power or "0") - len(fraction) + len(digits) - len(short)
        return cls("-" if text.startswith("-") else "", short, exponent)

    def __str__(self):
        """Steps 4 to 7 of WRITING, Floats."""
        digits, first = self.digits, self.exponent + len(self.digits) - 1
        if not digits:
            return "0.0"
        if not -7 < first < 21:
            return f"{self.sign}{digits[0]}.{digits[1:] or '0'}e{first:+d}"
        if self.exponent >= 0:
            return f"{self.sign}{digits}{'0' * self.exponent}.0"
        if first >= 0:
            return f"{self.sign}{digits[:first + 1]}.{digits[first + 1:]}"
        return f"{self.sign}0.{'0' * (-first - 1)}{digits}"


# THE CANONICAL TREE


def fields(names, **shapes):
    """The shape of a map: that of each of its fields, None for one taken as it is."""
    return dict.fromkeys(names.split()) | shapes


TUNING = {
    "backpressure_mode": "pause",
    "heartbeat_timeout_seconds": 60,
    "max_attempts": 3,
    "max_queue_age": "5m",
    "max_queue_depth": 1000,
    "priority": "normal",
}
JOB = fields(
    "activation config execution_strategy name operator outputs runtime secrets timeout_seconds"
    " unique_key update_strategy",
    **dict.fromkeys(TUNING),
    bootstrap=fields("reset_outputs"),
    inputs=[fields("where", **{"from": fields("dataset job output")})],
    source=fields("kind schedule webhook_path"),
    udf=fields("bundle_id entrypoint"),
)
SCHEMA = fields("indexes unique", columns=[fields("name nullable type")])
ENTRY = fields("storage write_mode", schema=SCHEMA, **{"from": fields("job output")})
DOCUMENT = fields("name publish", jobs=[JOB], defaults=dict.fromkeys(TUNING))


def shaped(value, shape):
    """A copy of a value, down to what its shape takes as it is."""
    if isinstance(shape, list):
        return [shaped(each, shape[0]) for each in value]
    if shape is None:
        return value
    if not isinstance(value, dict) or not value.keys() <= shape.keys():
        raise Bad(f"not a map of {', '.join(sorted(shape))}: {value!r}")
    return {key: shaped(value[key], shape[key]) for key in value}


def omit(value, field, default):
    """Leave a field out of a map if it has its default."""
    if field in value and value[field] == default:
        del value[field]


def canonical_tree(data, resolved=False):
    """The canonical tree of a document, or that of its resolved form."""
    tree = shaped(read(data), DOCUMENT)
    defaults = TUNING | tree.pop("defaults", {})
    jobs = [canonical_job(defaults | job, resolved) for job in tree["jobs"]]
    tree["jobs"] = sorted(jobs, key=lambda job: job["name"])
    tree["publish"] = {name: canonical_entry(e) for name, e in tree.get("publish", {}).items()}
    omit(tree, "publish", {})
    return tree


def canonical_job(job, resolved):
    """A job that has its tuning from the defaults already."""
    job["max_queue_age"] = duration(job["max_queue_age"])
    if "schedule" in job.get("source", {}):
        job["source"]["schedule"] = schedule(job["source"]["schedule"])
    job["secrets"] = sorted(job.get("secrets", []))
    omit(job.get("bootstrap", {}), "reset_outputs", False)
    if job["activation"] == "source":
        omit(job, "update_strategy", "replace")
    defaults = {"bootstrap": {}, "config": {}, "secrets": []} | ({} if resolved else TUNING)
    for field, default in defaults.items():
        omit(job, field, default)
    return job


def canonical_entry(given):
    """A publish entry."""
    entry = shaped(given, ENTRY)
    if "write_mode" in entry:
        entry.setdefault("storage", "postgres")
    schema = entry.get("schema", {"columns": []})
    omit(schema, "indexes", [])
    for column in schema["columns"]:
        omit(column, "nullable", True)
    return entry


# DURATIONS

UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
DURATION = re.compile("".join(f"([1-9][0-9]*{unit})?" for unit in UNITS))


def duration(text):
    """The one spelling of a duration."""
    if not text or not DURATION.fullmatch(text):
        raise Bad(f"no duration: {text}")
    seconds = sum(int(part[:-1]) * UNITS[part[-1]] for part in re.findall("[0-9]+.", text))
    written = ""
    for unit, size in UNITS.items():
        count, seconds = divmod(seconds, size)
        written += f"{count}{unit}" if count else ""
    return written


# SCHEDULES

MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
WEEKDAYS = "SUN MON TUE WED THU FRI SAT".split()


def schedule(text):
    """The one spelling of a schedule."""
    if text.startswith("rate("):
        return re.sub(" +", " ", text)
    if text.startswith("cron("):
        return f"cron({cron(text[5:-1], sunday=1)})"
    return cron(text, sunday=0)


def cron(text, sunday):
    """The fields of either form of cron, which differ in the number of Sunday."""
    written = re.split("[ \t]+", LEADING_ZEROS.sub("", text))
    for place, names, first in (3, MONTHS, 1), (4, WEEKDAYS, sunday):
        number = {name: str(value) for value, name in enumerate(names, first)}
        written[place] = re.sub("[A-Za-z]{3}", lambda m: number[m[0].upper()], written[place])
    if sunday == 0:
        written[4] = ",".join(map(without_7, written[4].split(",")))
    return " ".join(written)


def without_7(item):
    """A weekday of five fields, in which 7 is Sunday too."""
    span = re.fullmatch("([0-7])-7(?:/([0-9]+))?", item)
    if not span:
        return "0" if item == "7" else item
    days = range(int(span[1]), 8, int(span[2] or 1))
    return ",".join(map(str, sorted({day % 7 for day in days})))


# WRITING

ESCAPES = dict(zip('"\\\b\t\n\f\r', '"\\btnfr'))
ESCAPED = re.compile(r'["\\\x01-\x1f\x7f-\x9f\u2028\u2029\ufdd0-\ufdef\ufeff\ufffe\uffff]')


def write(value):
    """The JSON text of a value."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{quote(key)}:{write(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(write, value)) + "]"
    if isinstance(value, str):
        return quote(value)
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def quote(text):
    """A string between double quotes."""
    return '"' + ESCAPED.sub(lambda m: "\\" + ESCAPES.get(m[0], f"u{ord(m[0]):04x}"), text) + '"'


def line(value):
    """The bytes of a value, with the LF at their end."""
    return (write(value) + "\n").encode()


def canonical(data):
    """The canonical form of a document."""
    return line(canonical_tree(data))


def resolved(data):
    """The resolved form of a document."""
    return line(canonical_tree(data, resolved=True))


# HASHES

MATERIAL = """activation config execution_strategy inputs operator outputs runtime udf unique_key
update_strategy""".split()


def job_bytes(data):
    """The name of each job, the bytes of its job_hash and those of its materialization_hash."""
    return [
        (job["name"], line(job), line({key: job[key] for key in MATERIAL if key in job}))
        for job in canonical_tree(data)["jobs"]
    ]


def digests(blobs):
    """The digits of the hash of each blob."""
    if not blobs:
        return []
    with tempfile.TemporaryDirectory() as folder:
        for place, blob in enumerate(blobs):
            Path(folder, str(place)).write_bytes(blob)
        command = ["xxh128sum", *map(str, range(len(blobs)))]
        output = subprocess.run(command, cwd=folder, check=True, capture_output=True).stdout
    return [row.split()[0] for row in output.decode().splitlines()]


def hash_rows(command, name, data):
    """The label of each line of hashes, and the bytes behind its hashes by their prefixes."""
    if command == "hash":
        return [(name, {"td1:": canonical(data), "src1:": data})]
    jobs = job_bytes(data)
    return [(f"{name}#{job}", {"tdj1:": full, "tdm1:": part}) for job, full, part in jobs]


def main(command, *names):
    """Run one command over files."""
    files = [(name, Path(name).read_bytes()) for name in names]
    if command in ("canonical", "resolved"):
        form = canonical if command == "canonical" else resolved
        sys.stdout.buffer.writelines(form(data) for _, data in files)
        return
    rows = [row for name, data in files for row in hash_rows(command, name, data)]
    digits = iter(digests([blob for _, blobs in rows for blob in blobs.values()]))
    for label, blobs in rows:
        print(*(prefix + next(digits) for prefix in blobs), label)


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in ("canonical", "resolved", "hash", "jobs"):
        sys.exit(__doc__.strip())
    try:
        main(*sys.argv[1:])
    except Bad as bad:
        sys.exit(f"{sys.argv[0]}: {bad}")
