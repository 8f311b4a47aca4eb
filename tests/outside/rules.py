"""Which rules of the format a text breaks, judged by libyaml's tokens and events alone.

The library is not asked. PyYAML hands on what libyaml says, so whatever libyaml lets pass and the
format refuses has to be a rule of `RULES`, found here by its own reading of the text.
"""
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from yaml import events, tokens

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "reference"))
import canonical as reference  # noqa: E402

# What libyaml lets pass and the format does not.
RULES = {
    101: "UTF-8 only",
    102: "no control characters, raw ones, NUL by an escape, nor in keys",
    104: "a scalar goes on to the right of its parent",
    106: "a quote ends before a line that lines up with a block",
    107: "block scalars, marks of keys and anchors are not glued to what follows",
    110: "a key is given once",
    111: "one document",
    112: "a document",
    113: "an alias follows its anchor",
    114: "no alias inside its own anchor",
    115: "no merge key",
    116: "no tag",
    117: "no directive",
    118: "keys are text, written in place",
    119: "lines end with LF or CRLF",
    120: "runs of blanks are bounded",
    121: "an anchor names one value",
    190: "the size is bounded",
    191: "nesting is bounded",
    192: "the number of values is bounded",
    193: "what aliases add is bounded",
    194: "texts, keys and numbers are bounded",
    213: "numbers are finite",
}
# What a text that libyaml refuses breaks: YAML's own grammar.
SYNTAX = {101, 102, 103, 104, 105, 106, 107, 108, 109}
# Where one of these is found, not all others are.
BYTES = {101, 102, 117, 119, 190}
DROPPED = {199}  # some findings are not told
STOPS = BYTES | SYNTAX | DROPPED | {111, 191, 192}
# Told where a value is read, and what is no DAG has many that nobody reads.
VALUES = {110, 194, 213}

SIZE_MOST, RUN_MOST, DEPTH_MOST, NODES_MOST = 1 << 20, 1024, 64, 262_144
SCALAR_MOST, KEY_MOST, CANONICAL_KEY_MOST = 65_536, 512, 1_000
DIGITS_MOST, EXPONENT_MOST = 1_024, 9_999
ALIAS_NODES_MOST, ALIAS_TIMES_MOST, ALIAS_BYTES_FINE = 100_000, 10, 1 << 20

BOM = b"\xef\xbb\xbf"
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")
BREAK = re.compile("\r(?!\n)|[\x85\u2028\u2029]")
DIRECTIVE = re.compile("(?:^|[\r\n])%")
RUN = re.compile("[ \t\r\n]{%d}" % (RUN_MOST + 1))
GLUED = re.compile(r"[|>][-+0-9]*#")
BESIDE_MARK = re.compile(r"[ \t\r\n,:\]}]|$")
BESIDE_ANCHOR = re.compile(r"[:?]")
ENTRY = re.compile(r"[ \t]*(?:-[ \t]|(?:(?![ \t]#).)*:(?:[ \t]|$))")
NUMBERED = re.compile(r"\\u[0-9a-f]{4}")
TAG = re.compile(r"\b(?:while (?:parsing|scanning) a|undefined) tag\b")


class Deep(Exception):
    """Nobody reads on."""


@dataclass
class Verdict:
    refused: bool = False
    """libyaml refuses the text."""
    broken: set = field(default_factory=set)
    """The rules that it breaks, as far as libyaml reads it."""
    stops: set = field(default_factory=set)
    """Lines, from 0, where the text cannot be read on."""


def judge(data):
    """The verdict on a text."""
    verdict = Verdict()
    verdict.broken |= of_bytes(data)
    for rules in (Tokens, Events):
        seen = rules(data)
        try:
            seen.read()
        except Deep:
            pass
        except (yaml.YAMLError, ValueError) as error:  # the latter is PyYAML's, of its strings
            verdict.refused = True
            verdict.stops |= lines_of(error)
            if TAG.search(str(error)):
                verdict.broken.add(116)
        verdict.broken |= seen.broken
        verdict.stops |= seen.stops
    return verdict


def lines_of(error):
    """The lines that libyaml names when it refuses a text."""
    marks = (getattr(error, name, None) for name in ("context_mark", "problem_mark"))
    return {mark.line for mark in marks if mark}


