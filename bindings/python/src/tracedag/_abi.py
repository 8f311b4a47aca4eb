"""The C interface as ctypes sees it: every record and every function that is called.

Nothing of the library is called that does not stand in `FUNCTIONS`: an undeclared result would
be cut to 32 bits. Tests hold records and functions against the public header.
"""
from __future__ import annotations

from collections import namedtuple
from ctypes import (
    POINTER,
    Structure,
    c_char,
    c_char_p,
    c_int32,
    c_int64,
    c_size_t,
    c_uint32,
    c_uint64,
    c_void_p,
    string_at,
)
from struct import calcsize, iter_unpack
from typing import Any, Iterator

NO_JOB = 0xFFFFFFFF
NO_PUBLISH = 0xFFFFFFFF
ANY_OUTPUT = 0xFFFFFFFF
HASH_ROOM = 40
RUNS_MOST = 10000
FLOWS_MOST = 100000
LAST_INSTANT = 253402300799

# ---- records: fields in the order of tracedag-types.h ---------------------------------------


class Text(Structure):
    _fields_ = [("ptr", c_void_p), ("len", c_size_t)]


class List(Structure):
    _fields_ = [("items", c_void_p), ("count", c_size_t), ("stride", c_size_t)]


class Position(Structure):
    _fields_ = [
        ("byte", c_uint64),
        ("line", c_uint32),
        ("column", c_uint32),
        ("utf16", c_uint32),
        ("reserved", c_uint32),
    ]


class Related(Structure):
    _fields_ = [("start", Position), ("end", Position), ("label", Text), ("file", Text)]


class Edit(Structure):
    _fields_ = [("start", c_uint64), ("end", c_uint64), ("text", Text)]


class Fix(Structure):
    _fields_ = [("title", Text), ("edits", List), ("safety", c_uint32), ("reserved", c_uint32)]


class AppliedFix(Structure):
    _fields_ = [("code", c_uint32), ("safety", c_uint32), ("start", Position), ("title", Text)]


class Finding(Structure):
    _fields_ = [
        ("code", c_uint32),
        ("severity", c_uint32),
        ("start", Position),
        ("end", Position),
        ("name", Text),
        ("message", Text),
        ("label", Text),
        ("pointer", Text),
        ("subject", Text),
        ("subject_kind", c_uint32),
        ("subject_index", c_uint32),
        ("data", Text),
        ("fingerprint", Text),
        ("related", List),
        ("help", List),
        ("fixes", List),
        ("justification", Text),
        ("suppression", c_uint32),
        ("reserved", c_uint32),
    ]


class CodeInfo(Structure):
    _fields_ = [("code", c_uint32), ("severity", c_uint32), ("name", Text), ("rule", Text)]


class Page(Structure):
    _fields_ = [
        ("code", c_uint32),
        ("severity", c_uint32),
        ("name", Text),
        ("rule", Text),
        ("why", Text),
        ("bad", Text),
        ("message", Text),
        ("advice", Text),
        ("good", Text),
        ("option", Text),
        ("limit_value", c_uint64),
        ("limit", c_uint32),
        ("reserved", c_uint32),
        ("baseline", Text),
        ("catalog", Text),
        ("of_catalog", c_uint32),
        ("reserved2", c_uint32),
    ]


class SettingOrigin(Structure):
    _fields_ = [
        ("job", c_uint32),
        ("setting", c_uint32),
        ("origin", c_uint32),
        ("line", c_uint32),
    ]


