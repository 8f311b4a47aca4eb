"""The functions of the module: sources, limits, files, and what misuse raises."""
from __future__ import annotations

import array
import builtins
import errno
import json
import mmap
import pickle
import pydoc
import sys
import typing
from pathlib import Path
from typing import Callable

import pytest
import tracedag
from support import BAD, GOOD
from tracedag import Code, Limit, Options, TraceDagError

HASH = tracedag.hash(GOOD)


# ---- sources --------------------------------------------------------------------------------


class Text(str):
    pass


@pytest.mark.parametrize("source", [
    GOOD,
    GOOD.decode(),
    Text(GOOD.decode()),
    bytearray(GOOD),
    memoryview(GOOD),
    memoryview(bytearray(GOOD)),
    memoryview(GOOD + b"x")[:-1],
    memoryview(GOOD[::-1])[::-1],
    memoryview(GOOD + b" " * (-len(GOOD) % 8)).cast("Q"),
    array.array("B", GOOD),
], ids=lambda source: type(source).__name__)
def test_sources(source: object) -> None:
    assert tracedag.hash(source) == HASH


def test_a_mapped_file(tmp_path: Path) -> None:
    path = tmp_path / "dag.yaml"
    path.write_bytes(GOOD)
    with path.open("rb") as file, \
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert tracedag.hash(mapped) == HASH
        assert tracedag.source_hash(mapped) == tracedag.source_hash(GOOD)


@pytest.mark.parametrize("empty", [b"", "", bytearray(), memoryview(b""), array.array("I")],
                         ids=lambda source: type(source).__name__)
def test_empty_sources(empty: object) -> None:
    assert [finding.code for finding in tracedag.check(empty)] == [Code.NO_DOCUMENT]
    assert tracedag.source_hash(empty) == tracedag.source_hash(b"")


@pytest.mark.parametrize("source", [None, 7, ["a"], Path("dag.yaml"), object()],
                         ids=lambda source: type(source).__name__)
def test_what_is_no_source(source: object) -> None:
    for function in (tracedag.check, tracedag.load, tracedag.dumps, tracedag.hash,
                     tracedag.source_hash):
        with pytest.raises(TypeError, match="a source is bytes, str or an object with a buffer"):
            function(source)


def test_text_that_is_no_unicode() -> None:
    with pytest.raises(UnicodeEncodeError):
        tracedag.check("name: \ud800")


def test_nul_and_bytes_behind_it_are_seen() -> None:
    report = tracedag.check(b"name: a\0b")
    assert [finding.code for finding in report] == [Code.CONTROL_CHARACTER]
    assert tracedag.source_hash(b"a\0b") != tracedag.source_hash(b"a")


@pytest.mark.parametrize("make", [
    bytes, bytearray, memoryview, bytes.decode, lambda data: memoryview(data).cast("I"),
], ids=["bytes", "bytearray", "memoryview", "str", "numbers"])
def test_large_sources_are_cut_and_refused(make: object) -> None:
    large = make(b" " * (4 << 20))
    assert [finding.code for finding in tracedag.check(large)] == [Code.LIMIT_SIZE]


def test_nothing_is_kept_of_a_buffer() -> None:
    source = bytearray(BAD)
    report = tracedag.check(source)
    before = str(report)
    source[:] = b"#" * 9999  # a buffer that is still exported cannot change its size
    assert str(report) == before


# ---- verdicts -------------------------------------------------------------------------------


def test_check() -> None:
    report = tracedag.check(GOOD)
    assert report.valid and report.dag is not None and len(report) == 0
    report = tracedag.check(BAD)
    assert not report.valid and report.dag is None
    assert [finding.code for finding in report] == [Code.UNKNOWN_JOB]


def test_load() -> None:
    assert tracedag.load(GOOD).hash == HASH
    with pytest.raises(TraceDagError) as caught:
        tracedag.load(BAD, file="a/dag.yaml")
    error = caught.value
    assert not isinstance(error, ValueError)
    assert error.report[0].code == Code.UNKNOWN_JOB
    assert str(error) + "\n" == error.report.render(file="a/dag.yaml")
    error.report.close()
    assert str(error).startswith("error[TD402]: job `pack` reads job `tock`")


def test_dumps_and_hash_take_documents_and_dags() -> None:
    dag = tracedag.load(GOOD)
    for form in ("canonical", "resolved", "origins"):
        for syntax in ("json", "yaml"):
            text = tracedag.dumps(GOOD, form=form, syntax=syntax)
            assert text == tracedag.dumps(dag, form=form, syntax=syntax)
            assert text == dag.dumps(form=form, syntax=syntax)
    assert tracedag.hash(dag) == HASH
    for function in (tracedag.dumps, tracedag.hash):
        with pytest.raises(TraceDagError):
            function(BAD)
        with pytest.raises(TraceDagError):
            function(GOOD, jobs=1)
        for limits in ({"jobs": 1}, {"options": Options()}):
            with pytest.raises(TypeError, match="is read already"):
                function(dag, **limits)
    with pytest.raises(ValueError, match="form must be one of canonical, resolved, origins"):
        tracedag.dumps(GOOD, form="json")
    with pytest.raises(ValueError, match="syntax must be one of json, yaml"):
        tracedag.dumps(GOOD, syntax="toml")


