#!/usr/bin/python3
"""The entries of tracedag-diagnostics(7) are what the library's table of pages says.

    check_codes.py [--update] PROGRAM

Compares what stands between the two marks in man/tracedag-diagnostics.7 with what is made of the
pages that PROGRAM (the built `print_pages`) prints; with --update, writes it there. An entry shows
the lines of the bad document that the good one has not, with a line around them, and the other
way round. Of the rest of the page, the keys of JSON records and of `data` are those of the golden
files, and the text that the page shows is a part of one. Prints each fault on a line; status 1 if
there is any.
"""
import difflib
import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PAGE = PROJECT / "man" / "tracedag-diagnostics.7"
BEGIN = '.\\" codes: begin\n'
END = '.\\" codes: end\n'
SEVERITIES = {1: "error", 2: "warning", 3: "note"}
# The parts of the list, each from a number on.
PARTS = {101: "Text", 110: "YAML", 190: "Limits", 201: "Shape", 301: "Jobs", 401: "Graph",
         501: "Publishing", 601: "Trust", 701: "Schedules", 801: "Habits", 901: "Documents together"}

# ---- entries --------------------------------------------------------------------------------


def escaped(line):
    """A line that roff reads as text, in ASCII."""
    line = ("\\&" if line[:1] in (".", "'") else "") + line.replace("\\", "\\e")
    return re.sub(r"[^\x00-\x7F]", lambda match: f"\\[u{ord(match[0]):04X}]", line)


def sentences(text):
    """Text for people: each sentence begins a line of the source."""
    lines = []
    for sentence in re.split(r"(?<=[\w`)]\.) (?=[A-Z`])", text):
        lines += textwrap.wrap(sentence, 96, break_long_words=False, break_on_hyphens=False)
    return [escaped(line) for line in lines]


def as_sentence(rule):
    return rule[0].upper() + rule[1:] + "."


def excerpt(lines, ranges):
    """Ranges of lines with a line around each, and `...` for what is left out between them."""
    shown, at = [], None
    for first, last in ranges:
        first, last = max(first - 1, at or 0), min(last + 1, len(lines))
        if at is not None and first > at:
            shown.append("...")
        shown += lines[first:last]
        at = last
    depths = [len(line) - len(line.lstrip(" ")) for line in shown if line != "..."]
    return [line if line == "..." else line[min(depths):] for line in shown]


def excerpts(page):
    """What the bad document has and the good one has not; and the other way round, if anything."""
    bad, good = page["bad"].splitlines(), page["good"].splitlines()
    changes = [change[1:] for change in difflib.SequenceMatcher(None, bad, good, False)
               .get_opcodes() if change[0] != "equal"]
    added = any(last > first for _, _, first, last in changes)
    return (excerpt(bad, [change[:2] for change in changes]),
            excerpt(good, [change[2:] for change in changes]) if added else [])


def display(lines):
    if not lines:
        return []
    return [".Bd -literal -offset indent", *map(escaped, lines), ".Ed"]


def entry(page):
    bad, good = excerpts(page)
    option = [".Pp", "With", f".Ql {page['option']} :"] if page["option"] else []
    return [f".It Sy TD{page['code']} {page['name']} Pq {SEVERITIES[page['severity']]}",
            *sentences(as_sentence(page["rule"])), *sentences(page["why"]), *option,
            *display(bad),
            ".Bd -filled -offset indent", *sentences(page["message"]), ".Ed",
            ".Pp", *sentences(page["advice"]), *display(good)]


def entries(pages):
    """The mdoc of all entries."""
    lines, part = [], None
    for page in pages:
        found = max(first for first in PARTS if first <= page["code"])
        if found != part:
            lines += [".El"] if part else []
            lines += [f".Ss {PARTS[found]}", ".Bl -tag -width Ds"]
            part = found
        lines += entry(page)
    return "\n".join([*lines, ".El", ""])


# ---- the rest of the page -------------------------------------------------------------------


def plain(text):
    """A text of the page without roff's escapes."""
    return text.replace("\\&", "").replace("\\e", "\\")


def data_keys():
    """The keys of `data` in all golden cases."""
    keys = set()
    for path in (PROJECT / "tests" / "cases").glob("*/*.diag"):
        for data in re.findall(r"^  data: (.*)$", path.read_text(), re.M):
            keys.update(json.loads(data))
    return keys


def section(page, name):
    return re.split(r"^\.S[hs] ", page.partition(f".Ss {name}\n")[2], maxsplit=1, flags=re.M)[0]


def check_formats(page):
    """Faults of what the page says of reports."""
    faults, keys = [], data_keys()
    golden = PROJECT / "tests" / "cases" / "invalid"
    records = (golden / "td402-design-example.json").read_text().splitlines()
    listed = re.findall(r"^\.It Li (\w+)$", section(page, "Findings as JSON"), re.M)
    if listed != [key for record in records for key in json.loads(record)]:
        faults.append("the keys of JSON records are others, or stand in another order")
    listed = re.findall(r"^\.It Li (\w+)$", section(page, "Data of findings"), re.M)
    if listed != sorted(keys):
        faults.append(f"the keys of data differ: {sorted(set(listed) ^ keys)}")
    shown = section(page, "Findings as text").partition(".Bd -literal\n")[2].partition(".Ed\n")[0]
    if not any(plain(shown) in path.read_text() for path in golden.glob("*.text")):
        faults.append("the report that is shown is no part of a golden one")
    return faults


def main():
    words = sys.argv[1:]
    update = words[0] == "--update"
    said = subprocess.run([Path(words[-1]).resolve()], check=True, capture_output=True).stdout
    pages = [json.loads(line) for line in said.decode().splitlines()]
    made = entries(pages)
    head, begin, rest = PAGE.read_text().partition(BEGIN)
    found, end, tail = rest.partition(END)
    if not begin or not end or not pages:
        print("tracedag-diagnostics.7 has no marks" if pages else "the program prints nothing")
        return 1
    if update:
        PAGE.write_text(head + begin + made + end + tail)
        return 0
    faults = check_formats(head)
    if found != made:
        sys.stdout.writelines(difflib.unified_diff(
            found.splitlines(True), made.splitlines(True), "man/tracedag-diagnostics.7",
            "the table", n=1))
        faults.append("the entries are others; to refresh them:\n"
                      f"python3 tests/check_codes.py --update {words[-1]}")
    for fault in faults:
        print(f"tracedag-diagnostics.7: {fault}")
    print("something is wrong" if faults else f"{len(pages)} codes have their entries")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
