"""Enumerations: words, and numbers that are not known."""
from __future__ import annotations

import copy
import pickle

import pytest
from tracedag import Code, ExecutionStrategy, FlowKind, Limit, Origin, Runtime, Setting, Severity


def test_words() -> None:
    assert str(Runtime.ECS_PLATFORM) == "ecs_platform"
    assert str(ExecutionStrategy.PER_UPDATE) == "PerUpdate"
    assert str(Severity.ERROR) == "error"
    assert str(Origin.BUILT_IN) == "built-in"
    assert str(FlowKind.EXTERNAL) == "external"
    assert str(Code.UNKNOWN_JOB) == "TD402"
    assert str(Limit.INPUT_BYTES) == "input_bytes"
    assert str(Setting.MAX_QUEUE_AGE) == "max_queue_age"


@pytest.mark.parametrize(("spec", "text"), [
    ("", "lambda"), (">8", "  lambda"), ("d<8", "lambdadd"), ("s", "lambda"), (".3s", "lam"),
    ("d", "1"), ("03d", "001"), ("#x", "0x1"), (".1f", "1.0"), ("%", "100.000000%"),
])
def test_formats(spec: str, text: str) -> None:
    assert format(Runtime.LAMBDA, spec) == text


@pytest.mark.parametrize(("kind", "word"), [(Runtime, "99"), (Code, "TD99"),
                                            (Severity, "unknown-99"), (Limit, "unknown_99")])
def test_unknown_numbers_stay(kind: type, word: str) -> None:
    unknown = kind(99)
    assert isinstance(unknown, kind) and unknown == 99 and unknown.value == 99
    assert unknown.name == "UNKNOWN_99" and str(unknown) == word
    assert repr(unknown) == f"<{kind.__name__}.UNKNOWN_99: 99>"
    assert kind(99) == unknown and hash(kind(99)) == hash(unknown) and kind(98) != unknown
    assert list(kind) == [member for member in kind if member != 99]
    assert kind(2**32 - 1).value == 2**32 - 1


@pytest.mark.parametrize("member", [Runtime.LAMBDA, Runtime(99), Code.CYCLE, Code(999)], ids=repr)
def test_copies(member: Runtime) -> None:
    for again in (pickle.loads(pickle.dumps(member)), copy.deepcopy(member)):
        assert again == member and type(again) is type(member) and again.name == member.name


@pytest.mark.parametrize("value", [-1, 2**32, "lambda", None, 1.5])
def test_what_is_no_number_of_an_enumeration(value: object) -> None:
    with pytest.raises(ValueError, match="is not a valid Runtime"):
        Runtime(value)
