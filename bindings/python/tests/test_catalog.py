"""Catalogs: read, made of values, used, and taken apart again."""
from __future__ import annotations

import json
import pickle
from decimal import Decimal
from pathlib import Path

import pytest
import tracedag
from support import GOOD, TOP
from tracedag import (
    Activation,
    Catalog,
    CatalogField,
    Code,
    Dataset,
    ExecutionStrategy,
    FieldType,
    Operator,
    Options,
    Policy,
    Runtime,
    SourceKind,
    UpdateStrategy,
)

PLATFORM = TOP / "examples" / "catalog.yaml"
SAMPLE = TOP / "examples" / "good.yaml"

FIELDS = {
    "any": CatalogField(FieldType.ANY),
    "chain": CatalogField(FieldType.INTEGER, required=True, min=1, max=2**63),
    "files": CatalogField(FieldType.MAP, fields={
        "rows": CatalogField(FieldType.INTEGER, required=True)}),
    "free": CatalogField(FieldType.MAP),
    "kind": CatalogField(FieldType.STRING, enum=("a", "\u00e4\x7f\u2028\U0001f600", 'x"y\\')),
    "level": CatalogField(FieldType.INTEGER, enum=(1, 2)),
    "rate": CatalogField(FieldType.NUMBER, min=Decimal("1E-7"), max=Decimal("1.50"),
                         enum=(1, Decimal("0.5"))),
    "shut": CatalogField(FieldType.MAP, fields={}),
    "tags": CatalogField(FieldType.LIST, min=1, max=3, items=CatalogField(
        FieldType.LIST, items=CatalogField(FieldType.STRING, max=8))),
}
OPERATORS = (
    Operator("closed", config={}, where={}),
    Operator(
        "full", runtimes=frozenset({Runtime.LAMBDA, Runtime.DISPATCHER}),
        activations=frozenset({Activation.SOURCE}),
        source_kinds=frozenset({SourceKind.CRON, SourceKind.ALWAYS_ON}),
        execution_strategies=frozenset({ExecutionStrategy.PER_UPDATE}),
        update_strategies=frozenset({UpdateStrategy.REPLACE}), outputs_min=1, outputs_max=2,
        udf=Policy.ALLOWED, secrets=Policy.REQUIRED, trusted_on_lambda=True, config=FIELDS,
        where={"hot": CatalogField(FieldType.BOOLEAN)}),
    Operator("plain"),
)
DATASETS = (Dataset("labels", where={"chain": CatalogField(FieldType.INTEGER, min=1)}),
            Dataset("open"), Dataset("shut", where={}))


# ---- what stands in it ----------------------------------------------------------------------


def test_values_come_back() -> None:
    catalog = Catalog(OPERATORS, DATASETS)
    assert catalog.operators == OPERATORS
    assert catalog.datasets == DATASETS
    assert catalog.operators is catalog.operators
    again = Catalog.read(catalog.dumps())
    assert (again.operators, again.datasets) == (OPERATORS, DATASETS)
    assert "plain" in json.loads(catalog.dumps())["operators"]


def test_absent_and_empty() -> None:
    catalog = Catalog()
    assert catalog.operators is None and catalog.datasets is None
    catalog = Catalog([], [])
    assert catalog.operators == () and catalog.datasets == ()


def test_numbers_in_other_spellings() -> None:
    catalog = Catalog.read("operators: {a: {config: {n: {type: number, min: 0x10, max: +2e1,"
                           " enum: [017, .5, 0o22]}}}}")
    assert catalog.operators is not None
    field = (catalog.operators[0].config or {})["n"]
    assert (field.min, field.max) == (16, Decimal(20))
    assert field.enum == (17, Decimal("0.5"), 18)


def test_float_is_what_it_prints() -> None:
    field = CatalogField(FieldType.NUMBER, max=0.1)  # type: ignore[arg-type]
    (operator,) = Catalog([Operator("a", config={"n": field})]).operators or ()
    assert (operator.config or {})["n"].max == Decimal("0.1")


def test_platform() -> None:
    catalog = Catalog.read_file(PLATFORM)
    operators = {each.name: each for each in catalog.operators or ()}
    assert operators["udf"].udf == Policy.REQUIRED and operators["udf"].config is None
    assert operators["block_follower"].source_kinds == {SourceKind.ALWAYS_ON}
    assert operators["cryo_ingest"].outputs_max == 4
    assert "alert_events" in {each.name for each in catalog.datasets or ()}
    assert tracedag.check_file(SAMPLE, catalog=catalog).valid


# ---- what it does ---------------------------------------------------------------------------


