"""The golden cases that the C tests have: the same findings, bytes and hashes."""
from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path

import pytest
import tracedag
from support import CASES, TOP
from tracedag import Finding, Fix, Position, Span, SubjectKind


def documents(*kinds: str) -> list[object]:
    found = [file for kind in kinds for file in sorted((CASES / kind).glob("*.yaml"))]
    assert found
    return [pytest.param(file, id=f"{file.parent.name}/{file.stem}") for file in found]


def folders(kind: str) -> list[object]:
    found = sorted(folder for folder in (CASES / kind).iterdir() if folder.is_dir())
    assert found
    return [pytest.param(folder, id=folder.name) for folder in found]


def hash_vectors() -> dict[str, list[tuple[str, str]]]:
    """By document: a job or `-`, and one of its hashes."""
    vectors: dict[str, list[tuple[str, str]]] = {}
    for line in (TOP / "tests" / "reference" / "hash-vectors.txt").read_text().splitlines():
        document, job, digits = line.split()
        vectors.setdefault(document, []).append((job, digits))
    return vectors


VECTORS = hash_vectors()

# ---- findings as .diag files write them -----------------------------------------------------


def place(position: Position) -> str:
    return f"{position.line}:{position.column}"


def stretch(span: Span) -> str:
    return f"{place(span.start)}-{place(span.end)}"


def pointer(finding: Finding) -> str:
    controls = re.compile("[\x00-\x1f\x7f]")
    return controls.sub(lambda m: f"\\u{{{ord(m[0]):04X}}}", finding.pointer) or '""'


def subject(finding: Finding) -> str:
    of = finding.subject
    if of.kind == SubjectKind.DAG:
        return ""
    return f"{of.kind} {of.name}" + ("" if of.index is None else f"[{of.index}]")


def data(finding: Finding) -> str:
    if not finding.data:
        return ""
    return json.dumps(finding.data, separators=(",", ":"), ensure_ascii=False)


def change(fix: Fix) -> str:
    edits = "".join(f" {edit.start}-{edit.end} {json.dumps(edit.text, ensure_ascii=False)}"
                    for edit in fix.edits)
    return f"{fix.safety}:{edits}: {fix.title}"


def describe(finding: Finding) -> str:
    head = " ".join([str(finding.severity), str(finding.code), finding.name,
                     stretch(finding.span), pointer(finding)])
    lines = [
        ("message", finding.message),
        ("label", finding.label),
        *(("related", f"{r.file} {stretch(r.span)} {r.label}".lstrip()) for r in finding.related),
        *(("help", line) for line in finding.help),
        *(("fix", change(fix)) for fix in finding.fixes),
        ("subject", subject(finding)),
        ("data", data(finding)),
    ]
    return "\n".join([head, *(f"  {key}: {value}" for key, value in lines if value)]) + "\n"


@pytest.mark.parametrize("file", documents("invalid", "limits", "warned"))
def test_findings(file: Path) -> None:
    report = tracedag.check(file.read_bytes(), file="dag.yaml")
    assert report.valid == (report.dag is not None) == (file.parent.name == "warned")
    assert "\n".join(map(describe, report)).encode() == file.with_suffix(".diag").read_bytes()
    for ending, format in ((".text", "text"), (".json", "json"), (".sarif", "sarif"),
                           (".github", "github")):
        golden = file.with_suffix(ending)
        if golden.exists():
            assert report.render(format).encode() == golden.read_bytes()
    check_json(report)


def check_json(report: tracedag.Report) -> None:
    """The JSON records say what the objects say."""
    *records, summary = map(json.loads, report.render("json").splitlines())
    assert len(records) == len(report)
    for finding, record in zip(report, records):
        span = record["span"]
        assert record["code"] == str(finding.code)
        assert record["fingerprint"] == finding.fingerprint
        assert record["data"] == finding.data
        assert record["fixes"] == [
            {"title": fix.title, "safety": str(fix.safety), "edits": list(map(asdict, fix.edits))}
            for fix in finding.fixes]
        for position, expected in ((finding.span.start, span["start"]),
                                   (finding.span.end, span["end"])):
            assert (position.byte, position.line, position.column, position.utf16) == (
                expected["byte"], expected["line"], expected["col"], expected["utf16"])
            assert report.position(position.byte) == position
    assert (summary["errors"], summary["warnings"], summary["notes"], summary["dropped"]) == (
        report.errors, report.warnings, report.notes, report.dropped)


# ---- accepted documents ---------------------------------------------------------------------


@pytest.mark.parametrize("file", documents("valid"))
def test_accepted(file: Path) -> None:
    document = file.read_bytes()
    dag = tracedag.load(document)
    canonical = file.with_suffix(".canon").read_bytes()
    assert dag.dumps() == canonical
    assert dag.hash + "\n" == file.with_suffix(".hash").read_text()
    if file.with_suffix(".resolved").exists():
        assert dag.dumps(form="resolved") == file.with_suffix(".resolved").read_bytes()
    for form, syntax in (("canonical", "json"), ("canonical", "yaml"), ("resolved", "json"),
                         ("resolved", "yaml"), ("origins", "yaml")):
        again = dag.dumps(form=form, syntax=syntax)
        assert tracedag.dumps(again) == canonical, (form, syntax)
        assert tracedag.hash(again) == dag.hash
    found = [("-", tracedag.source_hash(document))]
    for name, hashes in dag.job_hashes.items():
        found += [(name, hashes.job), (name, hashes.materialization)]
    assert found == VECTORS[file.stem]


# ---- documents that hash alike, and documents that do not -----------------------------------


@pytest.mark.parametrize("folder", folders("same"))
def test_same(folder: Path) -> None:
    hashes = [tracedag.hash(file.read_bytes()) for file in folder.glob("*.yaml")]
    assert len(hashes) >= 2 and len(set(hashes)) == 1


@pytest.mark.parametrize("folder", folders("differ"))
def test_differ(folder: Path) -> None:
    hashes = [tracedag.hash(file.read_bytes()) for file in folder.glob("*.yaml")]
    assert len(set(hashes)) == len(hashes) >= 2
