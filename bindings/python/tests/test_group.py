"""Many DAGs: groups of reports."""
from __future__ import annotations

import gc
import json
from pathlib import Path

import pytest
import tracedag
from support import CASES
from test_cases import describe

TOGETHER = CASES / "together"
FOLDERS = sorted(TOGETHER.glob("*.dags"))


def joined(findings: tuple[tracedag.Finding, ...]) -> str:
    return "\n".join(map(describe, findings))


def reports_of(folder: Path) -> list[tracedag.Report]:
    return [tracedag.check(file.read_bytes(), file=file.name)
            for file in sorted(folder.glob("*.yaml"))]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.stem)
def test_golden_groups(folder: Path) -> None:
    reports = reports_of(folder)
    with tracedag.check_together(reports) as group:
        found = "\n".join(f"{report.file}\n\n{joined(findings)}"
                          for report, findings in zip(reports, group.findings) if findings)
        assert found == folder.with_suffix(".diag").read_text()
        errors = sum(finding.severity == tracedag.Severity.ERROR
                     for findings in group.findings for finding in findings)
        assert group.errors == errors and group.valid == (errors == 0)
        text = folder.with_suffix(".text")
        if text.exists():
            assert text.read_text().endswith(group.render())


def test_there_are_groups() -> None:
    assert len(FOLDERS) > 10


def test_who_reads_what() -> None:
    group = tracedag.check_together(reports_of(TOGETHER / "back-and-forth-is-no-cycle.dags"))
    prices, rows = group.datasets
    assert (prices.name, rows.name) == ("prices", "rows")
    assert prices.publishers == (tracedag.DatasetUse(1, 0, 13, "price"),)
    assert prices.readers == (tracedag.DatasetUse(0, 0, 16, "load"),)
    assert prices.known == tracedag.Known.PUBLISHED
    assert [json.loads(line)["type"] for line in group.render("json").splitlines()] == [
        "dataset", "dataset", "group"]
    assert str(group) == "together: 2 DAGs, 2 datasets, 0 errors, 0 warnings"
    assert repr(group) == "<Group of 2 documents>"


def test_places_in_other_documents_name_the_file() -> None:
    group = tracedag.check_together(reports_of(TOGETHER / "td902-one-name-twice.dags"))
    (finding,) = group.findings[1]
    assert [(related.file, related.span.start.line) for related in finding.related] == [
        ("a.yaml", 10)]


def test_a_generator_makes_the_reports() -> None:
    folder = TOGETHER / "td903-long-way.dags"

    def one_by_one():  # type: ignore[no-untyped-def]
        for file in sorted(folder.glob("*.yaml")):
            with tracedag.check_file(file) as report:
                yield report

    group = tracedag.check_together(one_by_one())
    gc.collect()
    assert group.errors == 1


def test_a_document_that_was_not_read() -> None:
    reports = reports_of(TOGETHER / "td901-misspelt-dataset.dags")
    assert not tracedag.check_together(reports).valid
    group = tracedag.check_together([*reports, None])
    assert group.valid and not group.all_known and group.findings[-1] == ()
    assert group.warnings == 0


def test_options_that_leave_datasets_to_the_group() -> None:
    options = tracedag.Options(together=True)
    assert repr(options) == "Options(together=True)"
    folder = TOGETHER / "back-and-forth-is-no-cycle.dags"
    reports = [tracedag.check_file(file, options=options) for file in sorted(folder.glob("*.yaml"))]
    assert tracedag.check_together(reports).valid


def test_misuse() -> None:
    with pytest.raises(TypeError, match="Report or None"):
        tracedag.check_together([b"name: a\n"])  # type: ignore[list-item]
    (report, *_) = reports_of(FOLDERS[0])
    report.close()
    with pytest.raises(ValueError, match="closed"):
        tracedag.check_together([report])
    group = tracedag.check_together([])
    with pytest.raises(ValueError, match="format must be one of text, json"):
        group.render("sarif")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="or both"):
        group.render(datasets=False, summary=False)
    with group:
        assert group.datasets == () and group.findings == ()
    assert group.closed and "closed" in repr(group)
    with pytest.raises(ValueError, match="closed"):
        group.render()