class Job(Structure):
    _fields_ = [
        ("name", Text),
        ("operator_name", Text),
        ("schedule", Text),
        ("webhook_path", Text),
        ("bundle_id", Text),
        ("entrypoint", Text),
        ("activation", c_uint32),
        ("runtime", c_uint32),
        ("outputs", c_uint32),
        ("execution_strategy", c_uint32),
        ("update_strategy", c_uint32),
        ("source_kind", c_uint32),
        ("reset_outputs", c_uint32),
        ("timeout_seconds", c_uint32),
        ("heartbeat_timeout_seconds", c_uint32),
        ("max_attempts", c_uint32),
        ("priority", c_uint32),
        ("max_queue_depth", c_uint32),
        ("max_queue_age_seconds", c_uint32),
        ("backpressure_mode", c_uint32),
        ("config", c_uint32),
        ("first_input", c_uint32),
        ("input_count", c_uint32),
        ("first_key", c_uint32),
        ("key_count", c_uint32),
        ("first_secret", c_uint32),
        ("secret_count", c_uint32),
        ("line", c_uint32),
    ]


class JobHashes(Structure):
    _fields_ = [("job", c_char * HASH_ROOM), ("materialization", c_char * HASH_ROOM)]


class Input(Structure):
    _fields_ = [
        ("reader", c_uint32),
        ("job", c_uint32),
        ("output", c_uint32),
        ("where_count", c_uint32),
        ("where", c_uint32),
        ("line", c_uint32),
        ("dataset", Text),
    ]


class Publish(Structure):
    _fields_ = [
        ("name", Text),
        ("job", c_uint32),
        ("output", c_uint32),
        ("storage", c_uint32),
        ("write_mode", c_uint32),
        ("schema", c_uint32),
        ("line", c_uint32),
    ]


class Flow(Structure):
    _fields_ = [
        ("name", Text),
        ("kind", c_uint32),
        ("publish", c_uint32),
        ("job", c_uint32),
        ("entries", c_uint32),
        ("path", List),
        ("inputs", List),
    ]


class DatasetUse(Structure):
    _fields_ = [
        ("document", c_uint32),
        ("item", c_uint32),
        ("line", c_uint32),
        ("reserved", c_uint32),
        ("job", Text),
    ]


class SharedDataset(Structure):
    _fields_ = [
        ("name", Text),
        ("publishers", List),
        ("readers", List),
        ("known", c_uint32),
        ("reserved", c_uint32),
    ]


class GroupCounts(Structure):
    _fields_ = [
        ("documents", c_uint64),
        ("dags", c_uint64),
        ("rejected", c_uint64),
        ("unread", c_uint64),
        ("datasets", c_uint64),
        ("errors", c_uint64),
        ("warnings", c_uint64),
        ("all_known", c_uint32),
        ("reserved", c_uint32),
    ]


class CatalogField(Structure):
    _fields_ = [
        ("name", Text),
        ("type", c_uint32),
        ("required", c_uint32),
        ("min", Text),
        ("max", Text),
        ("words", List),
        ("items", c_void_p),
        ("fields", List),
        ("closed", c_uint32),
        ("reserved", c_uint32),
    ]


class Operator(Structure):
    _fields_ = [
        ("name", Text),
        ("runtimes", c_uint32),
        ("activations", c_uint32),
        ("source_kinds", c_uint32),
        ("execution_strategies", c_uint32),
        ("update_strategies", c_uint32),
        ("outputs_min", c_uint32),
        ("outputs_max", c_uint32),
        ("udf", c_uint32),
        ("secrets", c_uint32),
        ("trusted_on_lambda", c_uint32),
        ("config_closed", c_uint32),
        ("where_closed", c_uint32),
        ("config", List),
        ("where", List),
    ]


class Dataset(Structure):
    _fields_ = [
        ("name", Text),
        ("where", List),
        ("where_closed", c_uint32),
        ("reserved", c_uint32),
    ]


class Change(Structure):
    _fields_ = [
        ("kind", c_uint32),
        ("class_id", c_uint32),
        ("subject", c_uint32),
        ("breaking", c_uint32),
        ("old_job", c_uint32),
        ("new_job", c_uint32),
        ("old_origin", c_uint32),
        ("new_origin", c_uint32),
        ("old_name", Text),
        ("new_name", Text),
        ("path", Text),
        ("old_value", Text),
        ("new_value", Text),
        ("old_place", Position),
        ("new_place", Position),
    ]


