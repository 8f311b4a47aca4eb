#!/usr/bin/python3
"""What the documents show is what happens.

    check_docs.py COMMAND

The program in README.md is the sample, its report is what COMMAND prints, its links lead
somewhere; the document in tracedag(5) is accepted, and that in tracedag-catalog(5) by the catalog
before it; the test vectors in tracedag-canonical(7) are what COMMAND makes of their documents.

A test vector is a subsection of TEST VECTORS with literal displays in this order: the document,
its canonical form, its resolved form, its hashes, and, if wanted, the bytes behind the hashes of
its jobs. The line before each of the first three ends in the number of its bytes. All but the
document and the hashes are one line that the page folds.
"""
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


def report(command):
    """What the command says of the broken document, under the name that the README uses."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(TOP / "examples" / "broken.yaml", Path(folder) / "dag.yaml")
        result = subprocess.run([command, "validate", "dag.yaml"], cwd=folder, text=True,
                                capture_output=True)
    return result.stdout + result.stderr


def check_page(page, command):
    """Faults of the documents that a manual page shows."""
    documents = re.findall(r"^\.Bd -literal\n(.*?)^\.Ed$", page, re.M | re.S)
    faults = [] if documents else ["tracedag.5 shows no document"]
    for document in documents:
        result = subprocess.run([command, "validate", "-"], input=document, text=True,
                                capture_output=True)
        if result.returncode != 0:
            faults.append("a document in tracedag.5 is refused:\n" + result.stdout + result.stderr)
    return faults


def check_catalog_page(page, command):
    """Faults of the catalog and the document that tracedag-catalog(5) shows."""
    catalog, document = re.findall(r"^\.Bd -literal\n(.*?)^\.Ed$", page, re.M | re.S)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "catalog.yaml"
        file.write_text(catalog)
        result = subprocess.run([command, "validate", "--catalog", file, "-"], input=document,
                                text=True, capture_output=True)
    if result.returncode != 0 or "not checked" in result.stderr:
        return ["the samples of tracedag-catalog.5 are refused:\n" + result.stderr]
    return []


def shown(text):
    """The characters of a literal display; a page loses the backslash of any other escape."""
    known = {"e": "\\", "&": "", "(ti": "~", "": ""}

    def character(match):
        return chr(int(match[2], 16)) if match[2] else known[match[1]]

    return re.sub(r"\\(e|&|\(ti|\[u([0-9A-F]{4,6})\]|)", character, text)


def unfolded(text):
    return text.replace("\n", "") + "\n"


def ask(command, *arguments, of):
    result = subprocess.run([command, *arguments, "-"], input=of, encoding="utf-8",
                            capture_output=True)
    return result.stdout


def hash_lines(command, document):
    """All hashes of a document, as a test vector shows them."""
    lines = [ask(command, "hash", of=document), ask(command, "hash", "--source", of=document)]
    lines = [line.split()[0] for line in lines if line]
    for row in ask(command, "hash", "--jobs", of=document).splitlines():
        job_hash, materialization_hash, name = row.split()
        job = name.partition("#")[2]
        lines += [f"{job} {job_hash}", f"{job} {materialization_hash}"]
    return lines


def check_vector(vector, command):
    """Faults of one test vector."""
    displays = re.findall(r"^([^\n]*)\n\.Bd -literal\n(.*?)^\.Ed$", vector, re.M | re.S)
    if len(displays) < 4:
        return ["it has no document, canonical form, resolved form and hashes"]
    texts = [shown(text) for _, text in displays]
    document = texts[0]
    canonical, resolved = map(unfolded, texts[1:3])
    hashes = texts[3].splitlines()
    faults = []
    for (title, _), text in zip(displays, [document, canonical, resolved]):
        if not title.endswith(f" {len(text.encode()):,} bytes:"):
            faults.append(f"{title} there are {len(text.encode()):,}")
    if ask(command, "canonicalize", of=document) != canonical:
        faults.append("the canonical form is another one")
    if ask(command, "resolve", of=document) != resolved:
        faults.append("the resolved form is another one")
    if hash_lines(command, document) != hashes:
        faults.append("the hashes are others")
    for number, text in enumerate(texts[4:]):
        digits = ask(command, "hash", "--source", of=unfolded(text)).split()[0].partition(":")[2]
        if not hashes[2 + number].endswith(":" + digits):
            faults.append(f"the bytes behind `{hashes[2 + number]}` are others")
    return faults


def check_vectors(page, command):
    section = re.search(r"^\.Sh TEST VECTORS\n(.*?)^\.Sh ", page, re.M | re.S)
    vectors = re.split(r"^\.Ss ", section[1], flags=re.M)[1:] if section else []
    faults = [] if vectors else ["tracedag-canonical.7 has no test vectors"]
    for vector in vectors:
        name = vector.partition("\n")[0]
        faults += [f"tracedag-canonical.7, {name}: {fault}"
                   for fault in check_vector(vector, command)]
    return faults


def check_readme(readme, command):
    faults = []
    if blocks(readme, "c") != [(TOP / "examples" / "validate.c").read_text()]:
        faults.append("README.md: the C program is not examples/validate.c")
    broken = (TOP / "examples" / "broken.yaml").read_text()
    for block in blocks(readme, "yaml"):
        if block not in broken:
            faults.append("README.md: a YAML block is not a part of examples/broken.yaml")
    said = report(command)
    if said not in blocks(readme, "text"):
        faults.append("README.md: the report of the broken document is another one:\n" + said)
    for target in re.findall(r"\]\(([^)#:]+)\)", readme):
        if not (TOP / target).exists():
            faults.append(f"README.md: a link leads nowhere: {target}")
    return faults


def main():
    command = Path(sys.argv[1]).resolve()
    faults = check_readme((TOP / "README.md").read_text(), command)
    faults += check_page((TOP / "man" / "tracedag.5").read_text(), command)
    faults += check_catalog_page((TOP / "man" / "tracedag-catalog.5").read_text(), command)
    faults += check_vectors((TOP / "man" / "tracedag-canonical.7").read_text(), command)
    for fault in faults:
        print(fault)
    print("something is wrong" if faults else "README.md and the manual pages show what happens")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
