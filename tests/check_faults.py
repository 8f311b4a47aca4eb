#!/usr/bin/env python3
"""Makes one fault at a time in good documents, and looks whether the findings tell of it.

    check_faults.py [--show N] [--kind KIND] TRACEDAG FOLDER

Every document of FOLDER is changed in every line in every way of KINDS. A change that leaves the
document accepted is no fault. Of the others, the findings name the fault when one of them stands
on the changed line or the next one: of a line that was taken out, on the line before or behind
the gap, or at the opening line of the list or map that the line was in, for that is where a
missing key is reported. What must hold stands at the head of the file.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

NAMED_LEAST = 0.95
MANY = 3
MANY_MOST = 0.02
FAULTS_LEAST = 2000


def indent(line):
    return len(line) - len(line.lstrip(" "))


def visible(line):
    return line.strip() != "" and not line.lstrip().startswith("#")


def without(line, characters):
    """The line without each of the characters in turn."""
    return [line[:i] + line[i + 1:] for i, c in enumerate(line) if c in characters]


def taken_out(lines, i):
    yield lines[:i] + lines[i + 1:]


def doubled(lines, i):
    yield lines[:i + 1] + lines[i:]


def swapped(lines, i):
    if i + 1 < len(lines) and lines[i] != lines[i + 1]:
        yield lines[:i] + [lines[i + 1], lines[i]] + lines[i + 2:]


def moved(lines, i):
    for step in (-2, -1, 1, 2):
        if indent(lines[i]) + step >= 0:
            text = " " * (indent(lines[i]) + step) + lines[i].lstrip(" ")
            yield lines[:i] + [text] + lines[i + 1:]


def dropped(characters):
    def change(lines, i):
        for line in without(lines[i], characters):
            yield lines[:i] + [line] + lines[i + 1:]
    return change


KINDS = {
    "line taken out": taken_out,
    "line doubled": doubled,
    "lines swapped": swapped,
    "line indented otherwise": moved,
    "quote dropped": dropped("'\""),
    "colon dropped": dropped(":"),
    "bracket dropped": dropped("[]{}"),
}


def opener(lines, i):
    """The line that the block of line i begins in: the one above that is indented less, or the
    item of a list that it is a part of."""
    at = indent(lines[i])
    for k in range(i - 1, -1, -1):
        if visible(lines[k]) and indent(lines[k]) < at:
            return k
    return 0


def near(kind, lines, i):
    """Lines, from 1, where a finding names the fault."""
    if kind == "line taken out":
        return {i, i + 1, opener(lines, i) + 1}
    if kind == "lines swapped":
        return {i + 1, i + 2, i + 3}
    return {i + 1, i + 2}


def faults(folder):
    """All changes, as kind, document, lines near and text."""
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".yaml"):
            continue
        with open(os.path.join(folder, name), newline="", encoding="utf-8") as file:
            lines = file.read().split("\n")
        for i, line in enumerate(lines):
            for kind, change in KINDS.items() if visible(line) else ():
                for changed in change(lines, i):
                    yield kind, name, near(kind, lines, i), "\n".join(changed)


def findings(command, texts):
    """The errors of each text, as lists."""
    with tempfile.TemporaryDirectory() as folder:
        for i, text in enumerate(texts):
            with open(f"{folder}/{i:08}.yaml", "w", newline="", encoding="utf-8") as out:
                out.write(text)
        done = subprocess.run([command, "validate", "--format", "json", folder],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{command}: status {done.returncode}: {done.stderr[:500]!r}")
    found = [[] for _ in texts]
    for line in done.stdout.splitlines():
        finding = json.loads(line)
        if finding.get("severity") == "error":
            found[int(os.path.basename(finding["file"])[:8])].append(finding)
    return found


def show(kind, name, lines, text, found):
    print(f"---- {name}: {kind}, lines {sorted(lines)}")
    for number, line in enumerate(text.split("\n"), 1):
        if number in lines:
            print(f"{number:4} {line}")
    for finding in found:
        print(f"  {finding['span']['start']['line']}: {finding['code']} {finding['message']}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--show", type=int, default=0, help="show so many that are not named")
    parser.add_argument("--many", action="store_true", help="show those with many findings")
    parser.add_argument("--kind")
    parser.add_argument("command")
    parser.add_argument("folder")
    options = parser.parse_args()
    made = [fault for fault in faults(options.folder)
            if options.kind in (None, fault[0])]
    counts = {kind: [0, 0, 0, 0] for kind in KINDS}
    shown = 0
    for (kind, name, lines, text), found in zip(made, findings(options.command,
                                                               [m[3] for m in made])):
        count = counts[kind]
        count[0] += 1
        if not found:
            continue
        named = any(finding["span"]["start"]["line"] in lines for finding in found)
        many = len(found) > MANY
        count[1] += 1
        count[2] += named
        count[3] += many
        if shown < options.show and (many if options.many else not named):
            show(kind, name, lines, text, found)
            shown += 1
    counts["all"] = [sum(count[i] for count in counts.values()) for i in range(4)]
    print(f"{'':24} {'changes':>8} {'faults':>8} {'named':>8} {'above 3':>8}")
    for kind, (changes, bad, named, many) in counts.items():
        if bad:
            print(f"{kind:24} {changes:8} {bad:8} {100 * named / bad:7.2f}% {100 * many / bad:7.2f}%")
    _, bad, named, many = counts["all"]
    fine = bad >= FAULTS_LEAST and named >= NAMED_LEAST * bad and many <= MANY_MOST * bad
    return 0 if fine or options.kind else 1


if __name__ == "__main__":
    sys.exit(main())
