#!/usr/bin/python3
"""Holds the command against libyaml on inputs that others wrote.

    check_outside.py [--keep DOCUMENTS] COMMAND FOLDER...

Inputs are found below each FOLDER as inputs.py says. Each goes through COMMAND (a built
`tracedag`, best one with sanitizers) as it is. Then each YAML document in it becomes the value of
a job's `config`, in block and in brackets, as written and without its tags, so that what is
accepted goes through all of the library.

- The command ends with 0 or 1 and says nothing on standard error.
- Each finding has a code of tracedag-codes.h and lies in the text, on its line.
- A text that libyaml refuses is rejected for its syntax, or for a rule that it breaks. A finding
  of one that libyaml accepts is about a rule of rules.py that the text breaks, and where reading
  meets no fault of syntax, each such rule has its finding. Behind such a fault a finding is about
  a rule that the text breaks when it is read from a line there.
- The canonical form of an accepted one is that of the values in libyaml's events; where the input
  comes with its value as JSON, `config` is that value.

Prints what was found; status 1 if anything disagrees.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from decimal import Decimal
from pathlib import Path

sys.dont_write_bytecode = True

try:
    import yaml
    yaml.CLoader  # noqa: B018
except (ImportError, AttributeError) as error:
    print(f"skipped: {error}")
    sys.exit(77)

import inputs  # noqa: E402
import rules  # noqa: E402

HEADER = Path(__file__).resolve().parents[2] / "include" / "tracedag" / "tracedag-codes.h"
CODE = re.compile(r'^ +X\(\w+, +(\d+), (\w+), +"([a-z0-9-]+)"', re.M)

MARKER = re.compile(rb"^(?:---|\.\.\.)(?=[ \t\r\n]|$)", re.M)
JOB = b"""name: outside
jobs:
  - name: only
    activation: source
    runtime: dispatcher
    operator: any
    outputs: 1
    source: { kind: manual }
    config:
      value:"""
BLOCK = JOB + b"\n%s"
BRACKETS = JOB + b" [\n%s\n      ]\n"
CANONICAL = (
    '{"jobs":[{"activation":"source","config":%s,"name":"only","operator":"any","outputs":1,'
    '"runtime":"dispatcher","source":{"kind":"manual"}}],"name":"outside"}\n')

# A sanitizer that ends with 1 would look like a rejected document.
ENVIRONMENT = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":exitcode=99"}

# Tests of yaml-test-suite whose JSON is not what libyaml 0.2.5 reads.
EXPLAINED = {
    "JEF9/02": "libyaml ends no line of a block scalar where the text ends in blanks",
    "L24T/01": "libyaml ends no line of a block scalar where the text ends in blanks",
}


class Checker:
    def __init__(self, command, folder):
        self.command = command
        self.folder = folder
        self.codes = {int(number): (severity.lower(), name) for number, severity, name
                      in CODE.findall(HEADER.read_text(encoding="utf-8"))}
        self.count = Counter()
        self.refused = Counter()
        self.explained = set()
        self.faults = 0
        self.written = 0

    def fault(self, name, text, *more):
        self.faults += 1
        print(f"DISAGREES {name}: {text}", *more)

    # ---- one document -----------------------------------------------------------------------

    def run(self, name, word, path):
        """What the command writes to standard output, and its status; nothing if it crashed."""
        done = subprocess.run([self.command, *word.split(), path], capture_output=True,
                              env=ENVIRONMENT)
        sound = done.returncode in (0, 1) and not done.stderr
        if not sound:
            self.fault(name, f"`{word}` ended with {done.returncode}",
                       done.stderr.decode(errors="replace"))
        return done.stdout if sound else b"", done.returncode

    def check(self, name, data):
        """Judges a document; returns its path, the codes of the text's faults, and the verdict."""
        self.written += 1
        path = self.folder / f"{self.written:06} {re.sub(r'[^ -.0-~]', '_', name)}.yaml"
        path.write_bytes(data)
        output, status = self.run(name, "validate --format json", path)
        *findings, summary = [json.loads(line) for line in output.splitlines()] or [{}]
        if summary.get("valid") != (status == 0) or summary.get("errors") == 0 != status:
            self.fault(name, f"status {status}, and the summary {summary}")
        found = {self.finding(name, data, finding) for finding in findings
                 if finding["severity"] == "error" or finding["code"] == "TD199"}
        verdict = rules.judge(data)
        return path, found, verdict

    def finding(self, name, data, finding):
        """The number of a finding's code, once code and place are checked."""
        number = int(finding["code"][2:])
        if (finding["severity"], finding["name"]) != self.codes.get(number):
            self.fault(name, f"a finding without a code: {finding}")
        start, end = finding["span"]["start"], finding["span"]["end"]
        line = data.count(b"\n", 0, start["byte"]) + 1
        if not start["byte"] <= end["byte"] <= len(data) or start["line"] != line:
            self.fault(name, f"a finding outside of the text: {finding}")
        return number

    def compare(self, name, data, found, verdict, broken):
        """Holds the rules that findings name against those that the text breaks."""
        unfounded = found - broken - rules.DROPPED
        if verdict.refused:
            unfounded -= rules.SYNTAX
            if not found:
                self.fault(name, "libyaml refuses it, and no finding says so")
        if unfounded:
            unfounded -= rules.behind(data, verdict.stops)
        if unfounded:
            self.fault(name, f"it does not break {sorted(unfounded)}")
        missed = broken - found
        if missed and not verdict.refused and not found & rules.STOPS:
            self.fault(name, f"no finding says that it breaks {sorted(missed)}")

    # ---- one input --------------------------------------------------------------------------

    def take(self, source):
        """Checks an input, as it is and in every place that it is put."""
        _, found, verdict = self.check(source.name, source.data)
        text = found & (rules.RULES.keys() | rules.SYNTAX)
        self.compare(source.name, source.data, text, verdict,
                     verdict.broken - (rules.VALUES - found))
        self.count["inputs"] += 1
        self.count["accepted by libyaml"] += not verdict.refused
        self.count["sound"] += not text
        accepted = self.count["accepted"]
        for name, document, value in placed(source):
            self.take_placed(name, document, value)
        self.count["accepted as values"] += self.count["accepted"] > accepted

    def take_placed(self, name, data, value):
        """Checks a document with an input as the value of `config`."""
        self.count["documents"] += 1
        path, found, verdict = self.check(name, data)
        self.compare(name, data, found, verdict, verdict.broken)
        if found:
            self.count["rejected"] += 1
            self.refused.update(
                (code, reason(code, verdict))
                for code in found & self.codes.keys() - rules.DROPPED)
            return
        self.count["accepted"] += 1
        if verdict.refused or verdict.broken:
            return  # check() has said so
        output, _ = self.run(name, "canonicalize", path)
        config = rules.tree(data)["jobs"][0]["config"]
        if output != (CANONICAL % rules.reference.write(config)).encode():
            self.fault(name, "libyaml's events have another value:", config, output)
        elif value is not None:
            self.compare_json(name, output, value)

    def compare_json(self, name, output, value):
        """Holds the value that an author gives against that of the canonical form."""
        self.count["compared with JSON"] += 1
        config = json.loads(output, parse_float=Decimal)["jobs"][0]["config"]["value"]
        if same(config, value):
            return
        test = name.split(" ")[0]
        if test in EXPLAINED:
            self.explained.add(test)
        else:
            self.fault(name, f"its author gives {value!r}, the canonical form has {config!r}")


