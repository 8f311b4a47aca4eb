"""Fixes that are applied."""
from __future__ import annotations

import pytest
import tracedag
from support import BAD, CASES, GOOD
from tracedag import Code, Position, Safety

BROKEN = GOOD.replace(b"rate(1 day)", b"rate(1 days)")


def test_a_safe_fix() -> None:
    fixed = tracedag.fix(BROKEN, file="a.yaml")
    assert fixed.text == GOOD
    (applied,) = fixed.applied
    at = BROKEN.index(b"days")
    line = BROKEN[:at].count(b"\n") + 1
    column = at - BROKEN.rindex(b"\n", 0, at)
    start = Position(at - len("rate(1 "), line, column - 7, column - 7)
    assert (applied.code, applied.safety, applied.start, applied.title) == (
        Code.RATE_UNIT, Safety.SAFE, start, "write `day`")
    assert fixed.report.valid and fixed.report.dag is not None
    assert fixed.report.file == "a.yaml"


def test_unsafe_fixes_are_asked_for() -> None:
    left = tracedag.fix(BAD)
    assert left.text == BAD and not left.applied and not left.report.valid
    fixed = tracedag.fix(BAD.decode(), unsafe=True)
    assert fixed.text == BAD.replace(b"job: tock", b"job: hook") or fixed.report.valid
    assert [fix.safety for fix in fixed.applied] == [Safety.UNSAFE]


def test_a_document_without_fixes_stays() -> None:
    assert tracedag.fix(GOOD).text == GOOD
    assert tracedag.fix(b"\xff").text == b"\xff"
    large = tracedag.fix(GOOD.decode(), input_bytes=10)
    assert large.text == GOOD and not large.applied


def test_no_memory() -> None:
    with pytest.raises(MemoryError):
        tracedag.fix(BROKEN, heap_bytes=100)


def test_fixes_of_all_cases() -> None:
    done = 0
    for path in sorted((CASES / "invalid").glob("*.yaml")):
        text = path.read_bytes()
        fixed = tracedag.fix(text, unsafe=True)
        assert (fixed.text == text) == (not fixed.applied), path.name
        before = tracedag.check(text)
        errors = [of for of in fixed.applied
                  if tracedag.code_page(of.code).severity == tracedag.Severity.ERROR]
        assert fixed.report.errors <= before.errors - len(errors), path.name
        assert not tracedag.fix(fixed.text, unsafe=True).applied, path.name
        done += len(fixed.applied)
    assert done > 150
