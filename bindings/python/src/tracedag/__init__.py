"""Trace DAG documents: may they be deployed, what is wrong with them, what exactly are they?

    report = tracedag.check_file("dag.yaml")        # all findings, and the DAG if there is one
    dag = tracedag.load(b"name: ...")               # the DAG, or TraceDagError
    tracedag.hash(dag), tracedag.dumps(dag)         # the hash, and the bytes that it covers

A document is bytes, str, or anything with a buffer (bytearray, memoryview, mmap). Bytes are
read where they are; the rest is copied first. While the library works, other threads run.

What is wrong with a document is in the report, or raises TraceDagError. Wrong use raises
ValueError or TypeError, a file that cannot be read OSError, memory that runs out (or the limit
`heap_bytes`) MemoryError, and a fault of the library InternalError.

Limits and a `Catalog` are keyword arguments of the functions that read a document, or an
`Options`.
"""
from __future__ import annotations

import os
from contextlib import ExitStack
from ctypes import byref, create_string_buffer, string_at
from functools import partial
from typing import Any, Mapping

from . import _abi
from ._call import (
    Document,
    StrPath,
    borrowed_rows,
    expect_ok,
    owned_text,
    require_int,
    source_bytes,
)
from ._catalog import Catalog, CatalogField, Dataset, Number, Operator
from ._dag import Dag, Form, Syntax
from ._diff import Change, Diff, Difference, ScopeJob, compare, first_difference_of
from ._enums import (
    Activation,
    BackpressureMode,
    Break,
    ChangeClass,
    ChangeKind,
    Code,
    ExecutionStrategy,
    Feature,
    FieldType,
    FlowKind,
    Known,
    Limit,
    Origin,
    Policy,
    Priority,
    Runtime,
    Safety,
    ScopeReason,
    Setting,
    Severity,
    SourceKind,
    Storage,
    SubjectKind,
    Suppression,
    UpdateStrategy,
    WriteMode,
)
from ._errors import OK, REJECTED, InternalError, fault
from ._group import DatasetUse, Group, SharedDataset, check_together
from ._library import lib
from ._model import (
    AlwaysOnSource,
    CodeInfo,
    CodePage,
    Column,
    CronSource,
    DatasetRef,
    Flow,
    Flows,
    Input,
    Job,
    JobHashes,
    JobOutput,
    ManualSource,
    Publish,
    Scalar,
    Schema,
    Source,
    Tuning,
    TuningOrigin,
    Udf,
    Value,
    WebhookSource,
)
from ._options import Options, make
from ._report import (
    AppliedFix,
    Edit,
    Finding,
    Fix,
    Fixed,
    Position,
    Related,
    Report,
    Span,
    Subject,
    TraceDagError,
    apply_fixes,
    file_name,
    render,
)

__version__ = "0.1.0"

# All that is public but hash(), which would hide Python's own from who imports `*`.
__all__ = [
    "Activation",
    "AlwaysOnSource",
    "AppliedFix",
    "BackpressureMode",
    "Break",
    "Catalog",
    "CatalogField",
    "Change",
    "ChangeClass",
    "ChangeKind",
    "Code",
    "CodeInfo",
    "CodePage",
    "Column",
    "CronSource",
    "Dag",
    "Dataset",
    "DatasetRef",
    "DatasetUse",
    "Diff",
    "Difference",
    "Edit",
    "ExecutionStrategy",
    "Feature",
    "FieldType",
    "Finding",
    "Fix",
    "Fixed",
    "Flow",
    "FlowKind",
    "Flows",
    "Group",
    "Input",
    "InternalError",
    "Job",
    "JobHashes",
    "JobOutput",
    "Known",
    "Limit",
    "ManualSource",
    "Operator",
    "Options",
    "Origin",
    "Policy",
    "Position",
    "Priority",
    "Publish",
    "Related",
    "Report",
    "Runtime",
    "Safety",
    "Schema",
    "ScopeJob",
    "ScopeReason",
    "Setting",
    "Severity",
    "SharedDataset",
    "Source",
    "SourceKind",
    "Span",
    "Storage",
    "Subject",
    "SubjectKind",
    "Suppression",
    "TraceDagError",
    "Tuning",
    "TuningOrigin",
    "Udf",
    "UpdateStrategy",
    "Value",
    "WebhookSource",
    "WriteMode",
    "check",
    "check_file",
    "check_together",
    "code_page",
    "codes",
    "diff",
    "dumps",
    "explain",
    "feature",
    "find_code",
    "first_difference",
    "fix",
    "json_schema",
    "library_version",
    "load",
    "load_file",
    "render",
    "source_hash",
]


# ---- from a document to a verdict -----------------------------------------------------------


