#!/usr/bin/python3
"""Breaks the binary interface on purpose, in a copy, to see that check_abi.py refuses it.

    check_breaks.py GENERATED_FOLDER

Each row of the tables below edits the copy. An edit that finds nothing to change is a fault too,
so that the tables follow the headers. What is allowed is tried as well, for a check that refuses
everything would be ignored. GENERATED_FOLDER holds tracedag-version.h. Prints each fault on a
line; status 1 if there is any, 77 when a tool is missing.
"""
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

sys.dont_write_bytecode = True  # the source folder stays as it is
from check_abi import CC, read_headers, read_records  # noqa: E402

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
FLAGS = ["-std=c11", "-g", "-O0", "-w", "-fPIC", "-fvisibility=hidden", "-Iinclude"]
SONAME = "libtracedag.so.0"



class Failure(Exception):
    pass


def run(command, folder):
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return result.returncode, result.stdout + result.stderr


def must(command, folder):
    status, said = run(command, folder)
    if status:
        raise Failure(f"{' '.join(map(str, command))}:\n{said}")
    return said


def dependencies(option):
    return must(["pkg-config", option, "yaml-0.1", "libxxhash"], TOP).split()


class Copy:
    """The headers, the sources and the map in a folder of their own, built once."""

    def __init__(self, folder, generated):
        self.folder = folder
        self.flags = [*FLAGS, f"-I{generated}", *dependencies("--cflags")]
        self.libraries = dependencies("--libs")
        self.generated = generated
        shutil.copytree(TOP / "include", folder / "include")
        shutil.copytree(TOP / "lib", folder / "lib")
        self.sources = sorted(folder.glob("lib/*.c"))
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(self.compile, self.sources))
        self.public = [source for source in self.sources if re.search(
            r" T tracedag_", must(["nm", source.with_suffix(".o")], folder))]
        self.link()
        status, said = self.check("--update")
        if status:
            raise Failure(said)
        self.whole = {path: path.read_bytes() for pattern in ("include/tracedag/*.h", "lib/*.[ch]",
                                                              "lib/*.o", "lib/*.map", "*.so")
                      for path in folder.glob(pattern)}

    def compile(self, source):
        must([*CC, *self.flags, "-c", source, "-o", source.with_suffix(".o")], self.folder)

    def link(self, *options, soname=SONAME):
        objects = [source.with_suffix(".o") for source in self.sources]
        must([*CC, "-shared", *options, *objects,
              "-Wl,--version-script=lib/libtracedag.map", f"-Wl,-soname,{soname}",
              *self.libraries, "-o", "lib.so"], self.folder)

    def check(self, *options):
        status, said = run([sys.executable, HERE / "check_abi.py", "--store", ".", *options,
                            "lib.so", "include/tracedag", self.generated], self.folder)
        if status == 77:
            print(said, end="")
            sys.exit(77)
        return status, said

    def edit(self, pattern, new, files="include/tracedag/*.h"):
        """Replaces the first match in each file; there must be one in some file."""
        found = 0
        for path in self.folder.glob(files):
            text, count = re.subn(pattern, new, path.read_text(), count=1, flags=re.M | re.S)
            path.write_text(text)
            found += count
        if not found:
            raise Failure(f"{files} has nothing like {pattern}")

    def rebuild(self):
        for source in self.public:
            self.compile(source)
        self.link()

    def restore(self):
        for path, content in self.whole.items():
            path.write_bytes(content)


# ---- the edits -------------------------------------------------------------------------------


def edit_members(copy, record, change):
    """Gives the members of a record to a function, which gives back others."""
    def rewrite(match):
        body = re.sub(r"/\*.*?\*/", "", match[2], flags=re.S)
        return match[1] + ";".join(change(body.rstrip().rstrip(";").split(";"))) + ";" + match[3]
    copy.edit(r"(typedef struct %s \{)(.*?)(\} %s;)" % (record, record), rewrite)


def retyped(member):
    return re.sub(r"^.*?(\w+(\[\w+\])?)$", r" double *\1", member, flags=re.S)


INNER_CHANGES = {
    "grows at its start": lambda members: [" char inserted[8]", *members],
    "grows before its last member":
        lambda members: [*members[:-1], " char inserted[8]", members[-1]],
    "loses its last member": lambda members: members[:-1],
    "has its first member retyped": lambda members: [retyped(members[0]), *members[1:]],
    "has its last member retyped": lambda members: [*members[:-1], retyped(members[-1])],
    "grows at its end and at its start":
        lambda members: [" char inserted[8]", *members, " char appended[8]"],
    "grows at its end, its first member retyped":
        lambda members: [retyped(members[0]), *members[1:], " char appended[8]"],
}


FIRST_CHANGE = dict(list(INNER_CHANGES.items())[:1])


def append(members):
    return [*members, " char appended[8]"]


def renumber(copy, enumeration):
    """The first enumerator that states its number gets another one."""
    copy.edit(r"(enum %s \{[^}]*?= )\d+" % enumeration, r"\g<1>9999")


def change_signature(copy, function, old, new):
    """In the header and in the sources; where the old text stands among the parameters."""
    pattern = r"(\b%s\s*\([^)]*?)%s" % (function, old)
    for files in ("include/tracedag/*.h", "lib/*.c"):
        copy.edit(pattern, r"\g<1>" + new, files)
    copy.rebuild()


