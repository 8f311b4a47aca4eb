"""The ctypes table against the public header: functions, records, constants."""
from __future__ import annotations

import ctypes
import re
import shutil
import subprocess
from pathlib import Path
from typing import Iterator, Sequence

import pytest
import tracedag
from support import HEADERS, TOP
from tracedag import _abi, _enums

TEXT = "\n".join(
    re.sub(r"/\*.*?\*/", "", file.read_text(), flags=re.S) for file in sorted(HEADERS.glob("*.h"))
)
WORD = re.compile(r"[A-Z][a-z0-9]+|[A-Z]+")

# ---- functions ------------------------------------------------------------------------------

# By the type of C without `const`; a pointer to a record or handle is looked up by its name.
TYPES = {
    "void": None,
    "uint32_t": ctypes.c_uint32,
    "int64_t": ctypes.c_int64,
    "uint64_t": ctypes.c_uint64,
    "size_t": ctypes.c_size_t,
    "tracedag_status": ctypes.c_int32,
    "tracedag_options *": _abi.OptionsPointer,
    "tracedag_catalog *": _abi.CatalogPointer,
    "tracedag_dag *": _abi.DagPointer,
    "tracedag_report *": _abi.ReportPointer,
    "tracedag_diff *": _abi.DiffPointer,
    "tracedag_diff **": ctypes.POINTER(_abi.DiffPointer),
    "tracedag_page *": _abi.PagePointer,
    "tracedag_outline *": _abi.OutlinePointer,
    "tracedag_outline **": ctypes.POINTER(_abi.OutlinePointer),
    "tracedag_outline *const *": ctypes.POINTER(_abi.OutlinePointer),
    "tracedag_group *": _abi.GroupPointer,
    "tracedag_group **": ctypes.POINTER(_abi.GroupPointer),
    "tracedag_group_counts *": _abi.GroupCountsPointer,
    "tracedag_catalog **": ctypes.POINTER(_abi.CatalogPointer),
    "tracedag_dag **": ctypes.POINTER(_abi.DagPointer),
    "tracedag_report **": ctypes.POINTER(_abi.ReportPointer),
    "tracedag_list *": ctypes.POINTER(_abi.List),
    "tracedag_position *": ctypes.POINTER(_abi.Position),
    "char *": ctypes.c_char_p,
    "char **": ctypes.POINTER(ctypes.c_void_p),  # owned: not char pointers to ctypes
    "tracedag_report *const *": ctypes.POINTER(_abi.ReportPointer),
    "char *const *": ctypes.POINTER(ctypes.c_char_p),  # texts that go in
    "size_t *": ctypes.POINTER(ctypes.c_size_t),
    "void *": ctypes.c_void_p,
}


def declared() -> dict[str, tuple[str, list[str]]]:
    """Functions of the header: type of the result, types of the arguments."""
    found = re.findall(r"^TRACEDAG_API\s([^;{]*?)\b(tracedag_\w+)\s*\(([^)]*)\);", TEXT, re.M)
    return {name: (plain(result), [plain(re.sub(r"\w+$", "", argument.strip()))
                                   for argument in arguments.split(",")]
                   if arguments.strip() != "void" else [])
            for result, name, arguments in found}


def plain(kind: str) -> str:
    return " ".join(re.sub(r"\bconst (?!\*)", "", kind).split())


def test_functions_are_a_subset_of_the_header() -> None:
    header = declared()
    assert len(header) > 40
    for name, (arguments, result) in _abi.FUNCTIONS.items():
        assert name in header
        expected_result, expected_arguments = header[name]
        assert result is TYPES[expected_result], name
        assert arguments == [TYPES[kind] for kind in expected_arguments], name


def test_a_handle_of_another_kind_is_refused() -> None:
    with pytest.raises(ctypes.ArgumentError, match="TypeError"):
        tracedag.lib.tracedag_dag_name(_abi.ReportPointer(_abi.Report()))


def test_every_call_is_in_the_table() -> None:
    sources = (file.read_text() for file in Path(tracedag.__file__).parent.glob("*.py"))
    called = set(re.findall(r"\b(?:lib|library)\.(tracedag_\w+)", "\n".join(sources)))
    assert called == set(_abi.FUNCTIONS)


# ---- records --------------------------------------------------------------------------------


def members(record: str) -> list[str]:
    body = re.search(rf"typedef struct {record} {{(.*?)}} {record};", TEXT, re.S)
    assert body, record
    return re.findall(r"(\w+)(?:\[\w+\])?;", body[1])


@pytest.mark.parametrize("name", _abi.RECORDS)
def test_members_are_those_of_the_header(name: str) -> None:
    assert [field for field, _ in _abi.RECORDS[name]._fields_] == members(name)


def test_all_records_of_the_header_are_there() -> None:
    assert set(re.findall(r"^} (tracedag_\w+);", TEXT, re.M)) == set(_abi.RECORDS)