def behind(data, stops):
    """The rules that a text breaks where it is read on behind the lines `stops`: from any line,
    with what stands before or as a text of its own."""
    lines = data.splitlines(keepends=True)
    heads = {b"", *(b"".join(lines[:stop]) for stop in stops)}
    broken = set()
    for first in range(min(stops, default=len(lines)) + 1, len(lines)):
        for head in heads:
            verdict = judge(head + b"".join(lines[first:]))
            broken |= verdict.broken | (SYNTAX if verdict.refused else set())
    return broken


def tree(data):
    """The value of a text that breaks no rule, built from libyaml's events."""
    stream = yaml.CLoader(data)
    stream.get_event()
    stream.get_event()
    return reference.node(stream, {})


def of_bytes(data):
    """What is judged before YAML is read."""
    broken = set()
    if len(data) > SIZE_MOST:
        broken.add(190)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        broken.add(101)
        text = data.decode("utf-8-sig", "replace")
    for rule, pattern in ((102, CONTROL), (119, BREAK), (117, DIRECTIVE), (120, RUN)):
        if pattern.search(text):
            broken.add(rule)
    return broken


class Tokens:
    """Rules about how something is written."""

    def __init__(self, data):
        self.broken = set()
        self.stops = set()
        self.data = data
        self.text = data.decode("utf-8-sig", "replace")
        self.lines = re.split("\r\n|[\n\r\x85\u2028\u2029]", self.text)
        self.columns = [-1]  # of the blocks that are open
        self.brackets = 0  # that are

    def read(self):
        for token in yaml.scan(self.data, Loader=yaml.CLoader):
            self.take(token)

    def take(self, token):
        start = token.start_mark
        if isinstance(token, (tokens.BlockMappingStartToken, tokens.BlockSequenceStartToken)):
            self.columns.append(start.column)
        elif isinstance(token, tokens.BlockEndToken):
            self.columns.pop()
        elif isinstance(token, (tokens.FlowMappingStartToken, tokens.FlowSequenceStartToken)):
            self.brackets += 1
        elif isinstance(token, (tokens.FlowMappingEndToken, tokens.FlowSequenceEndToken)):
            self.brackets -= 1
        elif isinstance(token, tokens.TagToken):
            self.broken.add(116)
        elif isinstance(token, (tokens.KeyToken, tokens.AnchorToken)):
            self.mark(token)
        elif isinstance(token, tokens.ScalarToken) and token.style in ("|", ">"):
            if GLUED.match(self.text, start.index):
                self.broken.add(107)
        elif isinstance(token, tokens.ScalarToken):
            self.scalar(token)

    def mark(self, token):
        """Rules about what follows the `?` of a key in brackets, or an anchor in a block."""
        end = token.end_mark.index
        written = token.start_mark.index < end  # or it is a key that has no mark
        if isinstance(token, tokens.AnchorToken):
            glued = not self.brackets and BESIDE_ANCHOR.match(self.text, end)
        else:
            glued = self.brackets and written and not BESIDE_MARK.match(self.text, end)
        if glued:
            self.broken.add(107)

    def scalar(self, token):
        """Rules about the lines of a text that is no block scalar."""
        first = token.start_mark.line
        for line in self.lines[first + 1:token.end_mark.line + 1]:
            if line.strip(" \t") and indent(line) <= self.columns[-1]:
                if token.style and indent(line, " \t") in self.columns and ENTRY.match(line):
                    self.broken.add(106)
                    self.stops.add(first)
                else:
                    self.broken.add(104)
                return


def indent(line, blanks=" "):
    return len(line) - len(line.lstrip(blanks))


@dataclass(frozen=True)
class Size:
    """What is written and what aliases stand for, in nodes and in bytes of scalars."""
    nodes: int = 0
    bytes: int = 0

    def __add__(self, other):
        return Size(self.nodes + other.nodes, self.bytes + other.bytes)

    def __sub__(self, other):
        return Size(self.nodes - other.nodes, self.bytes - other.bytes)


