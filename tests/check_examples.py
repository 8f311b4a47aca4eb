#!/usr/bin/python3
"""The samples do what they show: output and status on a good, a broken and a missing document.

    check_examples.py PROGRAM...

What is expected was worked out from examples/good.yaml by hand.
"""
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
HASH = "td1:8ed28ff7136f09c0bfb17f2655d6d107"
UNKNOWN_JOB = "job `compact_blocks` reads job `block_range_aggregate`, which this DAG does not define"

# program: (what it prints of the good document, a part of what it prints of the broken one)
EXPECTED = {
    "validate": (f"good.yaml: accepted, {HASH}\n", UNKNOWN_JOB),
    "print_order": ("""\
block_follower on ecs_platform, 2 downstream
block_range_aggregate on ecs_platform, 1 downstream
    reads block_follower[0]
compact_blocks on ecs_platform, 0 downstream
    reads block_range_aggregate[0]
daily_trigger on lambda, 0 downstream
""", "broken.yaml: the document is rejected"),
    "many_threads": ("8 threads counted 2 edges each\n", "broken.yaml: the document is rejected"),
    "service": (f"""\
cross-chain-analytics {HASH}
  block_follower block_follower
  block_range_aggregate range_aggregator
  compact_blocks parquet_compact
  daily_trigger trigger_cron
""", f"broken.yaml:29:22: TD402 {UNKNOWN_JOB}"),
}


def run(program, name):
    return subprocess.run([program, name], cwd=EXAMPLES, text=True, capture_output=True)


def check(program):
    """What is wrong with a sample, line by line."""
    name = Path(program).name
    output, complaint = EXPECTED[name]
    good = run(program, "good.yaml")
    if (good.returncode, good.stdout, good.stderr) != (0, output, ""):
        yield f"{name} on the good document: {good}"
    broken = run(program, "broken.yaml")
    if broken.returncode != 1 or complaint not in broken.stdout + broken.stderr:
        yield f"{name} on the broken document: {broken}"
    for nothing in ("missing.yaml", "."):
        found = run(program, nothing)
        if found.returncode != 2 or nothing not in found.stderr:
            yield f"{name} on a document that cannot be read: {found}"


def main():
    programs = [Path(name).resolve() for name in sys.argv[1:]]
    faults = [fault for program in programs for fault in check(program)]
    for fault in faults:
        print(fault)
    print(f"{len(programs)} samples: " + (f"{len(faults)} faults" if faults else "all as shown"))
    return 1 if faults or not programs else 0


if __name__ == "__main__":
    sys.exit(main())