class ScopeJob(Structure):
    _fields_ = [("job", c_uint32), ("reason", c_uint32), ("cause", c_uint32)]


class Difference(Structure):
    _fields_ = [
        ("old_job", c_uint32),
        ("new_job", c_uint32),
        ("pointer", Text),
        ("old_value", Text),
        ("new_value", Text),
        ("old_place", Position),
        ("new_place", Position),
    ]


class Index(Structure):
    """A list's record that is one number: a uint32_t, which has no name in C."""

    _fields_ = [("value", c_uint32)]


class Instant(Structure):
    """A list's record that is one instant: an int64_t."""

    _fields_ = [("value", c_int64)]


RECORDS = {
    "tracedag_text": Text,
    "tracedag_list": List,
    "tracedag_position": Position,
    "tracedag_related": Related,
    "tracedag_edit": Edit,
    "tracedag_fix": Fix,
    "tracedag_applied_fix": AppliedFix,
    "tracedag_finding": Finding,
    "tracedag_code_info": CodeInfo,
    "tracedag_page": Page,
    "tracedag_setting_origin": SettingOrigin,
    "tracedag_job": Job,
    "tracedag_job_hashes": JobHashes,
    "tracedag_input": Input,
    "tracedag_publish": Publish,
    "tracedag_flow": Flow,
    "tracedag_catalog_field": CatalogField,
    "tracedag_operator": Operator,
    "tracedag_dataset": Dataset,
    "tracedag_dataset_use": DatasetUse,
    "tracedag_shared_dataset": SharedDataset,
    "tracedag_group_counts": GroupCounts,
    "tracedag_change": Change,
    "tracedag_scope_job": ScopeJob,
    "tracedag_difference": Difference,
}

# ---- handles: a pointer type each, so that ctypes refuses one for another --------------------


class Options(Structure):
    pass


class Catalog(Structure):
    pass


class Dag(Structure):
    pass


class Report(Structure):
    pass


class Diff(Structure):
    pass


class Outline(Structure):
    pass


class Group(Structure):
    pass


OptionsPointer = POINTER(Options)
CatalogPointer = POINTER(Catalog)
DagPointer = POINTER(Dag)
ReportPointer = POINTER(Report)
DiffPointer = POINTER(Diff)
OutlinePointer = POINTER(Outline)
GroupPointer = POINTER(Group)
GroupCountsPointer = POINTER(GroupCounts)
PagePointer = POINTER(Page)

# ---- functions: name: (types of arguments, type of result) -----------------------------------

# Texts that the caller owns are c_void_p: c_char_p would give bytes and lose the pointer.
_TEXT_OUT = POINTER(c_void_p)
_SIZE_OUT = POINTER(c_size_t)
_LIST_OUT = POINTER(List)