class Events:
    """Rules about what is written."""

    def __init__(self, data):
        self.broken = set()
        self.stops = set()
        self.data = data
        self.documents = 0
        self.written = self.added = Size()
        self.anchors = {}  # name to the size of the value, None before its end

    def read(self):
        stream = yaml.CLoader(self.data)
        while stream.check_event():
            event = stream.get_event()
            if isinstance(event, events.DocumentStartEvent):
                self.document(stream)
        if not self.documents:
            self.broken.add(112)

    def document(self, stream):
        self.documents += 1
        if self.documents > 1:
            self.broken.add(111)
        empty = stream.check_event(events.ScalarEvent) and is_null(stream.peek_event())
        if empty and self.documents == 1:
            self.broken.add(112)
        self.anchors = {}
        self.value(stream, 0)
        most = max(ALIAS_BYTES_FINE, ALIAS_TIMES_MOST * len(self.data))
        if self.added.nodes > ALIAS_TIMES_MOST * self.written.nodes or self.added.bytes > most:
            self.broken.add(193)

    def value(self, stream, depth):
        """Reads a value; returns its event."""
        event = stream.get_event()
        if isinstance(event, events.AliasEvent):
            self.alias(event.anchor)
            return event
        before = self.written + self.added
        self.written += Size(1, len(getattr(event, "value", "").encode()))
        if self.written.nodes > NODES_MOST:
            self.broken.add(192)
        self.properties(event)
        if isinstance(event, events.ScalarEvent):
            self.scalar(event)
        elif depth >= DEPTH_MOST:
            self.broken.add(191)
            raise Deep
        elif isinstance(event, events.SequenceStartEvent):
            while not stream.check_event(events.SequenceEndEvent):
                self.number(self.value(stream, depth + 1))
            stream.get_event()
        else:
            self.mapping(stream, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = self.written + self.added - before
        return event

    def alias(self, name):
        size = self.anchors.get(name)
        if size:
            self.added += size
        else:
            self.broken.add(114 if name in self.anchors else 113)
        if self.added.nodes > ALIAS_NODES_MOST:
            self.broken.add(193)

    def properties(self, event):
        if event.anchor is not None:
            if event.anchor in self.anchors:
                self.broken.add(121)
            self.anchors[event.anchor] = None

    def scalar(self, event):
        if "\0" in event.value:
            self.broken.add(102)
        if len(event.value.encode()) > SCALAR_MOST:
            self.broken.add(194)
        if RUN.search(event.value):
            self.broken.add(120)

    def number(self, event):
        """Rules about the value of an entry or item."""
        if not is_plain(event):
            return
        if reference.NOT_FINITE.fullmatch(event.value):
            self.broken.add(213)
        elif is_long(reference.plain(event.value)):
            self.broken.add(194)

    def mapping(self, stream, depth):
        keys = set()
        while not stream.check_event(events.MappingEndEvent):
            event = self.value(stream, depth + 1)
            if event.anchor is None and is_text(event):
                self.key(event.value, keys)
            elif not is_tagged(event):  # what a tag would make of it is nobody's business
                self.broken.add(118)
            self.number(self.value(stream, depth + 1))
        stream.get_event()

    def key(self, key, keys):
        spelling = reference.quote(key)[1:-1]
        if len(key.encode()) > KEY_MOST:
            self.broken.add(194)
        elif key == "<<":
            self.broken.add(115)
        elif NUMBERED.search(spelling.replace("\\\\", "")):
            self.broken.add(102)
        elif len(spelling.encode()) > CANONICAL_KEY_MOST:
            self.broken.add(194)
        elif key in keys:
            self.broken.add(110)
        keys.add(key)


def is_long(value):
    """Whether a value is a number that the format does not take."""
    if isinstance(value, reference.Decimal):
        digits = len(value.digits)
        return digits > DIGITS_MOST or abs(value.exponent + digits - 1) > EXPONENT_MOST
    return isinstance(value, int) and abs(value) >= 10 ** DIGITS_MOST


def is_tagged(event):
    return getattr(event, "tag", None) is not None


def is_plain(event):
    """Whether a node is a scalar that says by its look what it is."""
    return isinstance(event, events.ScalarEvent) and not event.style and not is_tagged(event)


def is_null(event):
    return is_plain(event) and event.value in reference.WORDS and \
        reference.WORDS[event.value] is None


def is_text(event):
    """Whether a node is a scalar that reads as text."""
    if not is_plain(event):
        return isinstance(event, events.ScalarEvent)
    if reference.NOT_FINITE.fullmatch(event.value):
        return False
    return isinstance(reference.plain(event.value), str)
