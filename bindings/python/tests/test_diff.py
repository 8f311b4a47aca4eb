"""What changes between two versions, and why their hashes differ."""
from __future__ import annotations

import copy
import json
import pickle
from decimal import Decimal

import pytest
import tracedag
from support import GOOD
from tracedag import Break, ChangeClass, ChangeKind, Diff, Origin, ScopeReason, SubjectKind

CHANGED = (
    GOOD.replace(b"exact: 0.1", b"exact: 0.2")
    .replace(b"max_attempts: 5", b"max_attempts: 6")
    .replace(b"timeout_seconds: 30", b"timeout_seconds: 31")
)
DROPPED = GOOD[: GOOD.index(b"publish:")].replace(b"dataset: packed", b"dataset: other")


@pytest.fixture(scope="module")
def diff() -> Diff:
    return tracedag.diff(GOOD, CHANGED)


def test_changes(diff: Diff) -> None:
    of_pack = [change for change in diff.changes if change.new_name == "pack"]
    assert [change.path for change in of_pack] == [
        "/config/exact", "/max_attempts", "/timeout_seconds"]
    exact, attempts, timeout = of_pack
    assert (exact.kind, exact.change_class) == (
        ChangeKind.CHANGED, ChangeClass.MATERIALIZATION)
    assert (exact.subject, exact.old_name, exact.breaking) == (SubjectKind.JOB, "pack", None)
    assert (exact.old, exact.new) == (Decimal("0.1"), Decimal("0.2"))
    assert (exact.old_json, exact.new_json) == ("0.1", "0.2")
    assert exact.old_place is not None and exact.new_place is not None
    assert GOOD[exact.old_place.byte :].startswith(b"0.1")
    assert CHANGED[exact.new_place.byte :].startswith(b"0.2")
    assert (exact.old_origin, exact.new_origin) == (None, None)
    assert (attempts.old, attempts.new, attempts.change_class) == (5, 6, ChangeClass.TUNING)
    assert (attempts.old_origin, attempts.new_origin) == (Origin.DEFAULTS, Origin.DEFAULTS)
    assert (timeout.old, timeout.new) == (30, 31)


def test_what_one_version_does_not_have() -> None:
    diff = tracedag.diff(GOOD, DROPPED)
    removed = diff.changes[-1]
    assert (removed.kind, removed.subject) == (ChangeKind.REMOVED, SubjectKind.DATASET)
    assert (removed.old_name, removed.new_name, removed.path) == ("packed", None, "")
    assert (removed.new, removed.new_json, removed.new_place) == (None, None, None)
    assert removed.change_class == ChangeClass.PUBLISHING
    assert removed.breaking == Break.DATASET_REMOVED and diff.breaking == (removed,)


def test_scope(diff: Diff) -> None:
    pack, serve = diff.scope
    assert (pack.job, pack.reason, pack.reads) == ("pack", ScopeReason.CHANGED, None)
    assert pack.change is not None and pack.change.path == "/config/exact"
    assert (serve.job, serve.reason) == ("serve", ScopeReason.DOWNSTREAM)
    assert (serve.change, serve.reads) == (None, "pack")


def test_no_change() -> None:
    diff = tracedag.diff(GOOD, b"# the same\n" + GOOD)
    assert (diff.changes, diff.scope, diff.breaking) == ((), (), ())
    assert str(diff) == f"- -> -: no change, both are {tracedag.hash(GOOD)}"
    assert tracedag.first_difference(GOOD, b"# the same\n" + GOOD) is None


def test_render(diff: Diff) -> None:
    text = diff.render(old_file="a.yaml", new_file="b.yaml")
    assert text.startswith("a.yaml -> b.yaml: ") and "job `pack`\n" in text
    assert "\033[" not in text and "\033[" in diff.render(color=True)
    assert str(diff) == diff.render().rstrip("\n")
    records = [json.loads(line) for line in diff.render("json").splitlines()]
    assert [record["type"] for record in records].count("change") == len(diff.changes)
    assert records[-1]["changes"] == len(diff.changes)
    assert "job `pack`" not in diff.render(breaking=True)
    with pytest.raises(ValueError, match="format must be one of text, json, not 'sarif'"):
        diff.render("sarif")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="NUL"):
        diff.render(old_file="a\0")


def test_first_difference() -> None:
    found = tracedag.first_difference(GOOD, CHANGED)
    assert found is not None
    assert found.pointer == "/jobs/0/max_attempts"  # those of `hook`
    assert (found.old_job, found.new_job) == ("hook", "hook")
    assert (found.old, found.new, found.old_json, found.new_json) == (5, 6, "5", "6")
    gone = tracedag.first_difference(GOOD, DROPPED)
    assert gone is not None and gone.old_job == "serve"
    only = tracedag.first_difference(GOOD[: GOOD.index(b"publish:")], GOOD)
    assert only is not None and (only.pointer, only.old_json) == ("/publish", None)
    assert (only.old_job, only.new_job, only.old) == (None, None, None)


def test_dags_and_documents() -> None:
    with tracedag.load(GOOD) as old, tracedag.load(CHANGED) as new:
        diff = tracedag.diff(old, new)
        assert diff.changes == tracedag.diff(old, CHANGED).changes
        assert diff.changes == tracedag.diff(GOOD.decode(), new, jobs=9).changes
        assert tracedag.first_difference(old, new) == tracedag.first_difference(GOOD, CHANGED)
        with pytest.raises(TypeError, match="read already"):
            tracedag.diff(old, new, jobs=9)
    assert diff.render()  # it keeps what it needs
    with pytest.raises(ValueError, match="closed"):
        tracedag.diff(old, GOOD)
    with pytest.raises(tracedag.TraceDagError):
        tracedag.diff(GOOD, b"name: x")
    with pytest.raises(tracedag.TraceDagError):
        tracedag.first_difference(GOOD, CHANGED, jobs=1)


def test_life() -> None:
    with tracedag.diff(GOOD, CHANGED) as diff:
        assert repr(diff) == f"<Diff of {len(diff.changes)} changes>"
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(diff)
    assert diff.closed and diff.changes and diff.scope and "closed" in repr(diff)
    with pytest.raises(ValueError, match="closed"):
        diff.render()
    diff.close()
    assert copy.deepcopy(diff.changes) == diff.changes
    assert pickle.loads(pickle.dumps(diff.scope)) == diff.scope
