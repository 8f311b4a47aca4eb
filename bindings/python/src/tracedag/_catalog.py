"""Catalogs: the operators and datasets that a deployment allows."""
from __future__ import annotations

import json
import os
import re
import threading
from ctypes import byref, sizeof
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any, Callable, Iterable, Mapping, Union

from . import _abi, _options, _report
from ._call import Document, Handle, StrPath, borrowed_rows, owned_text, source_bytes
from ._enums import (
    Activation,
    ExecutionStrategy,
    FieldType,
    Limit,
    Members,
    OpenEnum,
    Policy,
    Runtime,
    SourceKind,
    UpdateStrategy,
)
from ._errors import OK, REJECTED, fault
from ._library import lib

Number = Union[int, Decimal]
"""A bound of a catalog, which is exact: integers are int, others Decimal."""

_TYPES = Members(FieldType)
_POLICIES = Members(Policy)
_ANY_OUTPUTS = 0xFFFFFFFF


@dataclass(frozen=True)
class CatalogField:
    """A field of `config`, or one that readers may filter by."""

    type: FieldType
    required: bool = False
    """Whether it has to be there; only in `config` and `fields`."""
    enum: tuple[str | Number, ...] = ()
    """The values that are accepted; empty for all."""
    min: Number | None = None
    """The least value of a number, count of characters of a string, or of items of a list."""
    max: Number | None = None
    items: CatalogField | None = None
    """Of a list: what its items are like; None for anything."""
    fields: Mapping[str, CatalogField] | None = field(default=None, hash=False)
    """Of a map: its fields; None where it is free. A dict, to be read and not to be changed."""


@dataclass(frozen=True)
class Operator:
    """An operator of a catalog: what its jobs may say. An empty set allows all."""

    name: str
    runtimes: frozenset[Runtime] = frozenset()
    activations: frozenset[Activation] = frozenset()
    source_kinds: frozenset[SourceKind] = frozenset()
    execution_strategies: frozenset[ExecutionStrategy] = frozenset()
    update_strategies: frozenset[UpdateStrategy] = frozenset()
    outputs_min: int = 0
    outputs_max: int | None = None
    """None where there is no bound."""
    udf: Policy = Policy.FORBIDDEN
    secrets: Policy = Policy.ALLOWED
    trusted_on_lambda: bool = False
    """Whether its jobs may have secrets there."""
    config: Mapping[str, CatalogField] | None = field(default=None, hash=False)
    """The fields of `config`; None where it is free. A dict, to be read and not to be changed."""
    where: Mapping[str, CatalogField] | None = field(default=None, hash=False)
    """The fields by which readers of its outputs may filter; None where that is not checked. A
    dict likewise."""


@dataclass(frozen=True)
class Dataset:
    """A dataset of a catalog."""

    name: str
    where: Mapping[str, CatalogField] | None = field(default=None, hash=False)
    """The fields by which readers may filter; None where that is not checked. A dict, to be read
    and not to be changed."""