# ---- files ----------------------------------------------------------------------------------


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "d\u00e4g.yaml"
    path.write_bytes(GOOD)
    for name in (path, str(path), bytes(path)):
        assert tracedag.load_file(name).hash == HASH
        assert tracedag.check_file(name).file == str(path)
    path.write_bytes(BAD)
    with pytest.raises(TraceDagError) as caught:
        tracedag.load_file(path)
    assert f"\n  --> {path}:" in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path, number in ((tmp_path / "none.yaml", errno.ENOENT), (tmp_path, errno.EISDIR),
                         (Path("/proc/self/mem"), errno.EIO)):
        for function in (tracedag.check_file, tracedag.load_file):
            with pytest.raises(OSError) as caught:
                function(path)
            assert (caught.value.errno, caught.value.filename) == (number, str(path))


def test_no_more_of_a_file_is_read_than_the_limit() -> None:
    report = tracedag.check_file("/dev/zero", input_bytes=100)
    assert [finding.code for finding in report] == [Code.LIMIT_SIZE]


def test_names_of_files() -> None:
    report = tracedag.check(BAD, file=b"\xff.yaml")
    assert report.file == "\udcff.yaml"
    assert "--> \ufffd.yaml:" in str(report)
    assert "--> \u00e4.yaml:" in report.render(file="\u00e4.yaml")
    assert tracedag.check(BAD).file == "-"
    for name in ("a\0b", b"a\0b"):
        with pytest.raises(ValueError, match="has a NUL"):
            report.render(file=name)


@pytest.mark.parametrize(("name", "error"), [
    (7, TypeError), (None, TypeError), ("a\0b", ValueError), (b"a\0b", ValueError),
    ("\ud800", UnicodeEncodeError),
], ids=repr)
def test_names_that_are_refused_before_the_work(name: object, error: type[Exception],
                                               monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracedag, "lib", None)  # what the library made, nobody would own
    for function in (tracedag.check, tracedag.load):
        with pytest.raises(error) as caught:
            function(b"x", file=name)
        assert type(caught.value) is error


def test_descriptors_are_no_paths(tmp_path: Path) -> None:
    path = tmp_path / "dag.yaml"
    path.write_bytes(GOOD)
    with path.open("rb") as file:
        for function in (tracedag.check_file, tracedag.load_file):
            with pytest.raises(TypeError, match="os.PathLike"):
                function(file.fileno())
        assert file.read() == GOOD


# ---- wrong use ------------------------------------------------------------------------------


@pytest.mark.parametrize(("use", "error", "said"), [
    (lambda: tracedag.check(GOOD).position(1.5), TypeError, "byte must be an int, not float"),
    (lambda: tracedag.check(GOOD).position(True), TypeError, "byte must be an int, not bool"),
    (lambda: tracedag.load(GOOD).downstream("tick", output=0.0), TypeError,
     "output must be an int, not float"),
    (lambda: tracedag.load(GOOD).downstream("tick", transitive=2), TypeError,
     "transitive must be a bool, not int"),
    (lambda: tracedag.load(GOOD).upstream("tick", transitive="yes"), TypeError,
     "transitive must be a bool, not str"),
    (lambda: tracedag.load(GOOD).upstream("tick", transitive=2), TypeError,
     "transitive must be a bool, not int"),
    (lambda: Options().limit("jobs"), TypeError, "limit must be an int, not str"),
    (lambda: Options().limit(1.0), TypeError, "limit must be an int, not float"),
    (lambda: Options().limit(-1), ValueError, "-1 is not a valid Limit"),
    (lambda: Options().limit(2**32 + 1), ValueError, "4294967297 is not a valid Limit"),
    (lambda: tracedag.feature("format"), TypeError, "which must be an int, not str"),
    (lambda: tracedag.feature(2**32 + 1), ValueError, "4294967297 is not a valid Feature"),
    (lambda: tracedag.Runtime(2**32 + 1), ValueError, "4294967297 is not a valid Runtime"),
])
def test_wrong_use(use: Callable[[], object], error: type[Exception], said: str) -> None:
    with pytest.raises(error) as caught:
        use()
    assert (type(caught.value), str(caught.value)) == (error, said)


# ---- limits ---------------------------------------------------------------------------------


def test_every_limit_is_an_argument() -> None:
    for limit in Limit:
        assert Options(**{limit.word: 7}).limit(limit) == 7
        assert Options().limit(limit) > 7
    options = Options(jobs=3, depth=9)
    assert repr(options) == "Options(jobs=3, depth=9)"
    assert options.limit(Limit.NODES) == Options().limit(Limit.NODES)
    assert options.limit(Limit(99)) == 0
    again = pickle.loads(pickle.dumps(options))
    assert repr(again) == repr(options) and again.limit(Limit.JOBS) == 3


