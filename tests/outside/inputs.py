"""Finds the inputs of others in a folder, in the layouts that they come in.

| layout | what is an input |
|---|---|
| `data` of yaml-test-suite | `in.yaml` of a folder; `in.json` beside it is its value |
| `src` of yaml-test-suite | `yaml` of each test in a file of tests; `json` is its value |
| all else | each file, whatever its name, as it is |
"""
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import yaml

# How files of `src` write what nobody would see.
SIGNS = (
    ("␣", " "),
    ("←", "\r"),
    ("⇔", "\ufeff"),
    ("↵", ""),
)
TAB = re.compile("—*»")


@dataclass(frozen=True)
class Input:
    name: str
    data: bytes
    json: Optional[str] = None
    """Its values by who wrote the input, as JSON texts one behind the other."""


def find(folder):
    """The inputs below a folder, by name."""
    root = Path(folder)
    for place, below, files in os.walk(root):
        below[:] = sorted(name for name in below if not name.startswith("."))
        here = Path(place)
        name = here.relative_to(root).as_posix()
        if "in.yaml" in files:
            yield of_folder(here, name)
            continue
        for file in sorted(files):
            if not (here / file).is_symlink():
                yield from of_file(here / file, file if name == "." else f"{name}/{file}")


def of_folder(folder, name):
    """The test of a folder of the layout `data`."""
    value = folder / "in.json"
    return Input(name, (folder / "in.yaml").read_bytes(),
                 value.read_text(encoding="utf-8") if value.exists() else None)


def of_file(path, name):
    """The tests of a file of the layout `src`, or the file."""
    data = path.read_bytes()
    tests = tests_of(data) if path.suffix == ".yaml" else None
    if not tests:
        return [Input(name, data)]
    width = len(str(len(tests) - 1)) + 1
    found, value = [], None
    for number, test in enumerate(tests):
        value = test.get("json", value)  # a test that has none has that of the one before
        one = f"{path.stem}/{number:0{width}}" if len(tests) > 1 else path.stem
        found.append(Input(one, written(test["yaml"]).encode(),
                           None if value == "null" else value))
    return found


def tests_of(data):
    """The tests in a file of the layout `src`; None for any other file."""
    try:
        tests = yaml.load(data, Loader=yaml.CBaseLoader)
    except (yaml.YAMLError, ValueError):
        return None
    fine = isinstance(tests, list) and all(
        isinstance(test, dict) and isinstance(test.get("yaml"), str) and
        ("tree" in test or "fail" in test or "json" in test or number > 0)
        for number, test in enumerate(tests))
    return tests if fine else None


def written(text):
    """The input that a test of the layout `src` shows."""
    text = TAB.sub("\t", text)
    for sign, character in SIGNS:
        text = text.replace(sign, character)
    return text[:-2] if text.endswith("∎\n") else text
