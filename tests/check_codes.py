#!/usr/bin/python3
"""Holds man/tracedag-diagnostics.7 against the table of codes and the golden cases.

    check_codes.py [PROJECT_FOLDER]

The page has one entry for each code of tracedag-codes.h, in their order, with its name and
severity. Each example is a part of a golden case of that code, and the message below it is one
that the case earns; only codes whose cases are too large to keep (`elsewhere` in test_cases.c)
have none. The keys of JSON records and of `data` are those of the golden files, and the text that
the page shows is a part of one. Prints each fault on a line; status 1 if there is any.
"""
import json
import re
import sys
from pathlib import Path

ROW = re.compile(r'X\((\w+),\s*(\d+), (\w+),\s*"([^"]+)"')
# The parts of an entry and their macros, which a program can read and write.
ENTRY = re.compile(r"""\.It[ ]Sy[ ]TD(?P<number>\d+)[ ](?P<name>\S+)[ ]Pq[ ](?P<severity>\w+)\n
    (?P<rule>(?:[^.\n].*\n)+)
    (?:\.Bd[ ]-literal[ ]-offset[ ]indent\n
    (?P<example>(?:[^.\n].*\n)+)
    \.Ed\n
    \.Bd[ ]-filled[ ]-offset[ ]indent\n
    (?P<message>(?:[^.\n].*\n)+)
    \.Ed\n)?
    \.Pp\n
    (?P<action>(?:[^.\n].*\n)+)""", re.X)


def read_table(project):
    """Returns [(constant, number, severity, name)] in the order of the header."""
    header = (project / "include" / "tracedag" / "tracedag-codes.h").read_text()
    return [(constant, int(number), severity.lower(), name)
            for constant, number, severity, name in ROW.findall(header)]


def read_elsewhere(project, table):
    """The numbers of the codes that have no golden case."""
    source = (project / "tests" / "test_cases.c").read_text()
    constants = re.search(r"elsewhere\[\] = \{(.*?)\};", source, re.S)[1]
    numbers = {constant: number for constant, number, _, _ in table}
    return {numbers[constant] for constant in re.findall(r"TRACEDAG_CODE_(\w+)", constants)}


def visible(data):
    """Bytes as the page shows them: what cannot be printed has a number in angle brackets."""
    shown = []
    for character in data.decode("utf-8", "surrogateescape"):
        code = ord(character)
        if 0xDC80 <= code <= 0xDCFF:
            shown.append(f"<{code - 0xDC00:02X}>")
        elif character == "\n" or character.isprintable():
            shown.append(character)
        else:
            shown.append(f"<U+{code:04X}>")
    return "".join(shown)


def read_cases(project):
    """Returns ({code: [(lines of the document, messages of that code)]}, keys of all data)."""
    cases, keys = {}, set()
    for path in sorted((project / "tests" / "cases").glob("*/*.diag")):
        lines = visible(path.with_suffix(".yaml").read_bytes()).split("\n")
        messages = {}
        for finding in path.read_text().split("\n\n"):
            number = int(re.match(r"\w+ TD(\d+) ", finding)[1])
            message = re.search(r"^  message: (.*)$", finding, re.M)[1]
            messages.setdefault(number, []).append(message)
            data = re.search(r"^  data: (.*)$", finding, re.M)
            keys.update(json.loads(data[1]) if data else ())
        for number, said in messages.items():
            cases.setdefault(number, []).append((lines, said))
    return cases, keys


def plain(text):
    """A text of the page without roff's escapes."""
    return text.replace("\\&", "").replace("\\e", "\\")


def is_line(shown, line):
    return line == shown or shown.endswith("...") and line.startswith(shown[:-3])


def is_part(example, lines):
    """Whether all parts of an example, which `...` divides, stand in lines in their order."""
    at = 0
    for part in re.split(r"^ *\.\.\.$", example, flags=re.M):
        shown = part.strip("\n").split("\n")
        while at + len(shown) <= len(lines):
            if all(map(is_line, shown, lines[at:])):
                break
            at += 1
        else:
            return False
        at += len(shown)
    return True


def is_real(example, message, case):
    """Whether an example, indented by some blanks, and its message are those of a case."""
    lines, said = case
    if message not in said:
        return False
    depths = {len(line) - len(line.lstrip(" ")) for line in lines}
    return any(is_part(re.sub(r"^", " " * depth, example, flags=re.M), lines) for depth in depths)


def check_entry(entry, cases, elsewhere):
    """Returns what is wrong with the example of an entry, or None."""
    number = int(entry["number"])
    if not entry["example"]:
        return None if number in elsewhere else "has no example"
    example = plain(entry["example"]).rstrip("\n")
    message = plain(entry["message"]).strip().replace("\n", " ")
    if any(is_real(example, message, case) for case in cases.get(number, [])):
        return None
    return "has an example and a message that no golden case of it has"


def check_entries(page, table, cases, elsewhere):
    codes = page.partition(".Sh CODES\n")[2].partition(".Sh ")[0]
    entries = list(ENTRY.finditer(codes))
    found = [(int(entry["number"]), entry["severity"], entry["name"]) for entry in entries]
    wanted = [row[1:] for row in table]
    faults = [f"TD{number} {name} ({severity}) has no entry of the right form"
              for number, severity, name in wanted if (number, severity, name) not in found]
    faults += [f"TD{number} {name} ({severity}) is no code of the table"
               for number, severity, name in found if (number, severity, name) not in wanted]
    if codes.count(".It ") != len(entries):
        faults.append("an item of CODES is no entry")
    if not faults and found != wanted:
        faults.append("the entries stand in another order than the codes, or twice")
    for entry in entries:
        fault = check_entry(entry, cases, elsewhere)
        if fault:
            faults.append(f"TD{entry['number']} {fault}")
    return faults


def section(page, name):
    return re.split(r"^\.S[hs] ", page.partition(f".Ss {name}\n")[2], maxsplit=1, flags=re.M)[0]


def check_formats(page, project, keys):
    """Faults of what the page says of reports."""
    faults = []
    golden = project / "tests" / "cases" / "invalid"
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
    project = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
    page = (project / "man" / "tracedag-diagnostics.7").read_text()
    table = read_table(project)
    cases, keys = read_cases(project)
    faults = check_entries(page, table, cases, read_elsewhere(project, table))
    faults += check_formats(page, project, keys)
    for fault in faults:
        print(f"tracedag-diagnostics.7: {fault}")
    print("something is wrong" if faults else f"{len(table)} codes have their entries")
    return 1 if faults or not table else 0


if __name__ == "__main__":
    sys.exit(main())
