"""How bad findings are, and which are set aside."""
from __future__ import annotations

import pickle

import pytest
import tracedag
from tracedag import Code, Options, Report, Severity, Suppression

# One job that nobody reads (TD803), with a word of YAML 1.1 (TD801).
DOUBTFUL = b"""name: d
jobs:
  - name: a
    activation: source
    runtime: ecs_platform
    operator: op
    outputs: 1
    source: {kind: manual}
    config: {country: no}
"""


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.errors, report.warnings, report.notes, len(report.suppressed)


@pytest.mark.parametrize(("options", "expected"), [
    (Options(), (0, 1, 1, 0)),
    (Options(allow=["TD801"]), (0, 0, 1, 0)),
    (Options(allow=[Code.YAML11_WORD, "unread-job"]), (0, 0, 0, 0)),
    (Options(warn=["TD803"]), (0, 2, 0, 0)),
    (Options(deny=["unread-job"], jobs=5), (1, 1, 0, 0)),
], ids=str)
def test_severities(options: Options, expected: tuple[int, ...]) -> None:
    for given in (options, pickle.loads(pickle.dumps(options))):
        report = tracedag.check(DOUBTFUL, options=given)
        assert counts(report) == expected
        assert report.valid == (expected[0] == 0)


def test_severity_in_force() -> None:
    options = Options(allow=["TD801"], deny=["TD803"])
    assert options.severity("TD801") is None
    assert options.severity(Code.UNREAD_JOB) == Severity.ERROR
    assert options.severity("TD802") == Severity.NOTE
    assert repr(options) == f"Options(deny=({Code.UNREAD_JOB!r},), allow=({Code.YAML11_WORD!r},))"


@pytest.mark.parametrize(("wrong", "error"), [
    ({"warn": ["TD402"]}, ValueError),
    ({"allow": ["TD199"]}, ValueError),
    ({"deny": ["TD999"]}, ValueError),
    ({"deny": "TD803"}, TypeError),
    ({"baseline": "x"}, ValueError),
], ids=str)
def test_wrong_options(wrong: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        Options(**wrong)  # type: ignore[arg-type]


def test_allowed_by_a_comment() -> None:
    document = DOUBTFUL.replace(b"no}", b"no}  # tracedag: allow TD801 -- a country")
    report = tracedag.check(document)
    assert counts(report) == (0, 0, 1, 1)
    finding, = report.suppressed
    assert finding.suppression == Suppression.IN_SOURCE
    assert finding.justification == "a country"
    assert all(f.suppression is None for f in report)


def test_baseline() -> None:
    text = tracedag.check(DOUBTFUL, file="a.yaml").baseline()
    assert [line.split("  ")[1:] for line in text.splitlines()] == [
        ["TD803", "a.yaml"], ["TD801", "a.yaml"]]
    moved = b"# moved\n" + DOUBTFUL
    for options, expected in (
        (Options(baseline=text, baseline_file="a.yaml"), (0, 0, 0, 2)),
        (Options(baseline=text.encode()), (0, 0, 0, 2)),
        (Options(baseline=text, baseline_file="b.yaml"), (0, 1, 1, 0)),
    ):
        report = tracedag.check(moved, options=options)
        assert counts(report) == expected
        assert all(f.suppression == Suppression.BASELINE for f in report.suppressed)
    with pytest.raises(ValueError, match="line break"):
        report.baseline(file="a\nb")