def reason(code, verdict):
    """Why a text is refused with a code."""
    if code in verdict.broken:
        return rules.RULES[code]
    if code in rules.SYNTAX and verdict.refused:
        return "libyaml refuses it"
    return "behind a fault of syntax"


def same(one, other):
    """Whether two values of JSON are the same, `1` and `1.0` among numbers."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return one == other


# ---- inputs as values of `config` -----------------------------------------------------------


def placed(source):
    """Documents with the input as a value: name, bytes, and the value by its author or None."""
    parts = documents(source.data)
    values = decoded(source.json, len(parts))
    for number, (part, value) in enumerate(zip(parts, values)):
        name = f"{source.name} part {number + 1}"
        yield f"{name} in block", BLOCK % indented(part), value
        yield f"{name} in brackets", BRACKETS % indented(part), None
        bare = without_tags(part)
        if bare != part:
            yield f"{name} in block without tags", BLOCK % indented(bare), None
            yield f"{name} in brackets without tags", BRACKETS % indented(bare), None


def documents(data):
    """The YAML documents of a stream, without the marks and directives around them."""
    if data.startswith(rules.BOM):
        data = data[len(rules.BOM):]
    starts = [0, *(mark.end() for mark in MARKER.finditer(data))]
    ends = [*(mark.start() for mark in MARKER.finditer(data)), len(data)]
    parts = [data[start:end] for start, end in zip(starts, ends)]
    return [part for part in parts if any(map(is_text, part.splitlines()))] or [data]


def is_text(line):
    line = line.strip()
    return line and not line.startswith((b"#", b"%"))


def indented(data):
    return b"\n".join(b"        " + line if line.strip(b"\r") else line
                      for line in data.split(b"\n"))


def without_tags(data):
    """A text whose tags are blank, as far as libyaml can read it."""
    text = data.decode("utf-8", "surrogateescape")
    tags = []
    try:
        for token in yaml.scan(data, Loader=yaml.CLoader):
            if isinstance(token, yaml.TagToken):
                tags.append((token.start_mark.index, token.end_mark.index))
    except (yaml.YAMLError, ValueError):
        pass
    for start, end in tags:
        text = text[:start] + " " * (end - start) + text[end:]
    return text.encode("utf-8", "surrogateescape")


def decoded(text, count):
    """The values of an input by its author; None where they are not one for each document."""
    values, decoder, text = [], json.JSONDecoder(parse_float=Decimal), (text or "").strip()
    while text:
        value, end = decoder.raw_decode(text)
        values.append(value)
        text = text[end:].strip()
    return values if len(values) == count else [None] * count


# ---- the whole ------------------------------------------------------------------------------


def summarize(checker):
    count, refused = checker.count, checker.refused
    print(f"{count['inputs']} inputs: {count['accepted by libyaml']} are YAML to libyaml,"
          f" {count['sound']} break no rule about texts, {count['accepted as values']} are accepted"
          " as values")
    print(f"{count['documents']} documents with one as a value: {count['accepted']} accepted"
          f" ({count['compared with JSON']} compared with JSON), {count['rejected']} rejected")
    for (code, rule), times in sorted(refused.items()):
        print(f"  TD{code} {checker.codes[code][1]}: {times} ({rule})")
    for name in sorted(checker.explained):
        print(f"  {name} differs from its JSON: {EXPLAINED[name]}")
    print(f"{checker.faults} disagree")


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].strip())
    parser.add_argument("--keep")
    parser.add_argument("command", type=Path)
    parser.add_argument("folders", nargs="+", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        kept = Path(arguments.keep or scratch)
        kept.mkdir(parents=True, exist_ok=True)
        checker = Checker(arguments.command.resolve(), kept)
        for folder in arguments.folders:
            for source in inputs.find(folder):
                checker.take(source)
    summarize(checker)
    if not checker.count["inputs"]:
        print("there is no input here")
    return 0 if checker.count["inputs"] and not checker.faults else 1


if __name__ == "__main__":
    sys.exit(main())
