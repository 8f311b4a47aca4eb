#!/usr/bin/python3
"""Generated documents: all three styles of one graph are accepted and have one hash.

    check_generated.py COMMAND

Graphs of several sizes and seeds are written as block YAML, as flow YAML and with comments;
COMMAND (the built `tracedag`) must give one `yaml_hash` for the three, and another one for each
graph. Its canonical form must be its own canonical form.
"""
import subprocess
import sys
import tempfile
from pathlib import Path

GENERATOR = Path(__file__).resolve().parent / "bench" / "gen_dag.py"
STYLES = ("block", "flow", "comments")
GRAPHS = ((1, 1), (2, 1), (7, 1), (7, 2), (50, 1), (50, 2), (400, 1))  # (jobs, seed)


def run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True)


def digest(command, path):
    """The hash that the command prints for a file, or None after printing why not."""
    result = run(command, "hash", path)
    if result.returncode != 0:
        print(f"{path.name}: status {result.returncode}")
        sys.stdout.write((result.stdout + result.stderr).decode(errors="replace")[:2000])
        return None
    return result.stdout.split()[0].decode()


def check_graph(command, folder, jobs, seed):
    """Returns the one hash of a graph, or None after printing what is wrong."""
    hashes = set()
    for style in STYLES:
        path = folder / f"{jobs}-{seed}-{style}.yaml"
        path.write_bytes(run(sys.executable, GENERATOR, jobs, "--seed", seed, "--style", style).stdout)
        hashes.add(digest(command, path))
    if len(hashes) != 1:
        print(f"{jobs} jobs, seed {seed}: the styles differ: {hashes}")
        return None
    first = run(command, "canonicalize", path)
    canonical = folder / f"{jobs}-{seed}.canon"
    canonical.write_bytes(first.stdout)
    again = run(command, "canonicalize", canonical)
    if first.returncode or again.returncode or first.stdout != again.stdout:
        print(f"{jobs} jobs, seed {seed}: the canonical form is not its own canonical form")
        return None
    return hashes.pop()


def main():
    command = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        hashes = [check_graph(command, Path(folder), jobs, seed) for jobs, seed in GRAPHS]
    if None in hashes:
        return 1
    if len(set(hashes)) != len(GRAPHS):
        print("two graphs share a hash")
        return 1
    print(f"{len(GRAPHS)} graphs in {len(STYLES)} styles: one hash each")
    return 0


if __name__ == "__main__":
    sys.exit(main())
