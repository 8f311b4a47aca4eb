"""Reports and findings as objects."""
from __future__ import annotations

import copy
import dataclasses
import json
import multiprocessing
import pickle
import random
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
import tracedag
from support import BAD, GOOD
from tracedag import Code, Options, Position, Severity, SubjectKind, TraceDagError

TWICE = b"name: a\nname: b\njobs: []\n"


def test_a_finding() -> None:
    (finding,) = tracedag.check(BAD)
    assert finding.code == Code.UNKNOWN_JOB == 402
    assert finding.name == "unknown-job"
    assert finding.severity is Severity.ERROR
    assert finding.message == "job `pack` reads job `tock`, which this DAG does not define"
    assert finding.label == "no job has this name"
    assert finding.pointer == "/jobs/2/inputs/0/from/job"
    assert finding.subject == tracedag.Subject(SubjectKind.JOB, "pack", None)
    assert finding.data["name"] == "tock"
    assert finding.help and all("`" in line for line in finding.help)
    assert len(finding.fingerprint) == 16 and int(finding.fingerprint, 16)
    start = finding.span.start
    assert BAD[start.byte : finding.span.end.byte] == b"tock"
    assert start.line == BAD[: start.byte].count(b"\n") + 1
    assert str(finding) == f"{start.line}:{start.column}: error[TD402]: {finding.message}"


def test_related_places_and_columns() -> None:
    document = "name: a\n# \U0001d11e \u00e4\n\"n\\u0061me\": b\njobs: []\n"
    finding = next(f for f in tracedag.check(document) if f.code == Code.DUPLICATE_KEY)
    (related,) = finding.related
    assert related.label and related.span.start == Position(0, 1, 1, 1)
    report = tracedag.check(document)
    at = document.encode().index("\u00e4".encode())
    assert report.position(at) == Position(at, 2, 5, 6)
    assert report.position(2**63).byte == len(document.encode())
    for byte in (-1, 2**64):
        with pytest.raises(ValueError, match="byte must be"):
            report.position(byte)
    with pytest.raises(TypeError, match="^byte must be an int, not str$"):
        report.position("0")


def test_findings_never_change() -> None:
    (finding,) = tracedag.check(BAD)
    with pytest.raises(dataclasses.FrozenInstanceError):
        finding.message = ""
    (again,) = tracedag.check(BAD)
    assert finding == again and hash(finding) == hash(again)
    assert pickle.loads(pickle.dumps(finding)) == copy.deepcopy(finding) == finding
    (moved,) = tracedag.check(b"# moved\n" + BAD)
    assert moved != finding and moved.fingerprint == finding.fingerprint


def test_reports_go_to_other_processes() -> None:
    report = tracedag.check(BAD, file="a.yaml", findings=7)
    for again in (pickle.loads(pickle.dumps(report)), copy.copy(report), copy.deepcopy(report)):
        assert again is not report
        assert again.findings == report.findings
        assert (again.valid, again.file, str(again)) == (False, "a.yaml", str(report))
    limited = tracedag.check(GOOD, jobs=1)
    assert pickle.loads(pickle.dumps(limited)).findings == limited.findings != ()
    accepted = pickle.loads(pickle.dumps(tracedag.check(GOOD.decode())))
    assert accepted.dag.hash == tracedag.hash(GOOD)
    report.close()
    with pytest.raises(ValueError, match="^this Report is closed$"):
        pickle.dumps(report)


