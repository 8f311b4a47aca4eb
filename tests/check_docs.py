#!/usr/bin/python3
"""What the documents show is what happens.

    check_docs.py COMMAND

The program in README.md is the sample, its report is what COMMAND prints, its links lead
somewhere; the document in tracedag(5) is accepted.
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
    for fault in faults:
        print(fault)
    print("something is wrong" if faults else "README.md and tracedag.5 show what happens")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
