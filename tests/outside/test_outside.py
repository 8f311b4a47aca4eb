#!/usr/bin/python3
"""check_outside.py on samples of every layout, with a command that is right and with ones that lie.

    test_outside.py COMMAND
"""
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True

try:
    import inputs
    from yaml import CLoader  # noqa: F401
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

HERE = Path(__file__).resolve().parent
SAMPLES = HERE / "samples"

# What is found in the samples: name, a part of the bytes, whether there is JSON.
FOUND = (
    ("data/marks/00", b"--- 'two'\n", True),
    ("data/marks/01", b"[1, 2\n", False),
    ("data/shared", b"again: *base\n", True),
    ("files/glued", b"{?a: 1", False),
    ("files/latin-1", b"caf\xe9", False),
    ("files/read-on", b"two: b\"\n", False),
    ("files/tagged.txt", b"%YAML 1.2\n", False),
    ("files/words.yml", b"0o17", False),
    ("signs/00", b"text: | \n  a\ttab\n\nlast: word", True),
    ("signs/01", b"a: 1\rb: 2\n", True),
)

# What commands do wrong, as words of the shell behind a right one, and what is said of it.
LIES = (
    ("sed 's/TD116/TD117/'", "a finding without a code"),
    ("""sed 's/"TD116","name":"tag"/"TD114","name":"recursive-alias"/'""", "it does not break"),
    ("""sed 's/"TD106","name":"unclosed-quote"/"TD104","name":"bad-indentation"/'""",
     "it does not break [104]"),
    ("""sed 's/"TD110","name":"duplicate-key"/"TD115","name":"merge-key"/'""",
     "it does not break [115]"),
    ("grep -v TD107", "no finding says that it breaks [107]"),
    ("grep -v TD213", "no finding says that it breaks [213]"),
    ("grep -v TD105", "libyaml refuses it, and no finding says so"),
    ("""sed 's/"byte":[0-9]*,"line":[0-9]*/"byte":0,"line":2/'""", "a finding outside of the text"),
    ("sed 's/-0,/0,/;s/:10,/:8,/;s/,10,/,8,/'", "libyaml's events have another value"),
    ("sed 's/,\"errors\":1/,\"errors\":0/'", "and the summary"),
    ("cat; echo 'a leak' >&2", "a leak"),
    ("cat; kill -ABRT $$", "ended with -6"),
)


def check(command, folder=SAMPLES):
    """What check_outside.py ends with, and what it says."""
    done = subprocess.run([sys.executable, HERE / "check_outside.py", command, folder],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def liar(folder, command, lie):
    """A command that does what the other does, but for a lie."""
    path = folder / "liar"
    path.write_text(f'#!/bin/sh\nsaid=$("{command}" "$@" 2>&1)\nstatus=$?\n'
                    f'[ -z "$said" ] || printf "%s\\n" "$said" | {{ {lie}; }}\nexit $status\n')
    path.chmod(0o755)
    return path


def check_samples(command):
    """Complaints about what is found in the samples."""
    status, said = check(command)
    faults = [f"the samples disagree:\n{said}"] if status else []
    found = list(inputs.find(SAMPLES))
    if [source.name for source in found] != [name for name, _, _ in FOUND]:
        faults.append(f"found are {found}")
    return faults + [f"{source} has no {part}, or JSON where there is none"
                     for source, (_, part, json) in zip(found, FOUND)
                     if part not in source.data or (source.json is not None) != json]


def check_json(command, folder):
    """Complaints when an author's value that is another one goes unseen."""
    (folder / "in.yaml").write_text("[1, true]\n")
    for json in ("[1, 1]", "[true, true]", "[1]", "[1.1, true]", "{}"):
        (folder / "in.json").write_text(json)
        status, said = check(command, folder)
        if status != 1 or "its author gives" not in said:
            yield f"not seen: {json}\n{said}"


def check_lies(command, folder):
    """Complaints about lies that go unseen."""
    for lie, expected in LIES:
        status, said = check(liar(folder, command, lie))
        if status != 1 or expected not in said:
            yield f"not seen: {lie}\n{said}"


def main():
    command = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "inputs")
        folder.mkdir()
        faults = check_samples(command)
        if check(command, folder)[0] != 1:
            faults.append("a folder without inputs is fine")
        faults += [*check_json(command, folder), *check_lies(command, Path(scratch))]
    for fault in faults:
        print(fault)
    print(f"{len(FOUND)} samples, {len(LIES)} lies: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
