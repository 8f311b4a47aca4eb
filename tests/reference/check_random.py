#!/usr/bin/env python3
"""Holds the command against the reference implementation on documents that nobody wrote.

    check_random.py COMMAND [EXAMPLES]

For EXAMPLES (300) random sets of values, each laid out twice: the command accepts both; canonical bytes, resolved bytes
and the hashes of the document and of its jobs are those of the reference; both layouts have the same canonical bytes;
canonical form, resolved form and the block YAML of both read back to the same bytes. A failure is shrunk to a small
document. For graphs of tests/bench/gen_dag.py in all styles, the same comparison.
"""
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

try:
    import yaml  # noqa: F401
    from hypothesis import HealthCheck, configuration, given, settings, strategies as st
except ImportError as error:
    print("skipped: %s" % error)
    sys.exit(77)

import canonical as reference  # noqa: E402
import documents  # noqa: E402

GENERATOR = os.path.join(HERE, "..", "bench", "gen_dag.py")
GRAPHS = ((1, 1), (3, 7), (40, 2), (300, 3))  # (jobs, seed)


class Command:
    def __init__(self, path, folder):
        self.path = path
        self.file = os.path.join(folder, "dag.yaml")

    def run(self, data, *arguments):
        with open(self.file, "wb") as file:
            file.write(data)
        done = subprocess.run([self.path, *arguments, self.file], capture_output=True)
        assert done.returncode == 0, "%s: status %d\n%s" % (
            " ".join(arguments), done.returncode, done.stderr.decode(errors="replace"))
        return done.stdout


def job_lines(data):
    """What `hash --jobs` prints of each job, in front of the file's name."""
    jobs = reference.job_bytes(data)
    digests = reference.digests([blob for _, *blobs in jobs for blob in blobs])
    return ["tdj1:%s  tdm1:%s" % pair for pair in zip(digests[::2], digests[1::2])]


def compare(command, data):
    """The canonical bytes of a document, on which command and reference agree."""
    expected = reference.canonical(data)
    assert command.run(data, "canonicalize") == expected, data
    assert command.run(data, "resolve") == reference.resolved(data), data
    (digest,) = reference.digests([expected])
    assert command.run(data, "hash").split()[0].decode() == "td1:" + digest, data
    found = [line.rsplit("  ", 1)[0] for line in command.run(data, "hash", "--jobs").decode().splitlines()]
    assert found == job_lines(data), data
    return expected


def read_back(command, data, expected):
    for arguments in (["canonicalize"], ["canonicalize", "--yaml"], ["resolve"], ["resolve", "--yaml"]):
        assert command.run(command.run(data, *arguments), "canonicalize") == expected, arguments


def check_random(command, examples):
    @settings(max_examples=examples, derandomize=True, deadline=None, database=None,
              suppress_health_check=list(HealthCheck))
    @given(documents.dags(), st.randoms(use_true_random=False), st.randoms(use_true_random=False))
    def same_bytes(values, one, two):
        first = documents.Layout(one).document(values)
        second = documents.Layout(two).document(values)
        expected = compare(command, first)
        assert command.run(second, "canonicalize") == expected, (first, second)
        assert reference.canonical(second) == expected, (first, second)
        read_back(command, first, expected)

    same_bytes()


def check_graphs(command):
    for jobs, seed in GRAPHS:
        forms = set()
        for style in ("block", "flow", "comments"):
            data = subprocess.run([sys.executable, GENERATOR, str(jobs), "--seed", str(seed), "--style", style],
                                  check=True, capture_output=True).stdout
            forms.add(compare(command, data))
        assert len(forms) == 1, (jobs, seed)


def main(argv):
    if len(argv) not in (2, 3):
        sys.stderr.write(__doc__)
        return 2
    examples = int(argv[2]) if len(argv) == 3 else 300
    with tempfile.TemporaryDirectory() as folder:
        configuration.set_hypothesis_home_dir(folder)
        command = Command(os.path.abspath(argv[1]), folder)
        check_graphs(command)
        check_random(command, examples)
    print("%d random documents and %d graphs: command and reference agree" % (examples, len(GRAPHS)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