def test_operators_are_checked() -> None:
    catalog = Catalog([Operator("trigger_cron"), Operator("compact")])
    report = tracedag.check(GOOD, catalog=catalog)
    assert not report.valid and Code.UNKNOWN_OPERATOR in {finding.code for finding in report}
    assert report.catalog is catalog
    assert tracedag.check(GOOD).catalog is None
    options = Options(catalog=catalog, findings=1)
    assert options.catalog is catalog
    assert not tracedag.check(GOOD, options=options).valid
    with pytest.raises(tracedag.TraceDagError):
        tracedag.load(GOOD, catalog=catalog)
    with pytest.raises(tracedag.TraceDagError):
        tracedag.hash(GOOD, catalog=catalog)
    with pytest.raises(tracedag.TraceDagError):
        tracedag.dumps(GOOD, options=options)


def test_hash_stays() -> None:
    catalog = Catalog.read_file(PLATFORM)
    text = SAMPLE.read_bytes()
    assert tracedag.hash(text, catalog=catalog) == tracedag.hash(text)
    assert tracedag.load_file(SAMPLE, catalog=catalog).hash == tracedag.hash(text)
    assert tracedag.dumps(text, catalog=catalog) == tracedag.dumps(text)


def test_fixes_know_it() -> None:
    text = SAMPLE.read_bytes()
    broken = text.replace(b"operator: parquet_compact", b"operator: parquet_compct")
    fixed = tracedag.fix(broken, unsafe=True, catalog=Catalog.read_file(PLATFORM))
    assert fixed.text == text and fixed.report.valid


def test_schema() -> None:
    catalog = Catalog([Operator("only")])
    schema = json.loads(tracedag.json_schema(catalog))
    job = schema["properties"]["jobs"]["items"]["properties"]
    assert job["operator"]["enum"] == ["only"]
    assert tracedag.json_schema() == tracedag.json_schema(Catalog())


# ---- faults ---------------------------------------------------------------------------------


def test_a_fault_is_a_report() -> None:
    with pytest.raises(tracedag.TraceDagError, match="catalog.yaml:1:") as caught:
        Catalog.read("operatrs: {}", file="catalog.yaml")
    (finding,) = caught.value.report
    assert finding.code == Code.UNKNOWN_KEY and not caught.value.report.valid
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)


def test_faults_of_values() -> None:
    wrong = CatalogField(FieldType.INTEGER, min=2, max=1)
    with pytest.raises(tracedag.TraceDagError) as caught:
        Catalog([Operator("a", config={"n": wrong})])
    assert [finding.code for finding in caught.value.report] == [Code.CATALOG_FIELD]
    with pytest.raises(tracedag.TraceDagError):
        Catalog([Operator("A")])
    with pytest.raises(tracedag.TraceDagError):
        Catalog([Operator("a", runtimes=frozenset({Runtime(99)}))])
    with pytest.raises(TypeError, match="no object in it"):
        odd = CatalogField(FieldType.STRING, enum=(object(),))  # type: ignore[arg-type]
        Catalog([Operator("a", config={"n": odd})])


def test_limits_hold() -> None:
    with pytest.raises(tracedag.TraceDagError) as caught:
        Catalog.read_file(PLATFORM, input_bytes=100)
    assert [finding.code for finding in caught.value.report] == [Code.LIMIT_SIZE]
    with pytest.raises(tracedag.TraceDagError):
        Catalog(OPERATORS, depth=3)
    with pytest.raises(MemoryError):
        Catalog(OPERATORS, heap_bytes=100)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Catalog.read_file(tmp_path / "none")


def test_wrong_types() -> None:
    for wrong in ("catalog.yaml", tracedag.load(GOOD), {}):
        with pytest.raises(TypeError, match="catalog must be a Catalog"):
            tracedag.check(GOOD, catalog=wrong)  # type: ignore[arg-type]
    catalog = Catalog()
    with pytest.raises(TypeError, match="either as `options`"):
        tracedag.check(GOOD, options=Options(), catalog=catalog)
    with pytest.raises(TypeError, match="read already"):
        tracedag.hash(tracedag.load(GOOD), catalog=catalog)


# ---- life -----------------------------------------------------------------------------------


def test_life() -> None:
    with Catalog([Operator("only")]) as catalog:
        assert repr(catalog) == "<Catalog>"
        options = Options(catalog=catalog)
    assert catalog.closed and repr(catalog) == "<Catalog, closed>"
    catalog.close()
    assert not tracedag.check(GOOD, options=options).valid  # they keep it
    for use in (lambda: catalog.operators, catalog.dumps, lambda: Options(catalog=catalog),
                lambda: pickle.dumps(catalog), lambda: tracedag.json_schema(catalog)):
        with pytest.raises(ValueError, match="this Catalog is closed"):
            use()


def test_pickle() -> None:
    catalog = Catalog(OPERATORS, DATASETS, depth=200)
    again = pickle.loads(pickle.dumps(catalog))
    assert again.operators == OPERATORS and again.datasets == DATASETS
    options = pickle.loads(pickle.dumps(Options(catalog=catalog, depth=9)))
    assert options.catalog.operators == OPERATORS and options.limit(tracedag.Limit.DEPTH) == 9
    report = pickle.loads(pickle.dumps(tracedag.check(GOOD, catalog=catalog)))
    assert not report.valid and report.catalog.operators == OPERATORS