class Catalog:
    """What a deployment allows, to be given to check() and the like as `catalog`.

    It is made of operators and datasets, each None where they are not to be checked, or read
    from YAML by Catalog.read(). One with a fault raises TraceDagError. It never changes, any
    number of threads may use one, and pickle takes it to other processes.
    """

    __slots__ = ("__weakref__", "_again", "_handle", "_lock", "_parts")

    def __init__(self, operators: Iterable[Operator] | None = None,
                 datasets: Iterable[Dataset] | None = None, *,
                 options: _options.Options | None = None, **limits: int) -> None:
        root: dict[str, Any] = {}
        if operators is not None:
            root["operators"] = {each.name: _of_operator(each) for each in operators}
        if datasets is not None:
            root["datasets"] = {each.name: _of_where(each.where) for each in datasets}
        self._open(_json(root).encode(), "-", _options.make(options, limits))

    @classmethod
    def read(cls, source: Document, *, file: StrPath = "-",
             options: _options.Options | None = None, **limits: int) -> Catalog:
        """The catalog of a YAML document; `file` is how a report names it. Warnings about an
        accepted one are lost."""
        return cls._read(source, file, _options.make(options, limits))

    @classmethod
    def read_file(cls, path: StrPath, *, options: _options.Options | None = None,
                  **limits: int) -> Catalog:
        """read() of a file. No more of it is read than the limit `input_bytes` and one byte."""
        settings = _options.make(options, limits)
        with open(os.fspath(path), "rb") as stream:
            data = stream.read(settings.limit(Limit.INPUT_BYTES) + 1)
        return cls._read(data, path, settings)

    @classmethod
    def _read(cls, source: Document, file: StrPath, options: _options.Options) -> Catalog:
        catalog = cls.__new__(cls)
        data = source_bytes(source, options.limit(Limit.INPUT_BYTES))
        catalog._open(data, _report.file_name(file), options)
        return catalog

    def _open(self, data: bytes, file: str, options: _options.Options) -> None:
        pointer, report = _judge(data, file, options)
        if not pointer:
            raise _report.TraceDagError(report)
        report.close()
        self._adopt(pointer, partial(type(self)._read, data, file, options))

    def _adopt(self, pointer: Any, again: Callable[[], Catalog]) -> None:
        self._handle = Handle("Catalog", pointer, lib.tracedag_catalog_unref)
        self._lock = threading.Lock()
        self._parts: dict[str, Any] = {}
        self._again = again

    # ---- what stands in it ------------------------------------------------------------------

    @property
    def operators(self) -> tuple[Operator, ...] | None:
        """The operators by name; None where the catalog says nothing of them."""
        found: tuple[Operator, ...] | None = self._part(
            "operators", _abi.Operator, lib.tracedag_catalog_operators, _operator)
        return found

    @property
    def datasets(self) -> tuple[Dataset, ...] | None:
        """The datasets by name; None where the catalog says nothing of them."""
        found: tuple[Dataset, ...] | None = self._part(
            "datasets", _abi.Dataset, lib.tracedag_catalog_datasets, _dataset)
        return found

    def _part(self, name: str, record: Any, function: Any, make_part: Any) -> Any:
        with self._lock, self._handle as pointer:
            if name not in self._parts:
                found = _abi.List()
                function(pointer, byref(found))
                self._parts[name] = tuple(map(
                    make_part, borrowed_rows(record, function, pointer))) if found.items else None
            return self._parts[name]

    def dumps(self) -> str:
        """The catalog as JSON on one line, which Catalog.read() reads."""
        with self._handle as pointer:
            return owned_text(lib.tracedag_catalog_write, pointer).decode()

    # ---- life -------------------------------------------------------------------------------

    def close(self) -> None:
        """Gives the memory back. Options and reports that have the catalog keep it. A closed
        catalog raises ValueError. Closing again does nothing."""
        self._handle.close()

    @property
    def closed(self) -> bool:
        """Whether close() was called."""
        return self._handle.closed

    def __enter__(self) -> Catalog:
        self._handle.require_open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> tuple[Callable[[], Catalog], tuple[()]]:
        self._handle.require_open()
        return self._again, ()

    def __repr__(self) -> str:
        return f"<Catalog{', closed' if self.closed else ''}>"


def _judge(data: bytes, file: str, options: _options.Options) -> tuple[Any, _report.Report]:
    """A handle, false for a catalog that is rejected, and the report."""
    catalog, report = _abi.CatalogPointer(), _abi.ReportPointer()
    with options._handle as pointer:
        status = lib.tracedag_catalog_read(data, len(data), pointer, byref(catalog),
                                           byref(report))
    if status not in (OK, REJECTED):
        raise fault(status, lib.tracedag_status_text(status).decode())
    return catalog, _report.Report(report, file, partial(_judged_again, data, file, options))


def _judged_again(data: bytes, file: str, options: _options.Options) -> _report.Report:
    catalog, report = judge(data, file, options)
    if catalog is not None:
        catalog.close()
    return report


def judge(data: bytes, file: str,
          options: _options.Options) -> tuple[Catalog | None, _report.Report]:
    """A catalog, unless it is rejected, and its report, for who wants the warnings, too."""
    pointer, report = _judge(data, file, options)
    if not pointer:
        return None, report
    catalog = Catalog.__new__(Catalog)
    catalog._adopt(pointer, partial(Catalog._read, data, file, options))
    return catalog, report


# ---- out of the library ---------------------------------------------------------------------


def _set(kind: Any, bits: int) -> frozenset[Any]:
    return frozenset(kind(value) for value in range(1, 32) if bits >> value & 1)


def _number(text: str) -> Number:
    """A number in any spelling of YAML 1.2."""
    if text.startswith(("0x", "0o")):
        return int(text, 0)
    return int(text) if re.fullmatch("[-+]?[0-9]+", text) else Decimal(text)


