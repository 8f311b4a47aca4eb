#!/usr/bin/python3
"""The same public functions stand wherever functions are named.

    check_symbols.py --table FILE --map FILE --headers FOLDER
                     [--man FILE]... [--shared FILE]... [--static FILE]...

The table `lib/SYMBOLS`, the linker's map, the headers, and the exports of each shared library
name the same functions; so do the synopses of the manual pages of section 3, each function in one
page, with the header's prototype. A header says `Since: X` of each function, and `Deprecated: X`
with TRACEDAG_DEPRECATED(successor) of some, as the table does; a function stands in the map's node
of the release that brought it. A static library has no global symbol without our prefix. Prints
each breach on a line; status 1 if there is any, 77 when nm is missing.
"""
import argparse
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

VERSION = re.compile(r"\d+\.\d+\.\d+")
DECLARATION = re.compile(r"(?:/\*\*((?:(?!\*/).)*)\*/\s*)?^TRACEDAG_API\s+([^;{]*);", re.M | re.S)
NODE = re.compile(r"^([\w.]+)\s*\{(.*?)\}\s*([\w.]*)\s*;", re.M | re.S)


class Function:
    """What one source says of a function; what it does not say is None."""

    def __init__(self, since=None, deprecated=None, successor=None, prototype=None):
        self.since = since
        self.deprecated = deprecated
        self.successor = successor
        self.prototype = prototype


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def find(pattern, text):
    match = re.search(pattern, text)
    return match[1] if match else None


def tokens(text):
    """C text without what layout adds to it."""
    return " ".join(re.findall(r"\w+|[^\w\s]", text))


# ---- the sources: each gives {name: Function} and faults -----------------------------------


def read_table(path):
    functions, faults = {}, []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        if len(words) not in (2, 4) or not all(VERSION.fullmatch(word) for word in words[1:3]):
            faults.append(f"{path.name}:{number}: cannot be read: {line}")
        elif words[0] in functions:
            faults.append(f"{path.name}:{number}: {words[0]} stands there twice")
        else:
            functions[words[0]] = Function(*words[1:])
    for name, function in functions.items():
        if function.successor and function.successor not in functions:
            faults.append(f"{path.name}: {name}: its successor {function.successor} is unknown")
    return functions, faults


def read_headers(paths):
    functions, faults = {}, []
    for path in paths:
        for comment, declaration in DECLARATION.findall(path.read_text()):
            prototype = re.sub(r"\bTRACEDAG_[A-Z_]+\b\s*(\([^)]*\))?", "", declaration)
            name = re.search(r"\b(tracedag_\w+)\s*\(", prototype)
            if not name:
                faults.append(f"{path.name}: cannot be read: {tokens(declaration)}")
                continue
            comment = re.sub(r"\n\s*\*", "\n", comment)
            functions[name[1]] = Function(
                since=find(r"\bSince:\s+(\d[\d.]*\d)", comment),
                deprecated=find(r"\bDeprecated:\s+(\d[\d.]*\d)", comment),
                successor=find(r"\bTRACEDAG_DEPRECATED\((\w+)\)", declaration),
                prototype=tokens(prototype))
    return functions, faults


def read_map(path):
    """The map as {name: node}, in its order, and faults."""
    nodes, faults, last = {}, [], ""
    for node, body, parent in NODE.findall(re.sub(r"#.*", "", path.read_text())):
        if parent != last:
            faults.append(f"{path.name}: {node} inherits {parent or 'nothing'}, not {last}")
        last = node
        for name in re.findall(r"\b(tracedag_\w+)\s*;", body):
            if name in nodes:
                faults.append(f"{path.name}: {name} stands there twice")
            nodes[name] = node
    return nodes, faults


def read_page(path):
    """The functions of a manual page's SYNOPSIS, the names of its NAME section, and faults."""
    functions, faults, names = {}, [], set()
    section, result, call, arguments = "", "", "", []
    for line in path.read_text().splitlines():
        macro, _, rest = line.partition(" ")
        if macro == ".Sh":
            section = rest.strip()
        elif macro == ".Nm" and section == "NAME":
            names.add(rest.split()[0])
        if section != "SYNOPSIS":
            continue
        words = shlex.split(rest) if macro in (".Ft", ".Fn", ".Fo", ".Fa") else []
        if macro == ".Ft":
            result = " ".join(words)
        elif macro in (".Fn", ".Fo"):
            call, arguments = words[0], words[1:]
        elif macro == ".Fa":
            arguments += words
        if macro in (".Fn", ".Fc"):
            if call in functions:
                faults.append(f"{path.name}: {call} stands there twice")
            functions[call] = Function(
                prototype=tokens(f"{result} {call}({', '.join(arguments)})"))
    return functions, names, faults


