#!/usr/bin/python3
"""The formats of `tracedag validate` tell of the same findings.

    check_formats.py COMMAND CASES

Judges every golden case and compares, finding by finding, SARIF with JSON (code, level, place,
text, pointer, message, help, related places, fingerprint), annotations with JSON (code, level,
place, message, help), and text with JSON (code, level, place, message, and that it leaves out
only what it counts). Lines of SARIF and of annotations exist in the document. Prints each
difference; status 1 if there is any.
"""
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote_to_bytes

COMMAND = str(Path(sys.argv[1]).resolve())
FOLDERS = ("valid", "invalid", "limits")
RANK = {"error": 0, "warning": 1, "note": 2}
COMMAND_LINE = re.compile(
    r"::(?P<level>error|warning|notice) file=(?P<file>[^:,]+),line=(?P<line>\d+),"
    r"endLine=(?P<end_line>\d+)(?:,col=(?P<col>\d+),endColumn=(?P<end_col>\d+))?,"
    r"title=(?P<code>TD\d{3}) (?P<name>[a-z0-9-]+)::(?P<message>.*)")
HEADING = re.compile(r"^(error|warning|note)\[(TD\d{3})\]: (.*)\n +--> (.*):(\d+):(\d+)$", re.M)

faults = []


def expect(same, *words):
    if not same:
        faults.append(" ".join(map(str, words)))


def run(form, *files):
    done = subprocess.run([COMMAND, "validate", "-j8", "--format", form, "--color=never", *files],
                          capture_output=True, timeout=300)
    expect(done.returncode in (0, 1), form, "ends with", done.returncode)
    return (done.stderr if form == "text" else done.stdout).decode()


def text_of(data):
    """Bytes as text, U+FFFD in the place of each that is no UTF-8."""
    return re.sub("[\udc80-\udcff]", "\ufffd", data.decode("utf-8", "surrogateescape"))


def with_help(record):
    return "\n".join([record["message"], *(f"help: {line}" for line in record["help"])])


def place(record, document):
    """Where viewers show a span: (line, column, end line, end column, byte, bytes)."""
    start, end = record["span"]["start"], record["span"]["end"]
    if start["byte"] == len(document) > 0:
        return last_place(document)
    return (start["line"], start["col"], end["line"], end["col"], start["byte"],
            end["byte"] - start["byte"])


def last_place(document):
    """The last character, line breaks at the end aside."""
    body = document.rstrip(b"\r\n")
    shown = text_of(body.removeprefix(b"\xef\xbb\xbf"))
    line, column = shown.count("\n") + 1, len(shown.rpartition("\n")[2])
    size = len(shown[-1:].encode())
    return line, max(column, 1), line, column + 1, len(body) - size, size


# ---- SARIF ----------------------------------------------------------------------------------


def region(found):
    return tuple(found[key] for key in ("startLine", "startColumn", "endLine", "endColumn",
                                        "byteOffset", "byteLength"))


def file_of(location):
    address = location["artifactLocation"]
    expect(address["uriBaseId"] == "%SRCROOT%", "base of", address)
    return unquote_to_bytes(address["uri"]).decode()


def words(message):
    return message["text"].replace("{{", "{").replace("}}", "}")


def compare_result(result, record, rules, document):
    where = record["file"], record["code"]
    location = result["locations"][0]["physicalLocation"]
    expected = place(record, document)
    snippet = text_of(document[expected[4] : expected[4] + expected[5]])
    for what, found, wanted in (
            ("code", result["ruleId"], record["code"]),
            ("rule", rules[result["ruleIndex"]]["id"], record["code"]),
            ("level", result["level"], record["severity"]),
            ("file", file_of(location), record["file"]),
            ("region", region(location["region"]), expected),
            ("snippet", location["region"].get("snippet", {"text": snippet})["text"], snippet),
            ("pointer", result["locations"][0]["logicalLocations"],
             [{"fullyQualifiedName": record["pointer"]}]),
            ("message", words(result["message"]).replace("] (", "]("), with_help(record)),
            ("fingerprint", result["partialFingerprints"],
             {"tracedag/v1": record["fingerprint"]}),
            ("related", [(region(each["physicalLocation"]["region"]), words(each["message"]))
                         for each in result.get("relatedLocations", [])],
             [(place(each, document), each["label"]) for each in record["related"]])):
        expect(found == wanted, "SARIF:", *where, what, found, "is not", wanted)
    if expected[5] <= 1000:
        expect("snippet" in location["region"], "SARIF:", *where, "has no snippet")