def _bound(ptr: int | None, length: int) -> Number | None:
    return _number(_abi.text(ptr, length)) if ptr else None


def _field(row: Any) -> CatalogField:
    kind = _TYPES[row.type]
    words = [_abi.text(each.ptr, each.len) for each in _abi.rows(
        row.words_items, row.words_count, row.words_stride, _abi.Text)]
    items = _abi.rows(row.items, 1, sizeof(_abi.CatalogField), _abi.CatalogField)
    return CatalogField(
        type=kind,
        required=bool(row.required),
        enum=tuple(words if kind == FieldType.STRING else map(_number, words)),
        min=_bound(row.min_ptr, row.min_len),
        max=_bound(row.max_ptr, row.max_len),
        items=next(map(_field, items), None),
        fields=_fields(row, "fields", row.closed),
    )


def _fields(row: Any, name: str, closed: int) -> dict[str, CatalogField] | None:
    if not closed:
        return None
    rows = _abi.rows(getattr(row, f"{name}_items"), getattr(row, f"{name}_count"),
                     getattr(row, f"{name}_stride"), _abi.CatalogField)
    return {_abi.text(each.name_ptr, each.name_len): _field(each) for each in rows}


def _operator(row: Any) -> Operator:
    return Operator(
        name=_abi.text(row.name_ptr, row.name_len),
        runtimes=_set(Runtime, row.runtimes),
        activations=_set(Activation, row.activations),
        source_kinds=_set(SourceKind, row.source_kinds),
        execution_strategies=_set(ExecutionStrategy, row.execution_strategies),
        update_strategies=_set(UpdateStrategy, row.update_strategies),
        outputs_min=row.outputs_min,
        outputs_max=None if row.outputs_max == _ANY_OUTPUTS else row.outputs_max,
        udf=_POLICIES[row.udf],
        secrets=_POLICIES[row.secrets],
        trusted_on_lambda=bool(row.trusted_on_lambda),
        config=_fields(row, "config", row.config_closed),
        where=_fields(row, "where", row.where_closed),
    )


def _dataset(row: Any) -> Dataset:
    return Dataset(name=_abi.text(row.name_ptr, row.name_len),
                   where=_fields(row, "where", row.where_closed))


# ---- into the library -----------------------------------------------------------------------


def _words(members: Iterable[OpenEnum]) -> list[str]:
    return [str(member) for member in sorted(members)]


def _of_field(each: CatalogField) -> dict[str, Any]:
    made: dict[str, Any] = {"type": str(each.type)}
    if each.required:
        made["required"] = True
    if each.enum:
        made["enum"] = each.enum
    for name, bound in (("min", each.min), ("max", each.max)):
        if bound is not None:
            made[name] = bound
    if each.items is not None:
        made["items"] = _of_field(each.items)
    if each.fields is not None:
        made["fields"] = _of_fields(each.fields)
    return made


def _of_fields(fields: Mapping[str, CatalogField]) -> dict[str, Any]:
    return {name: _of_field(each) for name, each in fields.items()}


def _of_where(where: Mapping[str, CatalogField] | None) -> dict[str, Any]:
    return {} if where is None else {"where": _of_fields(where)}


def _of_operator(each: Operator) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name in ("runtimes", "activations", "source_kinds", "execution_strategies",
                 "update_strategies"):
        if getattr(each, name):
            made[name] = _words(getattr(each, name))
    outputs = {"min": each.outputs_min}
    if each.outputs_max is not None:
        outputs["max"] = each.outputs_max
    made["outputs"] = outputs
    made["udf"], made["secrets"] = str(each.udf), str(each.secrets)
    made["trusted_on_lambda"] = each.trusted_on_lambda
    if each.config is not None:
        made["config"] = _of_fields(each.config)
    return {**made, **_of_where(each.where)}


# What JSON leaves as it is, and the library refuses raw.
_RAW = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def _json(value: Any) -> str:
    """JSON as the library reads it: numbers as they are written, so that a Decimal is exact."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, Decimal)):
        return str(value)
    if isinstance(value, str):
        text = json.dumps(value, ensure_ascii=False)
        return _RAW.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    if isinstance(value, Mapping):
        return "{%s}" % ", ".join(f"{_json(key)}: {_json(inner)}" for key, inner in value.items())
    if isinstance(value, (list, tuple)):
        return "[%s]" % ", ".join(map(_json, value))
    raise TypeError(f"a catalog has no {type(value).__name__} in it")