def change_result(copy, function, old, new):
    for files in ("include/tracedag/*.h", "lib/*.c"):
        copy.edit(r"%s(\s+%s\s*\()" % (old, function), new + r"\1", files)
    copy.rebuild()


def remove_symbol(copy):
    copy.edit(r"^    tracedag_\w+;\n", "", "lib/libtracedag.map")
    copy.link()


def move_node(copy):
    copy.edit(r"^TRACEDAG_[\d.]+ \{", "TRACEDAG_99 {", "lib/libtracedag.map")
    copy.link()


def new_function(copy):
    copy.edit(r"(^TRACEDAG_API)", r"TRACEDAG_API uint32_t tracedag_new_one(uint32_t number);\n\1",
              "include/tracedag/tracedag.h")
    copy.edit(r"^(    tracedag_\w+;\n)", r"\1    tracedag_new_one;\n", "lib/libtracedag.map")
    copy.edit(r"\Z", "\nuint32_t tracedag_new_one(uint32_t number)\n{\n    return number;\n}\n",
              "lib/api.c")
    copy.rebuild()


def refused(text, records, growable):
    rows = [
        ("a symbol is removed from the map", remove_symbol),
        ("the symbols move to another node", move_node),
        ("the soname moves", lambda copy: copy.link(soname="libtracedag.so.1")),
        ("there is no debug information", lambda copy: copy.link("-Wl,--strip-debug")),
        ("a parameter becomes wider", lambda copy: change_signature(
            copy, "tracedag_options_limit", r"\buint32_t\b", "uint64_t")),
        ("a result becomes wider", lambda copy: change_result(
            copy, "tracedag_version_number", "uint32_t", "uint64_t")),
        ("a status gets another number", lambda copy: copy.edit(
            r"(\bTRACEDAG_MISUSE = )\d+", r"\g<1>77")),
        ("a status is removed", lambda copy: copy.edit(
            r"\bTRACEDAG_INTERNAL = \d+,", "")),
        ("a constant gets another value", lambda copy: copy.edit(
            r"(#define TRACEDAG_HASH_ROOM )\d+", r"\g<1>80")),
        ("a code gets another number", lambda copy: copy.edit(
            r"(\bX\(UNKNOWN_JOB,\s*)\d+", r"\g<1>998")),
        ("a code is removed", lambda copy: copy.edit(r"^    X\(UNKNOWN_JOB,[^\n]*\n", "")),
    ]
    frozen = sorted(set(records) - growable)
    for record in sorted(records):
        # One of each kind stands for the others of its kind.
        changes = INNER_CHANGES if record in (min(growable), frozen[0]) else FIRST_CHANGE
        rows += [(f"{record} {what}", partial(edit_members, record=record, change=change))
                 for what, change in changes.items()]
        if record not in growable:
            rows.append((f"{record} grows at its end",
                         partial(edit_members, record=record, change=append)))
    for name in re.findall(r"^enum (tracedag_\w+) \{", text, re.M):
        if name != "tracedag_code":  # its numbers stand in the table above it
            rows.append((f"a number of {name} changes", partial(renumber, enumeration=name)))
    return rows


def accepted(growable):
    rows = [
        ("nothing changes", lambda copy: None),
        ("a function is added", new_function),
        ("a code is added between others", lambda copy: copy.edit(
            r"^(    X\(UNKNOWN_JOB,)", r'    X(NEW, 998, ERROR, "new", "new") \\\n\1')),
        ("a status is added", lambda copy: copy.edit(
            r"(\bTRACEDAG_OK = )", r"TRACEDAG_NEW = 99, \1")),
        ("a constant is added", lambda copy: copy.edit(
            r"^(#define TRACEDAG_HASH_ROOM )", r"#define TRACEDAG_NEW_ROOM 80\n\1")),
    ]
    rows += [(f"{record} grows at its end", partial(edit_members, record=record, change=append))
             for record in sorted(growable)]
    return rows


def attempt(copy, title, edit, allowed):
    """Returns what is wrong, or None."""
    try:
        edit(copy)
        status, said = copy.check()
    except Failure as failure:
        return f"{title}: the edit failed: {failure}"
    finally:
        copy.restore()
    if allowed and status == 0 or not allowed and "refused: " in said:
        return None
    return f"{title}: {'refused' if allowed else 'accepted'}, status {status}\n{said}"


def main():
    for tool in (CC[0], "nm", "pkg-config", "abidw", "abidiff"):
        if not shutil.which(tool):
            print(f"{tool} is missing")
            return 77
    text = read_headers(TOP / "include" / "tracedag")
    records, growable = read_records(text)
    rows = [(*row, False) for row in refused(text, records, growable)]
    rows += [(*row, True) for row in accepted(growable)]
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder), Path(sys.argv[1]).resolve())
        faults = list(filter(None, (attempt(copy, *row) for row in rows)))
    for fault in faults:
        print(fault)
    print(f"{len(rows)} changes: " + (f"{len(faults)} wrong" if faults else "each judged rightly"))
    return 1 if faults else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        sys.exit(str(failure))