@pytest.mark.parametrize("limits", [{"jobs": 3}, {"options": Options(jobs=3)}], ids=str)
def test_limits_work_in_every_function(limits: dict, tmp_path: Path) -> None:
    path = tmp_path / "dag.yaml"
    path.write_bytes(GOOD)
    for report in (tracedag.check(GOOD, **limits), tracedag.check_file(path, **limits)):
        assert [finding.code for finding in report] == [Code.LIMIT_COUNT]
    for function, source in ((tracedag.load, GOOD), (tracedag.load_file, path),
                             (tracedag.dumps, GOOD), (tracedag.hash, GOOD)):
        with pytest.raises(TraceDagError):
            function(source, **limits)


def test_limits_that_are_refused() -> None:
    for value in (0, -1, 2**64, 2**200):
        with pytest.raises(ValueError, match="must be 1 or more and fit into 64 bits"):
            Options(jobs=value)
    with pytest.raises(ValueError, match="^depth can be 256 at most, not 257$"):
        tracedag.check(GOOD, depth=257)
    with pytest.raises(TypeError, match="'job' is no limit; there are input_bytes, depth, "):
        tracedag.check(GOOD, job=7)
    for value in (1.0, "7", None, True):
        with pytest.raises(TypeError, match="^jobs must be an int, not "):
            Options(jobs=value)
    with pytest.raises(TypeError, match="either"):
        tracedag.check(GOOD, options=Options(), jobs=7)
    with pytest.raises(TypeError, match="must be Options, not dict"):
        tracedag.check(GOOD, options={"jobs": 7})


def test_memory_that_runs_out() -> None:
    for function in (tracedag.check, tracedag.load, tracedag.hash, tracedag.dumps):
        with pytest.raises(MemoryError, match="ran out"):
            function(GOOD, heap_bytes=1000)


def test_a_fault_of_the_library_is_a_runtime_error() -> None:
    from tracedag._errors import fault

    error = fault(4, "internal fault")
    assert isinstance(error, tracedag.InternalError) and isinstance(error, RuntimeError)
    assert isinstance(fault(2, "an argument is not accepted"), tracedag.InternalError)
    assert isinstance(fault(77, "unknown status"), tracedag.InternalError)
    assert isinstance(fault(5, "memory ran out"), MemoryError)


# ---- the library itself, and the module -----------------------------------------------------


def test_features() -> None:
    assert tracedag.feature(tracedag.Feature.FORMAT) == 1
    assert tracedag.feature(tracedag.Feature.YAML_PARSER) >= 205
    assert tracedag.feature(tracedag.Feature(99)) == 0


def test_json_schema() -> None:
    text = tracedag.json_schema()
    schema = json.loads(text)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema["required"] == ["jobs", "name"]
    assert schema["properties"]["jobs"]["items"]["additionalProperties"] is False
    assert text.endswith("}\n") and text == tracedag.json_schema()
    assert tracedag.check(json.dumps(schema["examples"][0])).valid


def test_everything_public_is_documented_and_calls_itself_by_its_public_name() -> None:
    for name in (*tracedag.__all__, "hash"):
        thing = getattr(tracedag, name)
        if name == "Value":  # an alias of types
            continue
        assert thing.__module__ == "tracedag", name
        assert thing.__doc__ and not thing.__doc__.startswith(f"{name}("), name
        for inner, value in vars(thing).items() if isinstance(thing, type) else ():
            if callable(value) and not inner.startswith("_"):
                assert value.__doc__, f"{name}.{inner}"
    assert "TD402" in pydoc.render_doc(tracedag)


@pytest.mark.skipif(sys.version_info < (3, 10), reason="`|` of types has no value")
@pytest.mark.parametrize("name", [*tracedag.__all__, "hash"])
def test_annotations_have_a_meaning_at_run_time(name: str) -> None:
    thing = getattr(tracedag, name)
    inside = vars(thing).values() if isinstance(thing, type) else ()
    for value in (thing, *inside):
        value = value.fget if isinstance(value, property) else value
        if hasattr(value, "__annotations__"):
            hints = typing.get_type_hints(value)
            assert hints.keys() >= vars(value).get("__annotations__", {}).keys()


def test_everything_can_be_imported_without_hiding_what_python_has() -> None:
    names: dict[str, object] = {}
    exec("from tracedag import *", names)
    assert names.keys() >= {"check", "load", "dumps"} and not names.keys() & vars(builtins).keys()


def test_nothing_public_can_be_set() -> None:
    report = tracedag.check(GOOD)
    for thing in (report, report.dag, Options()):
        for name in (*(name for name in dir(thing) if not name.startswith("_")), "other"):
            with pytest.raises(AttributeError):
                setattr(thing, name, True)
