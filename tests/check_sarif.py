#!/usr/bin/python3
"""Logs of `tracedag validate --format sarif` are valid by the published schema of SARIF 2.1.0.

    check_sarif.py COMMAND CASES SCHEMA

Validates a log of each golden case, one of all cases together, logs of odd file names, and one of
files that cannot be read, by the package jsonschema; reads each address back to the name of its
file; and shows, by changing a log in ways that the standard forbids, that the schema would notice.
Status 77 where jsonschema is missing.
"""
import copy
import functools
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote_to_bytes

try:
    from jsonschema import Draft4Validator
except ImportError:
    print("skipped: jsonschema is missing (Debian: python3-jsonschema)")
    sys.exit(77)

COMMAND = str(Path(sys.argv[1]).resolve())
CASES = Path(sys.argv[2]).resolve()
FOLDERS = ("valid", "invalid", "limits")
# RFC 3986: what a relative address may be made of; a colon in its first part would be a scheme.
ADDRESS = re.compile(r"(?:file:///)?(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})*")
BROKEN = b"name: demo\njobs: []\n"
NAMES = (b"plain.yaml", b"a b#c%d?e.yaml", b"c:colon.yaml", b"\xff\xfe.yaml", "größe.yaml".encode(),
         b"line\nfeed\".yaml", b"back\\slash,[x](y).yaml", b"%2e%2e.yaml", b"+&=;@!$'()*.yaml")

with open(sys.argv[3]) as schema_file:
    schema = Draft4Validator(json.load(schema_file))
faults = []


def expect(holds, *words):
    if not holds:
        faults.append(" ".join(map(str, words)))


def log_of(*files):
    done = subprocess.run([COMMAND, "validate", "--format=sarif", *files], timeout=300,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(done.stdout)


def places(log):
    """All physical locations of a log."""
    [run] = log["runs"]
    for holder in run["results"] + run["invocations"][0]["toolExecutionNotifications"]:
        for location in holder.get("locations", []) + holder.get("relatedLocations", []):
            yield location["physicalLocation"]


def check(log, what):
    for fault in list(schema.iter_errors(log))[:3]:
        expect(False, what, "/".join(map(str, fault.absolute_path)), fault.message[:200])
    for place in places(log):
        address = place["artifactLocation"]
        expect(ADDRESS.fullmatch(address["uri"]), what, "has the address", address["uri"])
        expect(address["uri"].startswith("file:") == ("uriBaseId" not in address), what, address)
        expect(all(place.get("region", {}).get(key, 1) >= 1 for key in (
            "startLine", "startColumn", "endLine", "endColumn")), what, place)
    expect(len(log["runs"][0]["results"]) <= 5000, what, "is too long")


def check_cases():
    files = [file for folder in FOLDERS for file in sorted((CASES / folder).glob("*.yaml"))]
    for file in files:
        check(log_of(file), file.name)
    check(log_of(*(CASES / folder for folder in FOLDERS)), "all cases")
    return len(files)


def check_names():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name in NAMES:
            Path(os.fsdecode(name)).write_bytes(BROKEN)
            for given in (name, b"./" + name, os.fsencode(folder) + b"/" + name):
                log = log_of(given)
                check(log, given)
                [place] = places(log)
                found = unquote_to_bytes(place["artifactLocation"]["uri"].removeprefix("file://"))
                expect(found == given.removeprefix(b"./"), given, "is called", found)
        log = log_of("plain.yaml", "gone.yaml", ".")
        check(log, "files that cannot be read")
        expect(log["runs"][0]["invocations"][0]["executionSuccessful"] is False, "gone.yaml")
        os.chdir("/")


def check_the_check():
    """What the standard forbids is a fault, so a log without one says something."""
    log = log_of(CASES / "invalid" / "td402-design-example.yaml")
    result = ("runs", 0, "results", 0)
    region = (*result, "locations", 0, "physicalLocation", "region")
    for path, value in (((*region, "startLine"), 0), ((*region, "startColumn"), 0),
                        (("version",), "2.0.0"), (("runs", 0, "columnKind"), "bytes"),
                        ((*result, "level"), "notice"), ((*result, "unheardOf"), 1),
                        (("runs", 0, "tool", "driver", "rules", 0, "id"), 402)):
        changed = copy.deepcopy(log)
        holder = functools.reduce(lambda value, key: value[key], path[:-1], changed)
        holder[path[-1]] = value
        expect(not schema.is_valid(changed), "the schema takes", path, value)


def main():
    cases = check_cases()
    check_names()
    check_the_check()
    print("\n".join(faults[:20] + [f"{cases} cases and {3 * len(NAMES)} names, "
                                   f"{len(faults)} faults"]))
    return 1 if faults or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
