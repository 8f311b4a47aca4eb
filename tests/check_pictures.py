#!/usr/bin/python3
"""The pictures of `tracedag graph` against the resolved form, read by others.

    check_pictures.py COMMAND CASES [MERMAID]

Takes the golden cases of pictures, each tenth of the others and 30 random documents. Their nodes and edges come from `tracedag
resolve` alone, and have to be those of every picture: of DOT as Graphviz's `dot` lays it out, of the
SVG that it writes, which has to be well-formed, of Mermaid as far as a pattern reads it, and of
text by going along its lines. With MERMAID, a folder where npm has installed it, its own parser
reads the flowcharts, too, of all cases and 300 random documents. Prints each difference; status 1 if there is any, 77 without `dot`.
"""
import json
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

sys.dont_write_bytecode = True
from check_trust import document, run  # noqa: E402, and its random documents

SVG = "{http://www.w3.org/2000/svg}"
ROW = re.compile(r"([ │├└┴┼┤┘─]*)([○●■◆◇])([ │├└┴┼┤┘─]*) (\S+)  ")
JOINTS = "├└┴┼┤┘"
MERMAID_NODE = re.compile(r'  (n\d+)(?:\(\["|\["|\[\(")(.*)"(?:\]\)|\]|\)\]):::(\w+)$')
MERMAID_EDGE = re.compile(r'  (n\d+) -->(?:\|"[^"|]*"\|)? (n\d+)$')
OWN_PARSER = Path(__file__).resolve().parent / "pictures" / "parse.mjs"


class Drawn:
    """What a document has: nodes by name, datasets behind a word, and edges."""

    def __init__(self, name, text):
        dag = json.loads(text)
        jobs, publish = dag["jobs"], dag.get("publish", {})
        self.name = name
        self.edges = Counter()
        self.nodes = {job["name"] for job in jobs} | {f"dataset {name}" for name in publish}
        for job in jobs:
            for each in job.get("inputs", []):
                source = each["from"]
                source = source.get("job") or f"dataset {source['dataset']}"
                self.nodes.add(source)
                self.edges[source, job["name"]] += 1
        for dataset, entry in publish.items():
            self.edges[entry["from"]["job"], f"dataset {dataset}"] += 1


# ---- readers, each of which gives nodes and edges ---------------------------------------------


def read_plain(text):
    """One graph of `dot -Tplain`."""
    nodes, edges = [], Counter()
    for line in text.splitlines():
        if line.startswith("node "):
            nodes.append(shlex.split(line)[1])
        elif line.startswith("edge "):
            edges[tuple(shlex.split(line)[1:3])] += 1
    return nodes, edges


def read_svg(text):
    nodes, edges = [], Counter()
    for group in ElementTree.fromstring(text).iter(f"{SVG}g"):
        title = group.findtext(f"{SVG}title")
        if group.get("class") == "node":
            nodes.append(title)
            shown = "".join(each.text for each in group.iter(f"{SVG}text"))
            if title.replace("dataset ", "") not in shown:
                nodes.append(f"{title}, which does not show")
        elif group.get("class") == "edge":
            edges[tuple(title.split("->"))] += 1
    return nodes, edges


def read_mermaid(text, names):
    """By the numbers of nodes, which are those of `names`."""
    nodes, edges = [], Counter()
    for line in text.splitlines():
        node, edge = MERMAID_NODE.match(line), MERMAID_EDGE.match(line)
        if node:
            name = names[int(node[1][1:])]
            nodes.append(name)
            if not node[2].replace("<br>", "").startswith(name.replace("dataset ", "")):
                nodes.append(f"{name}, which does not show")
        elif edge:
            edges[tuple(names[int(edge[i][1:])] for i in (1, 2))] += 1
    return nodes, edges


def read_lines(text):
    """Goes along the lines of a text picture; edges of the same nodes are one."""
    nodes, edges, lanes = [], Counter(), {}
    for line in text.splitlines()[1:-1]:
        row = ROW.match(line)
        if not row:
            continue
        name = ("dataset " if row[2] in "◆◇" else "") + row[4]
        own, cells = len(row[1]), row[1] + row[2] + row[3]
        nodes.append(name)
        for step in (-1, 1):
            at = own
            while 0 <= at + step < len(cells) and cells[at + step] == "─":
                at += 2 * step
                if cells[at] in JOINTS:
                    edges[lanes[at], name] = 1
        for at, cell in enumerate(cells):
            if cell in "└┘┴":
                del lanes[at]
        lanes[own] = name
    return nodes, edges