FUNCTIONS: dict[str, tuple[list[Any], Any]] = {
    "tracedag_version_number": ([], c_uint32),
    "tracedag_version_string": ([], c_char_p),
    "tracedag_feature": ([c_uint32], c_uint32),
    "tracedag_status_text": ([c_int32], c_char_p),
    "tracedag_free": ([c_void_p], None),
    "tracedag_codes": ([_LIST_OUT], None),
    "tracedag_code_find": ([c_char_p], c_uint32),
    "tracedag_code_page": ([c_uint32], PagePointer),
    "tracedag_explain": ([c_uint32, _TEXT_OUT, _SIZE_OUT], c_int32),
    "tracedag_enum_name": ([c_char_p, c_uint32], c_char_p),
    "tracedag_options_new": ([], OptionsPointer),
    "tracedag_options_unref": ([OptionsPointer], OptionsPointer),
    "tracedag_options_set_limit": ([OptionsPointer, c_uint32, c_uint64], c_int32),
    "tracedag_options_limit": ([OptionsPointer, c_uint32], c_uint64),
    "tracedag_options_set_severity": ([OptionsPointer, c_uint32, c_uint32], c_int32),
    "tracedag_options_severity": ([OptionsPointer, c_uint32], c_uint32),
    "tracedag_options_set_together": ([OptionsPointer, c_uint32], c_int32),
    "tracedag_options_set_baseline": (
        [OptionsPointer, c_char_p, c_size_t, c_char_p], c_int32),
    "tracedag_options_set_catalog": ([OptionsPointer, CatalogPointer], c_int32),
    "tracedag_catalog_read": (
        [c_char_p, c_size_t, OptionsPointer, POINTER(CatalogPointer), POINTER(ReportPointer)],
        c_int32,
    ),
    "tracedag_catalog_unref": ([CatalogPointer], CatalogPointer),
    "tracedag_catalog_operators": ([CatalogPointer, _LIST_OUT], None),
    "tracedag_catalog_datasets": ([CatalogPointer, _LIST_OUT], None),
    "tracedag_catalog_write": ([CatalogPointer, _TEXT_OUT, _SIZE_OUT], c_int32),
    "tracedag_catalog_json_schema": ([CatalogPointer, _TEXT_OUT, _SIZE_OUT], c_int32),
    "tracedag_check": (
        [c_char_p, c_size_t, OptionsPointer, POINTER(DagPointer), POINTER(ReportPointer)],
        c_int32,
    ),
    "tracedag_report_ref": ([ReportPointer], ReportPointer),
    "tracedag_report_unref": ([ReportPointer], ReportPointer),
    "tracedag_report_count": ([ReportPointer, c_uint32], c_size_t),
    "tracedag_report_dropped": ([ReportPointer], c_size_t),
    "tracedag_report_findings": ([ReportPointer, _LIST_OUT], None),
    "tracedag_report_suppressed": ([ReportPointer, _LIST_OUT], None),
    "tracedag_report_baseline": ([ReportPointer, c_char_p, _TEXT_OUT, _SIZE_OUT], c_int32),
    "tracedag_report_position": ([ReportPointer, c_uint64, POINTER(Position)], None),
    "tracedag_report_render": (
        [ReportPointer, c_uint32, c_char_p, c_uint32, _TEXT_OUT, _SIZE_OUT],
        c_int32,
    ),
    "tracedag_reports_render": (
        [POINTER(ReportPointer), POINTER(c_char_p), c_size_t, c_uint32, c_uint32, _TEXT_OUT,
         _SIZE_OUT],
        c_int32,
    ),
    "tracedag_report_fix": (
        [ReportPointer, c_uint32, _TEXT_OUT, _SIZE_OUT, _LIST_OUT, POINTER(ReportPointer)],
        c_int32,
    ),
    "tracedag_dag_unref": ([DagPointer], DagPointer),
    "tracedag_dag_name": ([DagPointer], c_char_p),
    "tracedag_dag_jobs": ([DagPointer, _LIST_OUT], None),
    "tracedag_dag_inputs": ([DagPointer, _LIST_OUT], None),
    "tracedag_dag_names": ([DagPointer, _LIST_OUT], None),
    "tracedag_dag_publishes": ([DagPointer, _LIST_OUT], None),
    "tracedag_dag_external_datasets": ([DagPointer, _LIST_OUT], None),
    "tracedag_dag_order": ([DagPointer, _LIST_OUT], None),
    "tracedag_dag_upstream": ([DagPointer, c_uint32, c_uint32, _LIST_OUT], c_int32),
    "tracedag_dag_downstream": ([DagPointer, c_uint32, c_uint32, c_uint32, _LIST_OUT], c_int32),
    "tracedag_dag_next_runs": ([DagPointer, c_uint32, c_int64, c_uint32, _LIST_OUT], c_int32),
    "tracedag_dag_origins": ([DagPointer, _LIST_OUT], c_int32),
    "tracedag_dag_flows": ([DagPointer, c_uint32, _LIST_OUT, _SIZE_OUT], c_int32),
    "tracedag_dag_trust_render": (
        [DagPointer, c_uint32, c_uint32, c_char_p, c_uint32, _TEXT_OUT, _SIZE_OUT],
        c_int32,
    ),
    "tracedag_diff_new": ([DagPointer, DagPointer, POINTER(DiffPointer)], c_int32),
    "tracedag_diff_unref": ([DiffPointer], DiffPointer),
    "tracedag_dag_draw": (
        [DagPointer, ReportPointer, DiffPointer, c_uint32, c_uint32, _TEXT_OUT, _SIZE_OUT],
        c_int32,
    ),
    "tracedag_dag_write": ([DagPointer, c_uint32, c_uint32, _TEXT_OUT, _SIZE_OUT], c_int32),
    "tracedag_dag_hash": ([DagPointer], c_char_p),
    "tracedag_dag_job_hashes": ([DagPointer, _LIST_OUT], c_int32),
    "tracedag_outline_new": (
        [DagPointer, ReportPointer, c_char_p, POINTER(OutlinePointer)], c_int32),
    "tracedag_outline_unref": ([OutlinePointer], OutlinePointer),
    "tracedag_group_new": (
        [POINTER(OutlinePointer), c_size_t, POINTER(GroupPointer)], c_int32),
    "tracedag_group_unref": ([GroupPointer], GroupPointer),
    "tracedag_group_report": ([GroupPointer, c_size_t], ReportPointer),
    "tracedag_group_datasets": ([GroupPointer, _LIST_OUT], None),
    "tracedag_group_summary": ([GroupPointer], GroupCountsPointer),
    "tracedag_group_render": ([GroupPointer, c_uint32, c_uint32, _TEXT_OUT, _SIZE_OUT], c_int32),
    "tracedag_diff_changes": ([DiffPointer, _LIST_OUT], None),
    "tracedag_diff_scope": ([DiffPointer, _LIST_OUT], None),
    "tracedag_diff_render": (
        [DiffPointer, c_uint32, c_char_p, c_char_p, c_uint32, _TEXT_OUT, _SIZE_OUT],
        c_int32,
    ),
    "tracedag_dag_first_difference": ([DagPointer, DagPointer, _LIST_OUT], c_int32),
    "tracedag_source_hash": ([c_char_p, c_size_t, c_char_p, c_size_t], c_int32),
}

