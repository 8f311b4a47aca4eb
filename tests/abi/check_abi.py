#!/usr/bin/python3
"""Compares the binary interface with that of the last release, as stored beside this script.

    check_abi.py [--update] [--store FOLDER] LIBRARY HEADERS_FOLDER GENERATED_FOLDER

Two descriptions by abidw make it up. `libtracedag` has the soname, symbols and signatures. `types`
has what no signature reaches: the records, and the numbers of enumerators and constants. It
describes a library of nothing but variables, which is made here from the headers alone.

What an old caller would notice is refused; what was added is shown, and stored at the next release:
--update. Status 1 if anything is refused, 77 when a tool or a description for this machine is
missing.
"""
import argparse
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

RECORD = re.compile(r"(/\*(?:(?!\*/).)*\*/\s*)?\btypedef struct (tracedag_\w+)\s*\{([^{}]*)\}",
                    re.S)
ENUMERATION = re.compile(r"\benum(?: (tracedag_\w+))?\s*\{([^{}]*)\}")
CONSTANT = re.compile(r"^#define (TRACEDAG_[A-Z0-9_]+) (-?\d+|U?INT\d+_MAX)$", re.M)
CC = shlex.split(os.environ.get("CC", "cc"))


class Refusal(Exception):
    pass


def run(command, allowed=(0,)):
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode not in allowed:
        raise Refusal(f"{shlex.join(map(str, command))}: status {result.returncode}\n"
                      + result.stdout + result.stderr)
    return result.stdout


def read_headers(folder):
    return "\n".join(path.read_text() for path in sorted(folder.glob("*.h"))
                     if path.name != "tracedag-version.h")


def without_comments(text):
    """With one blank for each run of blanks, too."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    return re.sub(r" *\n", "\n", re.sub(r"[ \t]+", " ", text))


def read_records(text):
    """Records as {name: body}, and the names of those that may grow at their end.

    The others say that they never change, or are part of another record, which would. abidiff has
    a notion of records that grow, but lets more through than members at the end; so the members of
    these are held one by one.
    """
    text = re.sub(r"/\*\*<.*?\*/", "", text, flags=re.S)  # what is said of single members
    found = [(name, re.sub(r"[\s*]+", " ", comment), without_comments(body))
             for comment, name, body in RECORD.findall(text)]
    growable = {name for name, comment, _ in found if "Never changes its layout." not in comment
                and not any(re.search(rf"\b{name}\b", body) for _, _, body in found)}
    return {name: body for name, _, body in found}, growable


def members(record, body):
    found = []
    for declaration in filter(str.strip, body.split(";")):
        for declarator in declaration.split(","):
            name = re.search(r"(\w+)\s*(\[[^]]*\]\s*)*$", declarator)
            if not name:
                raise Refusal(f"{record}: cannot be read: {declarator.strip()}")
            found.append(name[1])
    return found


def types_source(text):
    """C that makes each public type and number part of some variable's type."""
    records, growable = read_records(text)
    text = without_comments(text)
    lines = ["#include <stddef.h>", "#include <tracedag/tracedag.h>"]
    numbers = [name for name, _ in CONSTANT.findall(text)]
    for record, body in records.items():
        if record not in growable:
            lines.append(f"const {record} *record_{record};")
            continue
        lines.append(f"enum layout_{record} {{")
        lines += [f"    at_{record}_{name} = offsetof({record}, {name}),"
                  for name in members(record, body)]
        lines.append(f"}} layout_{record};")
        lines += [f"__typeof__((({record} *)0)->{name}) *member_{record}_{name};"
                  for name in members(record, body)]
    for enumeration, body in ENUMERATION.findall(text):
        if enumeration:
            lines.append(f"enum {enumeration} enum_{enumeration};")
        else:
            numbers += re.findall(r"\bTRACEDAG_[A-Z0-9_]+\b", body)
    lines += ["enum numbers {", *[f"    is_{name} = {name}," for name in numbers], "} numbers;"]
    return "\n".join(lines) + "\n"


def build_types(folder, text):
    source = folder / "types.c"
    source.write_text(types_source(text))
    library = folder / "types.so"
    run([*CC, "-g", "-shared", "-fPIC", f"-ffile-prefix-map={folder}=.", f"-I{folder}",
         source, "-o", library])
    return library


def describe(library, description, *options):
    run(["abidw", "--exported-interfaces-only", "--no-corpus-path", "--no-comp-dir-path",
         "--no-show-locs", "--no-elf-needed", "--type-id-style", "hash", *options,
         "--out-file", description, library])
    print(f"{description}: written")


def compare(library, description, *options):
    """Raises Refusal for what an old caller would notice; shows any other difference."""
    command = ["abidiff", "--exported-interfaces-only", *options]
    run([*command, "--no-added-syms", description, library])
    rest = run([*command, description, library], range(256))
    print(f"{description.name}: " + (f"differs where no old caller looks\n{rest}"
                                     if rest else "as stored"))


def check(args, folder):
    public = folder / "tracedag"
    shutil.copytree(args.headers, public)
    shutil.copy(args.generated / "tracedag-version.h", public)
    text = read_headers(public)
    growable = folder / "growable.suppr"
    growable.write_text("[suppress_type]\n  type_kind = struct\n"
                        f"  name_regexp = ^({'|'.join(sorted(read_records(text)[1]))})$\n")
    if ".debug_info" not in run(["readelf", "-S", "-W", args.library]):
        raise Refusal(f"{args.library}: no debug information, so a changed type would pass")
    types = build_types(folder, text)

    machine = platform.machine()
    described = [args.store / f"{name}.{machine}.abi" for name in ("libtracedag", "types")]
    if args.update:
        describe(args.library, described[0], "--headers-dir", public, "--drop-private-types")
        describe(types, described[1])
        return 0
    if not all(path.exists() for path in described):
        print(f"there is no description for {machine} yet: make it with --update")
        return 77
    compare(args.library, described[0], "--headers-dir2", public, "--drop-private-types",
            "--suppressions", growable)
    compare(types, described[1])
    return 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--store", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("library", type=Path)
    parser.add_argument("headers", type=Path)
    parser.add_argument("generated", type=Path)
    args = parser.parse_args()
    for tool in (CC[0], "abidw", "abidiff", "readelf"):
        if not shutil.which(tool):
            print(f"{tool} is missing")
            return 77
    with tempfile.TemporaryDirectory() as folder:
        try:
            return check(args, Path(folder))
        except Refusal as refusal:
            print(f"refused: {refusal}")
            return 1


if __name__ == "__main__":
    sys.exit(main())
