#!/usr/bin/env python3
"""The schema in a validator of JavaScript, whose patterns are those of editors.

    ajv.py COMMAND CASES FOLDER

COMMAND is the built `tracedag`, CASES the folder of golden cases, FOLDER the one where npm
installed ajv. It accepts what the command accepts, and refuses the documents of
tests/check_schema.py that break one condition, those with a catalog included.
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
COMMAND, CASES, FOLDER = sys.argv[1:]
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent))

import check_schema  # noqa: E402


def refused(values, *options):
    """The numbers of the values that ajv refuses."""
    with tempfile.NamedTemporaryFile() as schema:
        subprocess.run([COMMAND, "schema", *options], stdout=schema, check=True)
        done = subprocess.run(["node", HERE / "ajv.cjs", FOLDER, schema.name], capture_output=True,
                              input=b"".join(map(check_schema.reference.line, values)), check=True)
    return {int(number) for number in done.stdout.split()}


def with_catalog():
    """Faults of the schema of a catalog."""
    whole = check_schema.KNOWN
    conditions, freedoms = check_schema.KNOWN_CONDITIONS, check_schema.KNOWN_FREEDOMS
    with tempfile.NamedTemporaryFile("w") as catalog:
        json.dump(check_schema.CATALOG, catalog)
        catalog.flush()
        found = refused([check_schema.with_changes(changes, whole)
                         for _, changes in conditions + freedoms], "--catalog", catalog.name)
    return [f"{title}: ajv {'refuses' if number in found else 'accepts'} it"
            for number, (title, _) in enumerate(conditions + freedoms)
            if (number in found) != (number < len(conditions))]


def main():
    paths = sorted(Path(CASES).glob("valid/*.yaml")) + sorted(Path(CASES).glob("*/*/*.yaml"))
    codes = check_schema.Command(COMMAND).verdicts(paths)
    paths = [path for path in paths if not codes[str(path)]]
    faults = [f"{paths[number]}: accepted, and refused by ajv"
              for number in refused([check_schema.read(path.read_bytes()) for path in paths])]
    conditions = check_schema.CONDITIONS
    found = refused([check_schema.with_changes(changes) for _, changes in conditions])
    faults += [f"{title}: ajv accepts it"
               for number, (title, _) in enumerate(conditions) if number not in found]
    faults += with_catalog()
    for fault in faults:
        print(fault)
    print(f"ajv: {len(paths)} accepted documents, {len(found)} refused ones")
    return 1 if faults or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