def test_errors_go_to_other_processes(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(BAD)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        for future in (pool.submit(tracedag.load, BAD, file=path),
                       pool.submit(tracedag.load_file, path, options=Options(findings=7))):
            error = future.exception()
            assert isinstance(error, TraceDagError), error
            assert error.report.findings == tracedag.check(BAD).findings
            assert str(error) == str(error.report) and f"--> {path}:" in str(error)
        assert pool.submit(tracedag.check, GOOD).result().valid
        with pytest.raises(TypeError, match="^a Dag cannot be pickled; its document can"):
            pool.submit(tracedag.load, GOOD).result()


def test_a_report_is_a_sequence() -> None:
    report = tracedag.check(TWICE)
    assert len(report) == len(list(report)) == len(report.findings) >= 2
    assert report[0] is report[-len(report)] is list(report)[0]
    assert report[:1] == (report[0],)
    assert report[0] in report and report.index(report[1]) == 1
    assert list(reversed(report))[0] is report[-1]
    assert len(report) == 2
    for index in (2, -3, 2**70):
        with pytest.raises(IndexError, match=f"^this Report has 2 findings, and none at {index}$"):
            report[index]
    assert not tracedag.check(GOOD)


def test_counts() -> None:
    many = b"name: demo\n" + b"".join(b"x%d: 1\n" % i for i in range(50))
    report = tracedag.check(many, findings=5)
    assert len(report) < report.errors
    assert report.errors >= 50 and report.dropped > 0 and report.warnings == 0
    assert report.notes == sum(f.severity == Severity.NOTE for f in report)
    assert tracedag.check(GOOD).errors == 0


def test_renderings() -> None:
    report = tracedag.check(BAD, file="a.yaml")
    text = report.render()
    assert text.startswith("error[TD402]: ") and "\n  --> a.yaml:" in text
    assert text.endswith("\n") and str(report) == text[:-1] and f"{report}" == text[:-1]
    assert report.render("text", file="b.yaml") == text.replace("a.yaml", "b.yaml")
    assert "\x1b[" in report.render(color=True) and "\x1b" not in text
    assert report.render("json", color=True) == report.render("json")
    with pytest.raises(ValueError, match="^format must be one of text, json, sarif, github, not"):
        report.render("xml")
    assert str(tracedag.check(GOOD)).startswith("-: accepted")


def test_renderings_of_several() -> None:
    bad = tracedag.check(BAD, file="a b.yaml")
    good = tracedag.check(GOOD, file=b"\xff.yaml")
    for format in ("text", "json"):
        assert tracedag.render(iter([bad, "gone.yaml", good]), format) == (
            bad.render(format) + good.render(format))
    for format in ("sarif", "github"):
        assert tracedag.render([bad], format) == bad.render(format)
    assert "\x1b[" in tracedag.render([bad], "text", color=True)
    (run,) = json.loads(tracedag.render([good, Path("gone.yaml"), bad, bad]))["runs"]
    assert [result["ruleId"] for result in run["results"]
            if "suppressions" not in result] == ["TD402"] * 2
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "a%20b.yaml", "uriBaseId": "%SRCROOT%"}
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "gone.yaml" in str(invocation["toolExecutionNotifications"])
    *lines, last = tracedag.render([good, b"gone.yaml", bad], "github").splitlines()
    assert [line.partition(",")[0] for line in lines] == ["::error file=a b.yaml"]
    assert last == ("::notice::3 files: 1 accepted, 1 rejected, 1 not judged; "
                    "1 error, 0 warnings, 0 notes")
    assert tracedag.render([], "text") == tracedag.render([], "json") == ""
    assert json.loads(tracedag.render([]))["runs"][0]["results"] == []
    for wrong, error in (([bad, None], TypeError), (["a\0b"], ValueError)):
        with pytest.raises(error):
            tracedag.render(wrong)
    with pytest.raises(ValueError, match="^format must be one of"):
        tracedag.render([bad], "xml")
    bad.close()
    with pytest.raises(ValueError, match="^this Report is closed$"):
        tracedag.render([good, bad])
    assert good.render()


def test_representations() -> None:
    report = tracedag.check(BAD, file="a.yaml")
    assert repr(report) == "<Report of 'a.yaml': rejected>"
    report.close()
    assert repr(report) == "<Report of 'a.yaml': rejected, closed>"
    assert repr(tracedag.check(GOOD)) == "<Report of '-': accepted>"


def test_any_bytes_have_a_report() -> None:
    source = random.Random(1)
    for _ in range(300):
        data = bytearray(GOOD)
        for _ in range(source.randrange(1, 6)):
            at = source.randrange(len(data))
            data[at : at + source.randrange(3)] = source.randbytes(source.randrange(3))
        report = tracedag.check(data)
        assert report.valid == (report.errors == 0) == (report.dag is not None)
        for finding in report:
            assert 0 <= finding.span.start.byte <= finding.span.end.byte <= len(data)
        assert report.render("json").count("\n") == len(report) + 1