def layout_program() -> str:
    lines = ["#include <stdio.h>", "#include <tracedag-types.h>", "int main(void) {"]
    for name in _abi.RECORDS:
        lines.append(f'printf("{name} %zu\\n", sizeof({name}));')
        for field in members(name):
            lines.append(f'printf("{name}.{field} %zu %zu\\n", offsetof({name}, {field}),'
                         f" sizeof((({name} *)0)->{field}));")
    return "\n".join([*lines, "return 0; }", ""])


def layout_of_ctypes() -> list[str]:
    lines = []
    for name, record in _abi.RECORDS.items():
        lines.append(f"{name} {ctypes.sizeof(record)}")
        for field in members(name):
            member = getattr(record, field)
            lines.append(f"{name}.{field} {member.offset} {member.size}")
    return lines


@pytest.mark.skipif(not shutil.which("cc"), reason="there is no C compiler")
def test_layout_is_that_of_the_compiler(tmp_path: Path) -> None:
    source = tmp_path / "layout.c"
    source.write_text(layout_program())
    subprocess.run(["cc", "-I", str(HEADERS), str(source), "-o", str(tmp_path / "layout")],
                   check=True)
    printed = subprocess.run([str(tmp_path / "layout")], check=True, capture_output=True,
                             text=True).stdout
    assert printed.splitlines() == layout_of_ctypes()


def test_rows_have_the_size_of_records() -> None:
    for record in _abi.RECORDS.values():
        assert _abi._ROWS[record][1] == ctypes.sizeof(record)


def test_rows_skip_what_a_newer_library_adds() -> None:
    class Longer(ctypes.Structure):
        _fields_ = [*_abi.SettingOrigin._fields_, ("news", ctypes.c_uint64)]

    longer = (Longer * 2)((1, 2, 3, 4, 99), (5, 6, 7, 8, 99))
    rows = list(_abi.rows(ctypes.addressof(longer), 2, ctypes.sizeof(Longer), _abi.SettingOrigin))
    assert [tuple(row) for row in rows] == [(1, 2, 3, 4), (5, 6, 7, 8)]
    assert list(_abi.rows(None, 0, 16, _abi.SettingOrigin)) == []


# ---- constants ------------------------------------------------------------------------------


def enumerators(prefix: str) -> dict[str, int]:
    found = re.findall(rf"\bTRACEDAG_{prefix}(\w+) = (\d+)", TEXT)
    return {name: int(number) for name, number in found}


@pytest.mark.parametrize(("kind", "prefix"), [
    (_enums.Activation, "ACTIVATION_"),
    (_enums.Runtime, "RUNTIME_"),
    (_enums.ExecutionStrategy, "EXECUTION_"),
    (_enums.UpdateStrategy, "UPDATE_"),
    (_enums.SourceKind, "SOURCE_"),
    (_enums.Policy, "POLICY_"),
    (_enums.FieldType, "FIELD_"),
    (_enums.Priority, "PRIORITY_"),
    (_enums.BackpressureMode, "BACKPRESSURE_"),
    (_enums.Storage, "STORAGE_"),
    (_enums.WriteMode, "WRITE_"),
    (_enums.Setting, "SETTING_"),
    (_enums.Origin, "ORIGIN_"),
    (_enums.FlowKind, "FLOW_"),
    (_enums.SubjectKind, "SUBJECT_"),
    (_enums.Safety, "SAFETY_"),
    (_enums.Suppression, "SUPPRESSED_"),
    (_enums.Feature, "FEATURE_"),
    (_enums.Limit, "LIMIT_"),
    (_enums.Severity, "SEVERITY_"),
])
def test_enumerations(kind: type[_enums.OpenEnum], prefix: str) -> None:
    assert {member.name: member.value for member in kind} == enumerators(prefix)


def test_codes() -> None:
    header = {name: (int(number), severity, words) for name, number, severity, words in
              re.findall(r'X\((\w+),\s*(\d+),\s*(\w+),\s*"([\w-]+)"', TEXT)}
    assert {code.name: code.value for code in tracedag.Code} == {
        name: number for name, (number, _, _) in header.items()}
    assert [(info.code.value, info.severity.name, info.name) for info in tracedag.codes()] == list(
        header.values())
    assert all(info.rule for info in tracedag.codes())


def test_codes_are_found() -> None:
    for info in tracedag.codes():
        for text in (str(info.code), str(info.code.value), info.name):
            assert tracedag.find_code(text) is tracedag.find_code(text.swapcase()) is info.code
    for text in ("", "TD", "0402", "TD402 ", "unknown_job", "402\0", "TD402\0", "cycle\0s", "\udc80"):
        assert tracedag.find_code(text) is None
    with pytest.raises(TypeError, match="text must be a str, not int"):
        tracedag.find_code(402)  # type: ignore[arg-type]


def judge_catalog(text: bytes, options: tracedag.Options) -> Sequence[tracedag.Finding]:
    """What is found in a catalog; nothing in one that is accepted."""
    try:
        tracedag.Catalog.read(text, options=options)
    except tracedag.TraceDagError as error:
        return error.report
    return ()