def check(source: Document, *, file: StrPath = "-", options: Options | None = None,
          catalog: Catalog | None = None, **limits: int) -> Report:
    """Judges a document: a Report of all findings, whose `dag` is set if it is accepted.

    `file` is how the report names the document.
    """
    return _check(source, file, make(options, limits, catalog))


def check_file(path: StrPath, *, options: Options | None = None,
               catalog: Catalog | None = None, **limits: int) -> Report:
    """check() of a file. No more of it is read than the limit `input_bytes` and one byte."""
    return _check_file(path, make(options, limits, catalog))


def fix(source: Document, *, unsafe: bool = False, file: StrPath = "-",
        options: Options | None = None, catalog: Catalog | None = None, **limits: int) -> Fixed:
    """Applies fixes to a document, those that can be proved: it can still be read, what is mended
    is gone, no error is new, and no other value changes. Safe ones alone, or `unsafe` ones too.

    `file` is how the report names the document.
    """
    data, settings = source_bytes(source), make(options, limits, catalog)
    report = _check(data, file, settings)
    with report._handle as pointer:
        text, applied = apply_fixes(pointer, unsafe)
    if not applied:
        return Fixed(data, applied, report)
    report.close()
    return Fixed(text, applied, _check(text, file, settings))


def load(source: Document, *, file: StrPath = "-", options: Options | None = None,
         catalog: Catalog | None = None, **limits: int) -> Dag:
    """The DAG of a document; raises TraceDagError, which has the report, if it is rejected.

    Warnings about an accepted document are lost: check() has them.
    """
    return _accept(_check(source, file, make(options, limits, catalog)))


def load_file(path: StrPath, *, options: Options | None = None,
              catalog: Catalog | None = None, **limits: int) -> Dag:
    """load() of a file. No more of it is read than the limit `input_bytes` and one byte.

    Warnings about an accepted document are lost: check_file() has them.
    """
    return _accept(_check_file(path, make(options, limits, catalog)))


def _check(source: Document, file: StrPath, options: Options) -> Report:
    name = file_name(file)
    data = source_bytes(source, options.limit(Limit.INPUT_BYTES))
    dag, report = _abi.DagPointer(), _abi.ReportPointer()
    with options._handle as pointer:
        status = lib.tracedag_check(data, len(data), pointer, byref(dag), byref(report))
    if status not in (OK, REJECTED):
        raise fault(status, lib.tracedag_status_text(status).decode())
    found = Report(report, name, partial(_check, data, name, options))
    found._catalog = options.catalog
    if dag:
        found._dag = Dag(dag)
    return found


def _check_file(path: StrPath, options: Options) -> Report:
    path = os.fspath(path)  # open() would take a descriptor, and close it
    most = options.limit(Limit.INPUT_BYTES) + 1
    with open(path, "rb") as stream:
        try:
            data = stream.read(most)
        except OSError as error:
            error.filename = os.fsdecode(path)  # open() says it, read() does not
            raise
    return _check(data, path, options)


def _accept(report: Report) -> Dag:
    if report.dag is None:
        raise TraceDagError(report)
    report.close()
    return report.dag


# ---- forms and hashes -----------------------------------------------------------------------


def dumps(source: Dag | Document, *, form: Form = "canonical", syntax: Syntax = "json",
          options: Options | None = None, catalog: Catalog | None = None,
          **limits: int) -> bytes:
    """A DAG, or the DAG of a document, as UTF-8 text: see Dag.dumps(). By default the
    canonical bytes, which the hash covers."""
    if isinstance(source, Dag):
        _refuse_limits(options, limits, catalog)
        return source.dumps(form=form, syntax=syntax)
    with _accept(_check(source, "-", make(options, limits, catalog))) as dag:
        return dag.dumps(form=form, syntax=syntax)


def hash(source: Dag | Document, *, options: Options | None = None,
         catalog: Catalog | None = None, **limits: int) -> str:
    """The `yaml_hash` of a DAG, or of the DAG of a document: `td1:` and 32 hex digits."""
    if isinstance(source, Dag):
        _refuse_limits(options, limits, catalog)
        return source.hash
    with _accept(_check(source, "-", make(options, limits, catalog))) as dag:
        return dag.hash


def _refuse_limits(options: Options | None, limits: dict[str, int],
                   catalog: Catalog | None) -> None:
    if options is not None or limits or catalog is not None:
        raise TypeError("limits and catalog are for reading a document, and a Dag is read already")


def source_hash(source: Document) -> str:
    """The hash of any bytes as they are: `src1:` and 32 hex digits."""
    data = source_bytes(source)
    out = create_string_buffer(_abi.HASH_ROOM)
    expect_ok(lib.tracedag_source_hash(data, len(data), out, len(out)))
    return out.value.decode()


# ---- change between two versions ------------------------------------------------------------