# ---- reading lists --------------------------------------------------------------------------

_FORMATS = {c_uint32: "I", c_int64: "q", c_uint64: "Q", c_size_t: "N", c_void_p: "P"}


def _flatten(record: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Names and struct formats of a record's fields, those of inner records joined by `_`."""
    for name, kind in record._fields_:
        if issubclass(kind, Structure):
            yield from _flatten(kind, f"{prefix}{name}_")
        else:
            yield prefix + name, _FORMATS.get(kind) or f"{kind._length_}s"


def _row_type(record: Any) -> tuple[str, int, Any]:
    fields = list(_flatten(record))
    row = namedtuple(f"{record.__name__}Row", [name for name, _ in fields])  # type: ignore[misc]
    layout = "@" + "".join(letter for _, letter in fields)
    return layout, calcsize(layout), row


# Unpacking all records at once is several times faster than a Structure for each.
_ROWS = {record: _row_type(record) for record in (*RECORDS.values(), Index, Instant)}


def rows(items: int | None, count: int, stride: int, record: Any) -> Iterator[Any]:
    """The records of a list as named tuples. What a newer library has behind the known fields
    is skipped: a record is as long as the list's stride says."""
    layout, size, row = _ROWS[record]
    if not items or count == 0:
        return iter(())
    memory = string_at(items, count * stride)
    return map(row._make, iter_unpack(f"{layout}{stride - size}x", memory))


def text(ptr: int | None, length: int) -> str:
    """A copy of a text of the library."""
    return string_at(ptr, length).decode() if ptr and length else ""