def examples_of(page: tracedag.CodePage) -> Iterator[Sequence[tracedag.Finding]]:
    """What is found in the bad example of a page, then in the good one; of several documents,
    what is found between them."""
    catalog = tracedag.Catalog.read(page.catalog) if page.catalog else None
    options = tracedag.Options(baseline=page.baseline, catalog=catalog, **page.limits)
    for example in (page.bad, page.good):
        if page.of_catalog:
            yield judge_catalog(example, options)
            continue
        if page.code < tracedag.Code.UNPUBLISHED_DATASET:
            yield tracedag.check(example, options=options)
            options = tracedag.Options(catalog=catalog, **page.limits)
            continue
        documents = example.split(b"\n---\n")
        yield [finding for findings in tracedag.check_together(map(tracedag.check, documents)).findings
               for finding in findings]


@pytest.mark.parametrize("info", tracedag.codes(), ids=lambda info: info.name)
def test_pages(info: tracedag.CodeInfo) -> None:
    page = tracedag.code_page(info.code)
    assert (page.code, page.severity, page.name, page.rule) == (
        info.code, info.severity, info.name, info.rule)
    found, good = examples_of(page)
    assert (page.code, page.message) in [(finding.code, finding.message) for finding in found]
    assert not good
    assert page.option == "".join(f"--limit {name.replace('_', '-')}={value}"
                                  for name, value in page.limits.items())
    text = tracedag.explain(info.code)
    assert text.startswith(f"{info.code} {info.name} ({info.severity})\nRule: {info.rule}\n")
    assert " ".join(page.why.split()) in " ".join(text.split())
    assert " ".join(page.advice.split()) in " ".join(text.split())


def test_pages_are_found() -> None:
    assert tracedag.code_page(402) == tracedag.code_page("td402") == tracedag.code_page("Unknown-Job")
    assert tracedag.explain("TD402") == tracedag.explain(tracedag.Code.UNKNOWN_JOB)
    for call in (tracedag.explain, tracedag.code_page):
        for wrong in ("TD400", "", "cycle\0", 0, 400, -1, 2**32 + 402, tracedag.Code(400)):
            with pytest.raises(ValueError, match="is no code|is not a valid Code"):
                call(wrong)
        for wrong in (None, 402.0, True, b"TD402"):
            with pytest.raises(TypeError, match="code must be an int"):
                call(wrong)  # type: ignore[arg-type]


def test_numbers_that_calls_pass() -> None:
    from tracedag import _dag, _errors, _report

    assert {"canonical": 1, "resolved": 2, "origins": 3} == _dag._FORMS == {
        name.lower(): number for name, number in enumerators("FORM_").items()}
    assert _dag._SYNTAXES == {
        name.lower(): number for name, number in enumerators("SYNTAX_").items()}
    assert _report._FORMATS == {
        name.lower(): number for name, number in enumerators("FORMAT_").items()}
    assert _dag._PICTURES == {
        name.lower(): number for name, number in enumerators("PICTURE_").items()}
    assert enumerators("DRAW_") == {"COLOR": _dag._COLOR}
    assert _dag._TRUST_FORMATS.items() <= _report._FORMATS.items()
    assert enumerators("RENDER_") == {"COLOR": _report._COLOR} == {"COLOR": _dag._COLOR}
    statuses = enumerators("")
    assert (statuses["OK"], statuses["REJECTED"], statuses["NO_MEMORY"]) == (
        _errors.OK, _errors.REJECTED, _errors.NO_MEMORY)
    assert f"TRACEDAG_HASH_ROOM {_abi.HASH_ROOM}" in TEXT
    assert f"TRACEDAG_RUNS_MOST {_abi.RUNS_MOST}\n" in TEXT
    assert f"TRACEDAG_FLOWS_MOST {_abi.FLOWS_MOST}\n" in TEXT
    assert f"TRACEDAG_LAST_INSTANT INT64_C({_abi.LAST_INSTANT})" in TEXT
    assert "TRACEDAG_NO_JOB UINT32_MAX" in TEXT and "TRACEDAG_ANY_OUTPUT UINT32_MAX" in TEXT
    assert "TRACEDAG_NO_PUBLISH UINT32_MAX" in TEXT
    from tracedag import _catalog

    assert "TRACEDAG_ANY_OUTPUTS UINT32_MAX" in TEXT and _catalog._ANY_OUTPUTS == 2**32 - 1
    assert _abi.NO_JOB == _abi.NO_PUBLISH == _abi.ANY_OUTPUT == 2**32 - 1


# ---- versions -------------------------------------------------------------------------------


def test_one_version() -> None:
    project = re.search(r"version: '([\d.]+)'", (TOP / "meson.build").read_text())
    assert project and project[1] == tracedag.__version__ == tracedag.library_version()


def test_one_licence() -> None:
    package = Path(__file__).resolve().parents[1]
    assert (package / "LICENSE").read_bytes() == (TOP / "LICENSE").read_bytes()