def read_list(text):
    """The jobs and datasets of a list, and the readers that it names."""
    nodes, edges, job = [], Counter(), None
    for line in text.splitlines()[1:-1]:
        head = re.match(r"  [○●■] (\S+) ", line)
        published = re.match(r"    ◆ (\S+)  published", line)
        if head:
            job = head[1]
            nodes.append(job)
        elif published:
            nodes.append(f"dataset {published[1]}")
            edges[job, f"dataset {published[1]}"] = 1
    return nodes, edges


# ---- comparing --------------------------------------------------------------------------------


def compare(drawn, what, found):
    nodes, edges = found
    if sorted(nodes) != sorted(drawn.nodes):
        yield f"{drawn.name}: {what} has other nodes: {set(nodes) ^ drawn.nodes or nodes}"
    if edges != drawn.edges:
        yield f"{drawn.name}: {what} has other edges: {edges - drawn.edges} " \
              f"{drawn.edges - edges}"


def graph(path, form):
    return run("graph", "--format", form, path).stdout.decode()


def compare_text(drawn, text):
    once = Drawn.__new__(Drawn)
    once.name, once.nodes = drawn.name, set(drawn.nodes)
    once.edges = Counter(set(drawn.edges))
    if "\nlayer 1: " in text:
        published = {edge[1] for edge in once.edges if edge[1].startswith("dataset ")}
        once.nodes = {node for node in once.nodes
                      if not node.startswith("dataset ") or node in published}
        once.edges = Counter(edge for edge in once.edges if edge[1] in published)
        yield from compare(once, "the list", read_list(text))
    else:
        yield from compare(once, "text", read_lines(text))


def lay_out(form, texts):
    """All graphs in a form that one `dot` gives them, one after the other."""
    done = subprocess.run(["dot", f"-T{form}"], input="".join(texts).encode(),
                          capture_output=True, timeout=240)
    if done.returncode != 0 or b"Error" in done.stderr:
        sys.exit(f"dot: {done.stderr.decode()[:1000]}")
    return done.stdout.decode()


def order(drawn):
    """Nodes in the order of their numbers in Mermaid."""
    published = {edge[1] for edge in drawn.edges if edge[1].startswith("dataset ")}
    return sorted(drawn.nodes, key=lambda node: (
        2 if node.startswith("dataset ") and node not in published else
        node.startswith("dataset "), node))


def check_mermaid(drawn, path, texts, installed):
    """Mermaid's own parser, over all flowcharts in one run."""
    files = []
    for number, text in enumerate(texts):
        files.append(path / f"{number}.mmd")
        files[-1].write_text(text)
    done = subprocess.run(["node", OWN_PARSER, installed, *files], capture_output=True, timeout=240)
    if done.returncode != 0:
        yield f"Mermaid: {done.stderr.decode()[:1000]}"
        return
    for each, line in zip(drawn, done.stdout.decode().splitlines()):
        parsed = json.loads(line)
        names = order(each)
        nodes = [names[int(node[1:])] for node in parsed["nodes"]]
        edges = Counter(tuple(names[int(node[1:])] for node in edge)
                        for edge in parsed["edges"])
        yield from compare(each, "Mermaid's own parser", (nodes, edges))


def documents(cases, folder, whole):
    """The documents, by path."""
    for number, path in enumerate(sorted(Path(cases, "valid").glob("*.yaml"))):
        if whole or number % 10 == 0 or path.name.startswith("picture"):
            yield path
    chance = random.Random(1)
    for number in range(300 if whole else 30):
        path = folder / f"random-{number}.yaml"
        path.write_text(document(chance))
        yield path


def check(cases, folder, mermaid):
    paths = list(documents(cases, folder, mermaid))
    drawn = [Drawn(path.name, run("resolve", path).stdout) for path in paths]
    dots = [graph(path, "dot") for path in paths]
    charts = [graph(path, "mermaid") for path in paths]
    plain = lay_out("plain", dots).split("stop\n")[:-1]
    svg = ["<?xml" + each for each in lay_out("svg", dots).split("<?xml")[1:]]
    if len(plain) != len(paths) or len(svg) != len(paths):
        yield f"dot: {len(plain)} and {len(svg)} graphs of {len(paths)}"
    for each, path, one, picture, chart in zip(drawn, paths, plain, svg, charts):
        yield from compare(each, "DOT", read_plain(one))
        yield from compare(each, "SVG", read_svg(picture))
        yield from compare(each, "Mermaid", read_mermaid(chart, order(each)))
        yield from compare_text(each, graph(path, "text"))
    if mermaid:
        yield from check_mermaid(drawn, folder, charts, mermaid)
    print(len(paths), "documents")


def main():
    if not shutil.which("dot"):
        print("dot is missing; Debian has it in graphviz")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        faults = list(check(sys.argv[2], Path(folder), sys.argv[3] if sys.argv[3:] else None))
    print("\n".join(faults[:40]), f"{len(faults)} faults", sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