def diff(old: Dag | Document, new: Dag | Document, *, options: Options | None = None,
         catalog: Catalog | None = None, **limits: int) -> Diff:
    """What changes from one DAG, or the DAG of a document, to another: the changes and their
    classes, which jobs have to make their data anew, and what breaks readers."""
    with ExitStack() as used:
        return compare(*_both(used, old, new, options, catalog, limits))


def first_difference(old: Dag | Document, new: Dag | Document, *,
                     options: Options | None = None, catalog: Catalog | None = None,
                     **limits: int) -> Difference | None:
    """Why two hashes differ: where the canonical forms of two DAGs, or of the DAGs of documents,
    part first. None where the hashes are equal."""
    with ExitStack() as used:
        return first_difference_of(*_both(used, old, new, options, catalog, limits))


def _both(used: ExitStack, old: Dag | Document, new: Dag | Document, options: Options | None,
          catalog: Catalog | None, limits: dict[str, int]) -> tuple[Dag, Dag]:
    """Both as DAGs; those that are made here are closed with `used`."""
    if isinstance(old, Dag) and isinstance(new, Dag):
        _refuse_limits(options, limits, catalog)
        return old, new
    settings = make(options, limits, catalog)
    first, second = (one if isinstance(one, Dag)
                     else used.enter_context(_accept(_check(one, "-", settings)))
                     for one in (old, new))
    return first, second


# ---- the library itself ---------------------------------------------------------------------


def library_version() -> str:
    """The version of the loaded library, e.g. `1.2.3`."""
    return str(lib.tracedag_version_string().decode())


def feature(which: Feature) -> int:
    """What the loaded library can do, as a number that grows with it; 0 for nothing."""
    require_int("which", which)
    return int(lib.tracedag_feature(Feature(which)))


def codes() -> tuple[CodeInfo, ...]:
    """All codes that the loaded library reports, in ascending order."""
    return tuple(
        CodeInfo(Code(row.code), Severity(row.severity), _abi.text(row.name_ptr, row.name_len),
                 _abi.text(row.rule_ptr, row.rule_len))
        for row in borrowed_rows(_abi.CodeInfo, lib.tracedag_codes)
    )


def find_code(text: str) -> Code | None:
    """The code that a text names: `TD402`, `402` and `unknown-job` are Code.UNKNOWN_JOB, in any
    letter case. None for a text that is none of these."""
    if not isinstance(text, str):
        raise TypeError(f"text must be a str, not {type(text).__name__}")
    number = 0 if "\0" in text else lib.tracedag_code_find(text.encode(errors="replace"))
    return Code(number) if number else None


def explain(code: Code | int | str) -> str:
    """The page of a code as text for people, in lines of at most 80 columns.

    The code is a Code, its number, or a text that find_code() takes; ValueError for any other.
    """
    return owned_text(lib.tracedag_explain, _number_of(code)).decode()


def code_page(code: Code | int | str) -> CodePage:
    """The page of a code, which explain() writes, as a record; takes what explain() takes."""
    page = lib.tracedag_code_page(_number_of(code)).contents
    return CodePage(
        Code(page.code), Severity(page.severity), _words(page.name), _words(page.rule),
        why=_words(page.why), bad=_octets(page.bad), message=_words(page.message),
        advice=_words(page.advice), good=_octets(page.good), option=_words(page.option),
        limits={str(Limit(page.limit)): int(page.limit_value)} if page.limit else {},
        baseline=_words(page.baseline), catalog=_words(page.catalog),
        of_catalog=bool(page.of_catalog))


def _octets(text: _abi.Text) -> bytes:
    return string_at(text.ptr, text.len) if text.len else b""


def _words(text: _abi.Text) -> str:
    return _octets(text).decode()


def _number_of(code: Code | int | str) -> int:
    if isinstance(code, str):
        found = find_code(code)
    else:
        require_int("code", code)
        found = Code(code)
    if found is None or not lib.tracedag_code_page(found):
        raise ValueError(f"{str(code)!r} is no code")
    return found


def json_schema(catalog: Catalog | None = None) -> str:
    """The format as a JSON Schema (draft-07), for editors and validators of others: it accepts
    every document that check() accepts, and what it refuses, check() refuses; with a catalog,
    as check() with that catalog."""
    if catalog is None:
        return owned_text(lib.tracedag_catalog_json_schema, None).decode()
    with catalog._handle as pointer:
        return owned_text(lib.tracedag_catalog_json_schema, pointer).decode()


# Tracebacks and help() call public things by their public names. typing.get_type_hints() then
# looks here for what the annotations of classes name: Any, Mapping, Number and Scalar are imported
# for it.
for _name in (*__all__, "hash"):
    if _name != "Value":
        globals()[_name].__module__ = __name__
del _name
