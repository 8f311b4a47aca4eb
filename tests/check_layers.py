#!/usr/bin/python3
"""Holds the includes of lib/ against lib/LAYERS.

    check_layers.py [LIB_FOLDER]

A file may include its own header, headers of units on strictly lower rungs, and the public and
system headers that LAYERS opens to it. A source without a header of its own that is named after
a unit, such as render_json.c after render, belongs to that unit unless LAYERS names it. The
build's list of sources is complete. Prints each breach on a line; status 1 if there is any.
"""
import re
import sys
from pathlib import Path

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
PUBLIC = re.compile(r"(?:.*/)?(tracedag[a-z-]*\.h)")


def read_layers(path):
    """Returns ({unit: rung}, {header: units that may include it}, faults)."""
    rungs, outside, faults = {}, {}, []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        words = line.split("#")[0].split()
        if not words:
            continue
        if words[0] in ("public", "system") and len(words) > 2:
            outside.setdefault(words[1], set()).update(words[2:])
        elif words[0].isdigit() and len(words) > 1:
            for unit in words[1:]:
                if unit in rungs:
                    faults.append(f"LAYERS:{number}: {unit} stands on two rungs")
                rungs[unit] = int(words[0])
        else:
            faults.append(f"LAYERS:{number}: cannot be read: {line.strip()}")
    return rungs, outside, faults


def unit_of(path, rungs):
    """The unit that a file belongs to."""
    stem = path.stem.removesuffix("_parts")  # what the files of one unit share
    while stem not in rungs and "_" in stem and not path.with_suffix(".h").exists():
        stem = stem.rpartition("_")[0]
    return stem if stem in rungs else path.stem


def check_include(unit, form, header, lib, rungs, outside):
    """Returns what is wrong with one include of a unit, or None."""
    public = PUBLIC.fullmatch(header)
    if public:
        header = public[1]
    if header in outside:
        if unit in outside[header]:
            return None
        return f"includes {header}, which is for {', '.join(sorted(outside[header]))}"
    if public:
        return f"includes {header}, which LAYERS opens to nobody"
    if form == "<":
        return None
    if not (lib / header).exists():
        return f"includes {header}, which is not in lib"
    other = unit_of(lib / header, rungs)
    if other == unit or other not in rungs or rungs[other] < rungs[unit]:
        return None
    side = "on the same rung" if rungs[other] == rungs[unit] else "on a higher rung"
    return f"(rung {rungs[unit]}) includes {header} (rung {rungs[other]}), {side}"


def check(lib):
    rungs, outside, faults = read_layers(lib / "LAYERS")
    files = sorted([*lib.glob("*.c"), *lib.glob("*.h")])
    units = {unit_of(path, rungs) for path in files}
    faults += [f"LAYERS: {unit} is missing" for unit in sorted(units - set(rungs))]
    faults += [f"LAYERS: {unit} has no file" for unit in sorted(set(rungs) - units)]
    named = set().union(*outside.values()) if outside else set()
    faults += [f"LAYERS: {unit} has no rung" for unit in sorted(named - set(rungs))]
    built = set(re.findall(r"'(\w+\.c)'", (lib / "meson.build").read_text()))
    faults += [f"meson.build: {path.name} is missing" for path in files
               if path.suffix == ".c" and path.name not in built]
    for path in files:
        unit = unit_of(path, rungs)
        if unit not in rungs:
            continue
        for form, header in INCLUDE.findall(path.read_text(errors="replace")):
            fault = check_include(unit, form, header, lib, rungs, outside)
            if fault:
                faults.append(f"{path.name}: {fault}")
    return len(files), faults


def main():
    here = Path(__file__).resolve().parent
    lib = Path(sys.argv[1]) if len(sys.argv) > 1 else here.parent / "lib"
    count, faults = check(lib)
    for fault in faults:
        print(fault)
    if not count:
        faults.append("no files")
        print(f"{lib}: no C files")
    print(f"{count} files of lib: " + (f"{len(faults)} wrong" if faults else "the ladder holds"))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
