#!/usr/bin/python3
"""TD801 warns of plain scalars that readers of YAML 1.1 read otherwise, and of no others.

    check_yaml11.py COMMAND [GO]

PyYAML tells what a reader of YAML 1.1 makes of a scalar, the core schema of YAML 1.2 is written
down here from its specification, and the command says of which it warns. Scalars are rows of
published comparisons and a few thousand of characters that numbers and dates are made of, by a
fixed seed. Where the two readings differ, and only there, a warning is expected; some forms
differ for Go's yaml.v3 alone, and are named in GO_ALONE. GO is a program that reads scalars, a
line each, and writes what yaml.v3 makes of them (yaml11/main.go): with it those count as well.
"""
import json
import random
import re
import subprocess
import sys
from decimal import Decimal

try:
    import yaml
except ImportError as error:
    print("skipped:", error)
    sys.exit(77)

SEED = 20261124
COUNT = 6000
ROWS = """y Y n N yes Yes YES no No NO on On ON off Off OFF yEs oN true True TRUE false null Null ~
0 -0 +0 0o17 0O17 017 -017 08 09.5 0o8 0x1F 0X1F -0x1F +0x1F 0x1_F 0b1010 -0b1 0b2 0B1 1_000 1_000.5
1__0 _1 1_ 12:30:45 1:30 1:60 12:30 012:30 01:30 01:30.5 190:20:30.15 .5 5. +.5 -.5 . 1e3 1.0e3 1.e3
1.0e+3 1.0E-3 .5e3 .5e+3 12e03 0000 00.5 685_230.15 2001-12-14 2001-1-1 2001-12-14T21:59:43.10-05:00
2001-12-14t21:59:43Z 2001-12-14T1:2:3 20011214 123456789012345678901234567890 9007199254740993
18446744073709551615 18446744073709551616 -9223372036854775808 -9223372036854775809 0.1 1.10 1,000
inf nan Infinity 1.2.3 0x 0b 0o 0d10 = == a-b 1a""".split()
# What Go's yaml.v3 reads otherwise and PyYAML does not, with the reason.
GO_ALONE = [
    (r"[yYnN]", "they go into a field of type bool"),
    (r"[-+]?0[XOBob][0-9a-fA-F_]+", "Go's own prefixes"),
    (r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", "dates with one digit"),
    (r"[-+]?_*[0-9][0-9_.]*([eE][-+]?[0-9_]+)?", "underscores anywhere in a number"),
    (r"[-+]?0[xX][0-9a-fA-F_]+", "underscores and signs"),
    (r"[-+]?[0-9.]{16,}([eE].*)?", "what 64 bits do not hold"),
    (r".*[eE][-+]?[0-9]{3,}", "exponents that a double does not hold"),
]
# To Go a number beyond all doubles is text; the library does not compute whether one is.
BEYOND = re.compile(r".*_.*[eE].*|.*[eE].*_.*")


def core(text):
    """What YAML 1.2's core schema makes of a plain scalar, chapter 10.3.2."""
    if re.fullmatch("null|Null|NULL|~|", text):
        return None
    if re.fullmatch("true|True|TRUE|false|False|FALSE", text):
        return text.lower() == "true"
    if re.fullmatch("[-+]?[0-9]+", text):
        return int(text)
    if re.fullmatch("0o[0-7]+|0x[0-9a-fA-F]+", text):
        return int(text, 0)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", text):
        return Decimal(text)
    return text


def same(first, second):
    """Whether a value of the core schema is what another reader has."""
    if isinstance(first, Decimal):
        return isinstance(second, float) and Decimal(repr(second)) == first
    return type(first) is type(second) and first == second


def pyyaml(text):
    try:
        return yaml.safe_load("k: " + text)["k"]
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        return error


def scalars():
    """Each once, those that stand in a flow list as they are."""
    rng = random.Random(SEED)
    made = list(ROWS) + ["<<"]
    digits = "0123456789"
    for _ in range(COUNT):
        kind = rng.randrange(4)
        if kind == 0:
            made.append("".join(rng.choice("01789+-._eExob") for _ in range(rng.randint(1, 7))))
        elif kind == 1:
            made.append(rng.choice(["", "-", "+"]) + ":".join(
                str(rng.randint(0, 99)) for _ in range(rng.randint(2, 3))))
        elif kind == 2:
            made.append("-".join([f"{rng.randint(0, 9999):04}", str(rng.randint(0, 13)),
                                  f"{rng.randint(0, 32):0{rng.randint(1, 2)}}"]))
        else:
            made.append("".join(rng.choice(digits) for _ in range(rng.randint(1, 24))))
    plain = re.compile(r"[-+]?[0-9A-Za-z._:=~<]([-+0-9A-Za-z._:=~<]*[-+0-9A-Za-z._=~<])?")
    fine = [text for text in dict.fromkeys(made) if plain.fullmatch(text) and ": " not in text]
    return [text for text in fine if text not in (".", "~") and not re.match("[-+]?\\.(inf|nan)",
                                                                            text, re.I)]


def warned(command, texts):
    """Those of the texts that TD801 is about."""
    job = ("name: d\njobs:\n- name: a\n  activation: source\n  runtime: dispatcher\n  operator: o\n"
           "  outputs: 0\n  source: {kind: manual}\n  config:\n    x:\n")
    found = set()
    for begin in range(0, len(texts), 500):
        document = job + "".join(f"    - {text}\n" for text in texts[begin:begin + 500])
        said = subprocess.run([command, "validate", "--format=json", "-"], input=document.encode(),
                              capture_output=True, timeout=60)
        *records, summary = map(json.loads, said.stdout.splitlines())
        if not summary["valid"]:
            sys.exit(f"a document is rejected: {records[0]['message']}")
        found |= {record["data"]["found"] for record in records if record["code"] == "TD801"}
    return found


def go_reads_otherwise(program, texts):
    """Those of the texts of which yaml.v3 makes something else than the core schema."""
    said = subprocess.run([program], input="".join(text + "\n" for text in texts), text=True,
                          capture_output=True, check=True, timeout=60).stdout.splitlines()
    assert len(said) == len(texts)
    kinds = {"string": str, "bool": bool, "int": int, "float64": Decimal, "nil": type(None)}
    found = set()
    for text, line in zip(texts, said):
        kind, value, as_bool = line.split("\t")
        mine = core(text)
        differs = kinds.get(kind) is not type(mine) or as_bool == "true"
        if kind == "int" and not differs:
            differs = int(value) != mine
        if kind == "float64" and not differs:
            differs = Decimal(value) != mine
        if differs:
            found.add(text)
    return found


def main():
    command, *go = sys.argv[1:]
    texts = scalars()
    found = warned(command, texts)
    differ = {text for text in texts if not same(core(text), pyyaml(text))}
    alone = {text for text in texts
             if any(re.fullmatch(form, text) for form, _ in GO_ALONE)}
    faults = [f"`{text}` is {core(text)!r}, in YAML 1.1 {pyyaml(text)!r}: no warning"
              for text in sorted(differ - found)]
    faults += [f"`{text}` is {core(text)!r} in both, and warned of"
               for text in sorted(found - differ - alone)]
    if go:
        others = go_reads_otherwise(go[0], texts)
        faults += [f"`{text}`: Go differs, no warning" for text in sorted(others - found)]
        faults += [f"`{text}`: nobody differs, and warned of"
                   for text in sorted(found - differ - others) if not BEYOND.fullmatch(text)]
    print("\n".join(faults[:40]))
    print(f"{len(texts)} scalars, {len(differ)} that PyYAML reads otherwise, {len(found)} warned "
          f"of, {len(faults)} faults")
    return 1 if faults or len(differ) < 500 else 0


if __name__ == "__main__":
    sys.exit(main())