def compare_sarif(text, records, documents):
    [log] = json.loads(text)["runs"]
    rules = log["tool"]["driver"]["rules"]
    ids = [rule["id"] for rule in rules]
    expect(ids == sorted({record["code"] for record in records}), "SARIF: rules are", ids)
    expect(len(log["results"]) == len(records), "SARIF:", len(log["results"]), "results")
    for result, record in zip(log["results"], records):
        compare_result(result, record, rules, documents[record["file"]])


# ---- annotations ----------------------------------------------------------------------------


def unescape(text):
    return unquote_to_bytes(text.replace("\ufffd", "%EF%BF%BD")).decode()


def compare_github(text, records, documents, summaries):
    *lines, last = text.splitlines()
    expect(len(lines) == len(records), "annotations:", len(lines))
    for line, record in zip(lines, records):
        found = COMMAND_LINE.fullmatch(line)
        if not found:
            expect(False, "annotations:", line)
            continue
        first, column, end, end_column, *_ = place(record, documents[record["file"]])
        one = first == end
        wanted = {"level": {"note": "notice"}.get(record["severity"], record["severity"]),
                  "file": record["file"], "line": str(first), "end_line": str(end),
                  "col": str(column) if one else None,
                  "end_col": str(end_column) if one else None, "code": record["code"],
                  "name": record["name"], "message": with_help(record)}
        given = {key: value and unescape(value) for key, value in found.groupdict().items()}
        expect(given == wanted, "annotations:", given, "is not", wanted)
    valid = sum(summary["valid"] for summary in summaries)
    counts = {key: sum(summary[key] for summary in summaries)
              for key in ("errors", "warnings", "notes")}
    wanted = [len(summaries), valid, len(summaries) - valid, *counts.values()]
    expect(list(map(int, re.findall(r"\d+", last))) == wanted, "annotations:", last, wanted)


# ---- text -----------------------------------------------------------------------------------


def compare_text(text, records):
    """Of one document."""
    found = [(severity, code, int(line), int(column), message)
             for severity, code, message, _, line, column in HEADING.findall(text)]
    wanted = [(record["severity"], record["code"], record["span"]["start"]["line"],
               record["span"]["start"]["col"], record["message"]) for record in records]
    left_out = sum(map(int, re.findall(r"^\.\.\. (\d+) more ", text, re.M)))
    rest = iter(wanted)
    expect(all(each in rest for each in found), "text:", found, "is not in", wanted)
    expect(len(found) + left_out >= len(wanted), "text:", len(found), "of", len(wanted))


# ---- the cases ------------------------------------------------------------------------------


def check_folder(folder):
    lines = [json.loads(line) for line in run("json", folder).splitlines()]
    summaries = [line for line in lines if line["type"] == "summary"]
    records = [line for line in lines if line["type"] == "diagnostic"]
    documents = {summary["file"]: Path(summary["file"]).read_bytes() for summary in summaries}
    ranked = sorted(records, key=lambda record: RANK[record["severity"]])
    compare_sarif(run("sarif", folder), ranked, documents)
    compare_github(run("github", folder), ranked, documents, summaries)
    text = run("text", folder)
    for name in documents:
        verdict = re.search(rf"^{re.escape(name)}: (?:accepted|rejected), .*\n", text, re.M)
        if not verdict:
            expect(False, "text: no verdict of", name)
            continue
        compare_text(text[: verdict.start()],
                     [record for record in records if record["file"] == name])
        text = text[verdict.end() :]
    expect(re.fullmatch(r"\d+ files: .*\n", text), "text: at the end stands", text)
    return len(documents), len(records)


def main():
    os.chdir(sys.argv[2])
    documents = findings = 0
    for folder in FOLDERS:
        more, found = check_folder(folder)
        documents += more
        findings += found
    print("\n".join(faults[:20] + [f"{documents} documents, {findings} findings in four formats, "
                                   f"{len(faults)} differences"]))
    return 1 if faults or not findings else 0


if __name__ == "__main__":
    sys.exit(main())