def read_exports(path):
    """The dynamic exports of a shared library as {name: node}, and faults."""
    nodes, faults = {}, []
    for line in run("nm", "-D", "--defined-only", path).splitlines():
        kind, symbol = line.split()[-2:]
        if kind == "A":
            continue  # the node itself
        name, _, node = symbol.partition("@")
        nodes[name] = node.lstrip("@")
        if not node:
            faults.append(f"{path}: {name} is exported without a version")
    return nodes, faults


# ---- the comparisons: each gives faults ------------------------------------------------------


def differ(left_name, left, right_name, right):
    faults = [f"{name}: in {left_name}, not in {right_name}"
              for name in sorted(set(left) - set(right))]
    faults += [f"{name}: in {right_name}, not in {left_name}"
               for name in sorted(set(right) - set(left))]
    return faults


def both(left, right):
    return [name for name in left if name in right]


def compare_map(table, nodes):
    faults = differ("the table", table, "the map", nodes)
    if not faults and list(table) != list(nodes):
        faults.append("the table is not in the order of the map")
    for name in both(table, nodes):
        release = table[name].since.rpartition(".")[0]
        if nodes[name] != f"TRACEDAG_{release}":
            faults.append(f"{name}: since {table[name].since}, but in the map's {nodes[name]}")
    return faults


def compare_headers(table, headers):
    faults = differ("the table", table, "the headers", headers)
    for name in both(table, headers):
        for what in ("since", "deprecated", "successor"):
            said, due = getattr(headers[name], what), getattr(table[name], what)
            if said != due:
                faults.append(f"{name}: {what}: {said} in the header, {due} in the table")
    return faults


def compare_pages(table, headers, paths):
    home, faults = {}, []
    for path in paths:
        functions, names, wrong = read_page(path)
        faults += wrong
        listed = {name for name in names if name in functions or name != path.stem}
        faults += differ(f"the synopsis of {path.name}", functions, "its NAME", listed)
        for name, function in functions.items():
            if name in home:
                faults.append(f"{name}: in the synopses of {home[name]} and {path.name}")
            home[name] = path.name
            if name in headers and function.prototype != headers[name].prototype:
                faults.append(f"{name}: {path.name} has another prototype than the header:\n"
                              f"  {function.prototype}\n  {headers[name].prototype}")
    return faults + differ("the table", table, "the synopses", home)


def compare_exports(nodes, path):
    exported, faults = read_exports(path)
    faults += differ("the map", nodes, "the exports", exported)
    for name in both(nodes, exported):
        if exported[name] not in ("", nodes[name]):
            faults.append(f"{name}: exported from {exported[name]}, in the map's {nodes[name]}")
    return faults


def check_static(path):
    lines = [line.split() for line in
             run("nm", "--extern-only", "--defined-only", path).splitlines()]
    return [f"{words[2]}: a global symbol without our prefix" for words in lines
            if len(words) == 3 and not words[2].startswith(("td_", "tracedag_"))]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--table", type=Path, required=True)
    parser.add_argument("--map", type=Path, required=True)
    parser.add_argument("--headers", type=Path, required=True)
    parser.add_argument("--man", type=Path, action="append", default=[])
    parser.add_argument("--shared", action="append", default=[])
    parser.add_argument("--static", action="append", default=[])
    args = parser.parse_args()
    if not shutil.which("nm"):
        print("nm is missing")
        return 77
    table, faults = read_table(args.table)
    headers, wrong_headers = read_headers(sorted(args.headers.glob("*.h")))
    nodes, wrong_map = read_map(args.map)
    faults += wrong_headers + wrong_map
    if not table:
        faults.append(f"{args.table}: no functions found")
    faults += compare_map(table, nodes) + compare_headers(table, headers)
    if args.man:
        faults += compare_pages(table, headers, args.man)
    for path in args.shared:
        faults += compare_exports(nodes, path)
    for path in args.static:
        faults += check_static(path)
    for fault in faults:
        print(fault)
    print(f"{len(table)} functions: " + (f"{len(faults)} faults" if faults else "all agree"))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
