#!/usr/bin/python3
"""The manual of the library shows what is so.

    check_man_examples.py BUILD_FOLDER PAGE...

Each program in EXAMPLES compiles without warnings against the built library, runs on
examples/good.yaml, leaks nothing, and prints what the literal display behind it shows. Records
and limits are those of the headers, every constant that is named is declared, and libtracedag(3)
lists the functions of each page. Prints each breach on a line; status 1 if there is any, 77 when
cc or pkg-config is missing.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
HEADERS = TOP / "include" / "tracedag"
DISPLAY = re.compile(r"^\.Bd -literal[^\n]*\n(.*?)^\.Ed$", re.M | re.S)
RECORD = re.compile(r"^typedef struct (\w+) \{\n(.*?)^\} \1;", re.M | re.S)
LIMIT = re.compile(r"(TRACEDAG_LIMIT_\w+) = \d+,?\s*/\*\*<(.*?)\*/", re.S)
CONSTANT = re.compile(r"TRACEDAG_[A-Z0-9_]+")
ESCAPES = {"e": "\\", "&": "", "(aq": "'", "(ga": "`", "(ha": "^", "(ti": "~"}


def plain(text):
    """The characters that a literal display shows."""
    return re.sub(r"\\(\(..|.)", lambda match: ESCAPES[match[1]], text)


def section(page, name):
    match = re.search(rf"^\.Sh {name}\n(.*?)(?=^\.Sh |\Z)", page, re.M | re.S)
    return match[1] if match else ""


def displays(text):
    return [plain(display) for display in DISPLAY.findall(text)]


# ---- programs -------------------------------------------------------------------------------


def programs(page):
    """The programs of a page, each with the output that it shows or None."""
    shown = displays(section(page, "EXAMPLES"))
    for program, behind in zip(shown, shown[1:] + [None]):
        if "int main" in program:
            yield program, behind if behind and "int main" not in behind else None


class Compiler:
    """Compiles against the library of a build folder."""

    def __init__(self, build, folder):
        self.folder = folder
        library = build / "lib"
        kind = [] if list(library.glob("libtracedag.so*")) else ["--static"]
        path = {**os.environ, "PKG_CONFIG_PATH": str(build / "meson-uninstalled")}
        flags = subprocess.run(["pkg-config", *kind, "--cflags", "--libs", "tracedag"], env=path,
                               check=True, capture_output=True, text=True).stdout.split()
        self.flags = ["-std=c11", "-Wall", "-Wextra", "-Werror"]
        self.libraries = [*flags, f"-Wl,-rpath,{library}"]
        trial = self.compile("int main(void) { return 0; }", "-fsanitize=address")
        self.finds_leaks = trial.returncode == 0
        self.flags += ["-fsanitize=address"] if self.finds_leaks else []

    def compile(self, program, *flags):
        source = self.folder / "program.c"
        source.write_text(program)
        return subprocess.run(["cc", *self.flags, *flags, source, "-o", self.folder / "program",
                               *self.libraries], capture_output=True, text=True)

    def faults(self, program, output):
        said = self.compile(program)
        if said.returncode != 0:
            yield "does not compile:\n" + said.stderr
            return
        ran = subprocess.run([self.folder / "program", "good.yaml"], cwd=TOP / "examples",
                             capture_output=True, text=True)
        if ran.returncode != 0 or ran.stderr:
            yield f"ends with {ran.returncode}: {ran.stderr}"
        elif output is not None and ran.stdout != output:
            yield "prints something else:\n" + ran.stdout


def check_programs(pages, compiler):
    for name, page in pages.items():
        count = 0
        for program, output in programs(page):
            count += 1
            for fault in compiler.faults(program, output):
                yield f"{name}: example {count} {fault}"
        if count == 0:
            yield f"{name}: there is no example"


# ---- what the headers declare ---------------------------------------------------------------


def records(text):
    """{name: members}, without comments and layout."""
    return {name: " ".join(re.sub(r"/\*.*?\*/", "", members, flags=re.S).split())
            for name, members in RECORD.findall(text)}


def check_records(pages, headers):
    declared, shown = records(headers), set()
    for name, page in pages.items():
        for record, members in records("\n".join(displays(page))).items():
            shown.add(record)
            if members != declared.get(record):
                yield f"{name}: {record} is another one in the header"
    for record in sorted(set(declared) - shown):
        yield f"{record}: no page shows it"


def check_constants(pages, headers):
    declared = set(CONSTANT.findall(headers))
    declared |= {"TRACEDAG_CODE_" + code for code in re.findall(r"^    X\((\w+),", headers, re.M)}
    for name, page in pages.items():
        text = page.partition("\n.Sh ")[2]
        for constant in sorted(set(CONSTANT.findall(text)) - declared):
            yield f"{name}: {constant} is not declared"


def check_limits(page, headers):
    declared = {limit: " ".join(words.split()) for limit, words in LIMIT.findall(headers)}
    for row in re.findall(r"^\.It Dv (TRACEDAG_LIMIT_\w+ Ta .*)$", page, re.M):
        limit, default, ceiling, code = row.split(" Ta ")
        words = declared.pop(limit, "")
        most = ceiling if ceiling == "no ceiling" else f"at most {ceiling}"
        if not re.match(rf"{default}, {most}\b", words) or not (
                code in words or code in ("none", "status")):
            yield f"{limit}: the header says: {words}"
    for limit in declared:
        yield f"{limit}: not in the table of limits"


def check_overview(overview, pages):
    listed = {}
    for line in section(overview, "DESCRIPTION").partition(".Ss Functions\n")[2].splitlines():
        macro, _, rest = line.partition(" ")
        if line.startswith(".It Xr "):
            functions = listed[rest.split()[1] + ".3"] = []
        elif macro == ".Fn":
            functions.append(rest.split()[0])
    for name, page in pages.items():
        functions = re.findall(r"^\.Fo (\w+)$", section(page, "SYNOPSIS"), re.M)
        if functions and functions != listed.pop(name, None):
            yield f"{name}: libtracedag.3 lists other functions"
    for name in listed:
        yield f"libtracedag.3 lists {name}, which is no page"


def main():
    build = Path(sys.argv[1]).resolve()
    pages = {Path(path).name: Path(path).read_text() for path in sys.argv[2:]}
    headers = "".join(path.read_text() for path in sorted(HEADERS.glob("*.h*")))
    if not (shutil.which("cc") and shutil.which("pkg-config")):
        print("cc or pkg-config is missing")
        return 77
    faults = [*check_records(pages, headers), *check_constants(pages, headers),
              *check_limits(pages["tracedag_options.3"], headers),
              *check_overview(pages["libtracedag.3"], pages)]
    with tempfile.TemporaryDirectory() as folder:
        compiler = Compiler(build, Path(folder))
        faults += check_programs(pages, compiler)
    for fault in faults:
        print(fault)
    leaks = "" if compiler.finds_leaks else ", leaks not looked for"
    print(f"{len(pages)} pages: {len(faults)} faults{leaks}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
