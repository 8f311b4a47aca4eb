#!/usr/bin/python3
"""The command `tracedag` from outside: what it prints, where, and what it ends with.

    test_cli.py COMMAND CASES [NAME]

COMMAND is the program, CASES the folder of golden cases. With NAME only the tests whose name
holds it run; `slow_` names those that read so much that one build is enough, which do not run
otherwise. Prints what failed, then `N passed, N failed`; ends with 1 if any failed.
"""
import calendar
import json
import os
import pty
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMMAND = str(Path(sys.argv[1]).resolve())
CASES = Path(sys.argv[2]).resolve()
HEADERS = Path(__file__).resolve().parents[2] / "include" / "tracedag"

GOOD = b"""name: demo
jobs:
  - name: tick
    activation: source
    runtime: lambda
    operator: trigger_cron
    outputs: 1
    source: { kind: cron, schedule: "rate(1 day)" }
  - name: pack
    activation: reactive
    runtime: ecs_platform
    operator: parquet_compact
    outputs: 1
    update_strategy: replace
    execution_strategy: PerPartition
    inputs:
      - from: { job: tick, output: 0 }
publish:
  packed:
    from: { job: pack, output: 0 }
    storage: s3
"""
BAD = GOOD.replace(b"job: tick", b"job: tock")
OTHER = GOOD.replace(b"rate(1 day)", b"rate(2 days)")

ACCEPTED, REJECTED, WRONG_USE, FILE, FAULT = range(5)

passed = 0
failures = []


class Skip(Exception):
    """The machine lacks what the test needs."""


def run(*args, data=None, env=None, **more):
    """Runs the command; None as standard input is an empty one. Bytes in, bytes out."""
    environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    environment.update(env or {})
    if data is not None:
        more["input"] = data
    elif "stdin" not in more:
        more["stdin"] = subprocess.DEVNULL
    more.setdefault("stdout", subprocess.PIPE)
    more.setdefault("stderr", subprocess.PIPE)
    return subprocess.run([COMMAND, *args], env=environment, timeout=120, **more)


def expect(result, code, out=None, err=None):
    """`out` and `err`: bytes are the whole of it, a list must be in it, None is anything."""
    said = f"{result.args[1:]}: {result.returncode}\n  out {result.stdout!r:.400}\n" \
           f"  err {result.stderr!r:.400}\n"
    assert result.returncode == code, f"{code} expected, {said}"
    for wanted, got in ((out, result.stdout), (err, result.stderr)):
        if isinstance(wanted, bytes):
            assert got == wanted, f"{wanted!r} expected, {said}"
        for part in wanted if isinstance(wanted, list) else []:
            assert part in got, f"{part!r} expected, {said}"
    return result


def write(name, data):
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_bytes(data)
    return name


def good(name="good.yaml"):
    return write(name, GOOD)


def bad(name="bad.yaml"):
    return write(name, BAD)


# ---- help, versions, wrong use ------------------------------------------------------------


def test_version():
    text = expect(run("--version"), ACCEPTED, err=b"").stdout.decode()
    versions = dict(line.split(" ") for line in text.splitlines())
    assert list(versions) == ["tracedag", "libtracedag", "libyaml", "xxHash"], text
    assert versions["tracedag"] == versions["libtracedag"]
    for name, package in (("libyaml", "yaml-0.1"), ("xxHash", "libxxhash")):
        found = subprocess.run(["pkg-config", "--modversion", package], capture_output=True)
        assert found.stdout.decode().strip() == versions[name], text


def test_help():
    overview = expect(run("--help"), ACCEPTED, err=b"").stdout
    assert expect(run("help"), ACCEPTED, err=b"").stdout == overview
    for name in ("validate", "fix", "canonicalize", "resolve", "hash", "diff", "next", "graph",
                 "trust", "explain", "schema", "completion"):
        assert name.encode() in overview
        text = expect(run(name, "--help"), ACCEPTED, [b"usage: tracedag " + name.encode()], b"")
        assert expect(run("help", name), ACCEPTED, err=b"").stdout == text.stdout
        for line in text.stdout.decode().splitlines():
            assert len(line) <= 90, line
    expect(run("validate", "--help", "nowhere.yaml"), ACCEPTED, err=b"")


def test_letters():
    good()
    assert run("-h").stdout == run("--help").stdout
    for name in ("validate", "canonicalize", "resolve", "hash"):
        text = expect(run(name, "-h", "nowhere.yaml"), ACCEPTED, err=b"").stdout
        assert text == run(name, "--help").stdout, name
    for args in (("-j2",), ("-j", "2"), ("--jobs", "2"), ("--jobs=2",), ("-j64", "-j", "1")):
        expect(run("validate", "good.yaml", *args), ACCEPTED, b"", [b"good.yaml: accepted"])
    expect(run("validate", "-jh", "good.yaml"), WRONG_USE)  # `h` is the value of `-j`


def test_options_of_each_command_are_in_its_help():
    options = {
        "validate": "format color max-errors stdin-filename exit-zero quiet warn deny allow "
                    "deny-warnings baseline write-baseline catalog together readers "
                    "jobs limit help",
        "canonicalize": "yaml catalog color max-errors stdin-filename limit help",
        "resolve": "yaml origin catalog color max-errors stdin-filename limit help",
        "fix": "diff unsafe catalog color max-errors stdin-filename limit help",
        "hash": "source jobs why check quiet status catalog color max-errors stdin-filename limit "
                "help",
        "diff": "format breaking catalog color max-errors stdin-filename limit help",
        "next": "from count job catalog color max-errors stdin-filename limit help",
        "graph": "format diff catalog color max-errors stdin-filename limit help",
        "trust": "format count catalog color max-errors stdin-filename limit help",
        "explain": "help",
        "schema": "catalog color max-errors limit help",
        "completion": "help",
    }
    for name, expected in options.items():
        text = run(name, "--help").stdout.decode()
        found = set(re.findall(r"^  --([a-z-]+)", text, re.M))
        assert found == set(expected.split()), (name, found)


def test_manual_has_every_command_and_option():
    page = Path(__file__).resolve().parents[2] / "man" / "tracedag.1"
    if not page.exists():
        raise Skip("no manual page")
    text = page.read_text()
    overview = run("--help").stdout.decode()
    for name in re.findall(r"^  ([a-z]+)  ", overview, re.M):
        assert re.search(rf"^\.It Cm {name}\b|^\.Ss .*\b{name}\b", text, re.M), name
        for option in re.findall(r"^  --([a-z-]+)", run("help", name).stdout.decode(), re.M):
            assert re.search(rf"Fl Fl {option}\b", text), (name, option)
    for limit in limit_names():
        assert limit in text, limit


def test_wrong_use():
    good()
    for args, said in [
        ((), b"no command is given"),
        (("vlaidate",), b"`validate`"),
        (("frobnicate",), b"unknown command `frobnicate`"),
        (("--frobnicate",), b"unknown option `--frobnicate`"),
        (("--version", "x"), b"`x`"),
        (("help", "nonsense"), b"`nonsense`"),
        (("help", "hash", "x"), b"one COMMAND"),
        (("validate",), b"no FILE is given"),
        (("validate", "--"), b"no FILE is given"),
        (("validate", "--frob", "good.yaml"), b"unknown option `--frob`"),
        (("validate", "--fromat", "text", "good.yaml"), b"did you mean `--format`"),
        (("validate", "-x", "good.yaml"), b"unknown option `-x`"),
        (("validate", "-j"), b"`--jobs` needs N"),
        (("validate", "-j", "0", "good.yaml"), b"from 1 to 64, not `0`"),
        (("validate", "-j65", "good.yaml"), b"from 1 to 64, not `65`"),
        (("validate", "--jobs=4294967297", "good.yaml"), b"from 1 to 64"),
        (("validate", "--jobs=2x", "good.yaml"), b"not `2x`"),
        (("validate", "--jobs=", "good.yaml"), b"from 1 to 64"),
        (("hash", "-j", "2", "good.yaml"), b"unknown option `-j`"),
        (("validate", "--format"), b"`--format` needs text|json|sarif|github"),
        (("validate", "--format", "xml", "good.yaml"), b"`xml`"),
        (("validate", "--color", "red", "good.yaml"), b"auto|always|never"),
        (("validate", "--quiet=1", "good.yaml"), b"takes no value"),
        (("validate", "--stdin-filename=", "-"), b"not empty"),
        (("validate", "--max-errors", "0", "good.yaml"), b"from 1 on"),
        (("validate", "--max-errors", "x", "good.yaml"), b"whole number"),
        (("validate", "--max-errors", "99999", "good.yaml"), b"10000 at most"),
        (("validate", "-", "-"), b"twice"),
        (("validate", "--yaml", "good.yaml"), b"unknown option"),
        (("canonicalize",), b"no FILE is given"),
        (("canonicalize", "good.yaml", "good.yaml"), b"one FILE"),
        (("canonicalize", "--origin", "good.yaml"), b"unknown option"),
        (("resolve", "good.yaml", "good.yaml"), b"one FILE"),
        (("hash",), b"no FILE is given"),
        (("hash", "--source", "--jobs", "good.yaml"), b"exclude each other"),
        (("hash", "--source", "--check", "good.yaml"), b"exclude each other"),
        (("hash", "--why", "--jobs", "good.yaml"), b"exclude each other"),
        (("hash", "--why", "good.yaml"), b"two files, an old and a new one, not 1"),
        (("hash", "--quiet", "good.yaml"), b"goes with `--check`"),
        (("hash", "--status", "good.yaml"), b"goes with `--check`"),
        (("diff",), b"two files, OLD and NEW, not 0"),
        (("diff", "good.yaml"), b"two files, OLD and NEW, not 1"),
        (("diff", "good.yaml", "good.yaml", "good.yaml"), b"OLD and NEW, not 3"),
        (("diff", "-", "-"), b"twice"),
        (("diff", "--format", "sarif", "good.yaml", "good.yaml"), b"text|json, not `sarif`"),
        (("diff", "--unsafe", "good.yaml", "good.yaml"), b"unknown option `--unsafe`"),
        (("next",), b"no FILE is given"),
        (("next", "good.yaml", "good.yaml"), b"one FILE"),
        (("next", "--job", "pick", "good.yaml"), b"`good.yaml` has no job `pick`"),
        (("graph",), b"no FILE is given"),
        (("graph", "good.yaml", "good.yaml"), b"one FILE"),
        (("graph", "--format", "png", "good.yaml"), b"text|mermaid|dot|svg, not `png`"),
        (("trust",), b"no FILE is given"),
        (("trust", "good.yaml", "good.yaml"), b"one FILE"),
        (("trust", "--format", "sarif", "good.yaml"), b"text|json, not `sarif`"),
        (("trust", "--from", "now", "good.yaml"), b"unknown option `--from`"),
        (("explain", "--limit", "jobs=1"), b"unknown option `--limit`"),
        (("explain", "TD400"), b"unknown code `TD400`; `tracedag explain` lists all"),
        (("schema", "good.yaml"), b"takes no FILE"),
        (("completion",), b"one shell"),
        (("completion", "bash", "zsh"), b"one shell"),
        (("completion", "csh"), b"bash, zsh or fish, not `csh`"),
    ]:
        expect(run(*args), WRONG_USE, b"", [b"tracedag: ", said, b"--help`\n"])


def test_options_are_not_abbreviated():
    good()
    for short in ("--form=json", "--exit", "--q", "--co=never", "--l"):
        expect(run("validate", short, "good.yaml"), WRONG_USE, b"", [b"unknown option"])


def test_options_stand_anywhere_and_end():
    good("--help")
    good()
    expect(run("validate", "good.yaml", "--quiet"), ACCEPTED, b"", b"")
    expect(run("validate", "--quiet", "--", "--help"), ACCEPTED, b"", b"")
    expect(run("validate", "--quiet", "--", "good.yaml", "--quiet"), FILE, b"",
           [b"`--quiet`: No such file"])
    expect(run("validate", "--format", "json", "--format=text", "good.yaml"), ACCEPTED, b"")


# ---- limits -------------------------------------------------------------------------------


def limit_names():
    """As the headers have them, in kebab case."""
    text = "".join(file.read_text() for file in sorted(HEADERS.glob("*.h")))
    names = re.findall(r"^ +TRACEDAG_LIMIT_(\w+) = \d+", text, re.M)
    return [name.lower().replace("_", "-") for name in names]


def test_every_limit_has_a_name():
    names = limit_names()
    assert len(names) >= 19, names
    listed = run("validate", "--help").stdout.decode().split("Limits,")[1]
    assert re.findall(r"^  ([a-z-]+) +\d+ +\w+$", listed, re.M) == names, listed
    good()
    for name in names:
        result = run("validate", "--limit", name + "=100", "good.yaml")
        assert result.returncode != WRONG_USE and b"unknown" not in result.stderr, result
    expect(run("validate", "--limit", "heap-bytes=100", "good.yaml"), FAULT, b"",
           [b"tracedag: memory ran out at `good.yaml`, or its limit `heap-bytes`\n"])


def test_limit_values():
    good()
    for value in ("1K", "1M", "64M", "1048576", "65536K"):
        expect(run("validate", "--quiet", "--limit", "input-bytes=" + value, "good.yaml"),
               ACCEPTED, b"", b"")
    for value in ("", "0", "0K", "-1", "+1", "1k", "1KB", "1.5M", " 1", "x", "1 ", "K", "0x10",
                  "18446744073709551616", "18446744073709551615K", "99999999999999999999M"):
        expect(run("validate", "--limit", "input-bytes=" + value, "good.yaml"), WRONG_USE, b"",
               [b"whole number"])
    expect(run("validate", "--limit", "depth=257", "good.yaml"), WRONG_USE, b"",
           [b"256 at most"])
    expect(run("validate", "--limit", "input-bytes=65M", "good.yaml"), WRONG_USE, b"",
           [b"67108864 at most"])
    expect(run("validate", "--limit", "depth", "good.yaml"), WRONG_USE, b"", [b"NAME=VALUE"])
    names = ", ".join(limit_names()).encode()
    expect(run("validate", "--limit", "dept=3", "good.yaml"), WRONG_USE, b"",
           [b"`depth`", names])
    expect(run("validate", "--limit", "z" * 5000 + "=3", "good.yaml"), WRONG_USE, b"", [names])


def test_limits_work():
    good()
    for args, code in ((("--limit", "input-bytes=20"), b"TD190"),
                       (("--limit", "depth=2"), b"TD191"),
                       (("--limit", "jobs=1"), b"TD195")):
        expect(run("validate", *args, "good.yaml"), REJECTED, b"", [code])
        expect(run("hash", *args, "good.yaml"), REJECTED, b"", [code])
        expect(run("next", *args, "good.yaml"), REJECTED, b"", [code])
    size = len(GOOD)
    expect(run("validate", "--limit", f"input-bytes={size}", "good.yaml"), ACCEPTED)
    expect(run("validate", "--limit", f"input-bytes={size - 1}", "good.yaml"), REJECTED)


def test_max_errors():
    write("many.yaml", b"name: demo\n" + b"".join(b"x%d: 1\n" % i for i in range(50)))
    records = run("validate", "--format=json", "--max-errors", "5", "many.yaml").stdout
    lines = [json.loads(line) for line in records.splitlines()]
    errors = [line for line in lines if line.get("severity") == "error"]
    assert len(errors) <= 5, len(errors)
    assert lines[-1]["type"] == "summary" and lines[-1]["errors"] >= 50, lines[-1]
    assert lines[-1]["dropped"] > 0, lines[-1]


# ---- validate -----------------------------------------------------------------------------


def test_validate_accepts():
    good()
    expect(run("validate", "good.yaml"), ACCEPTED, b"", [b"good.yaml: accepted"])
    expect(run("validate", "--quiet", "good.yaml"), ACCEPTED, b"", b"")


def test_validate_rejects():
    bad()
    expect(run("validate", "bad.yaml"), REJECTED, b"",
           [b"error[TD402]", b"--> bad.yaml:", b"\nbad.yaml: rejected, "])
    expect(run("validate", "--quiet", "bad.yaml"), REJECTED, b"", b"")


def test_validate_json():
    good()
    bad()
    result = expect(run("validate", "--format=json", "good.yaml", "bad.yaml"), REJECTED, err=b"")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    summaries = [line for line in lines if line["type"] == "summary"]
    assert [(s["file"], s["valid"]) for s in summaries] == \
        [("good.yaml", True), ("bad.yaml", False)], summaries
    assert any(line.get("code") == "TD402" and line["file"] == "bad.yaml" for line in lines)


def annotations(text):
    """The workflow commands of a text: level, properties, message."""
    found = []
    for line in text.decode().splitlines():
        level, properties, message = re.fullmatch(r"::(\w+)(?: (.*?))?::(.*)", line).groups()
        found.append((level, dict(p.split("=", 1) for p in (properties or "").split(",") if p),
                      message))
    return found


def test_validate_sarif():
    good()
    bad("dir/bad.yaml")
    result = expect(run("validate", "--format=sarif", "good.yaml", "dir/bad.yaml"), REJECTED,
                    err=b"")
    log = json.loads(result.stdout)
    assert log["version"] == "2.1.0" and len(log["runs"]) == 1
    run_of = log["runs"][0]
    assert run_of["invocations"][0]["executionSuccessful"] is True
    [found] = run_of["results"]
    place = found["locations"][0]["physicalLocation"]
    assert found["ruleId"] == "TD402" and place["artifactLocation"]["uri"] == "dir/bad.yaml"
    assert place["region"]["snippet"]["text"] == "tock"
    expect(run("validate", "--format=sarif", "--quiet", "good.yaml"), ACCEPTED, b"", b"")


def test_validate_github():
    good()
    bad()
    result = expect(run("validate", "--format=github", "good.yaml", "bad.yaml"), REJECTED,
                    err=b"")
    first, last = annotations(result.stdout)
    line = BAD.split(b"tock")[0].count(b"\n") + 1
    assert first[:2] == ("error", {"file": "bad.yaml", "line": str(line), "endLine": str(line),
                                   "col": "22", "endColumn": "26", "title": "TD402 unknown-job"})
    assert first[2].startswith("job `pack` reads job `tock`, ") and "%0Ahelp: " in first[2]
    assert last == ("notice", {}, "2 files: 1 accepted, 1 rejected; 1 error, 0 warnings, 0 notes")


def test_formats_have_the_same_code():
    good()
    bad()
    write("many.yaml", b"x: 1\n" * 2000)
    for files in (("good.yaml",), ("bad.yaml", "good.yaml"), ("good.yaml", "gone.yaml"),
                  ("many.yaml",)):
        codes = {run("validate", "--format", name, *files).returncode
                 for name in ("text", "json", "sarif", "github")}
        assert len(codes) == 1, (files, codes)


def test_what_is_not_judged_is_in_the_log():
    good()
    for name, files in (("gone.yaml", ("good.yaml", "gone.yaml", "good.yaml")),
                        ("gone.yaml", ("gone.yaml",))):
        result = expect(run("validate", "--format=sarif", *files), FILE,
                        err=b"tracedag: cannot read `gone.yaml`: No such file or directory\n")
        [invocation] = json.loads(result.stdout)["runs"][0]["invocations"]
        assert invocation["executionSuccessful"] is False
        [note] = invocation["toolExecutionNotifications"]
        assert note["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == name
        result = run("validate", "--format=github", *files)
        accepted = files.count("good.yaml")
        assert annotations(result.stdout)[-1][2].startswith(
            f"{len(files)} file{'s' if accepted else ''}: {accepted} accepted, 0 rejected, "
            "1 not judged;"), result.stdout
    os.mkdir("none")
    for name in ("sarif", "github"):
        expect(run("validate", "--format", name, "none"), WRONG_USE, b"")


# ---- many files -----------------------------------------------------------------------------


def folder_of_many(count=60):
    for i in range(count):
        write(f"many/{i:03}.yaml", (GOOD, BAD, BAD + b"zz: 1\n" * (i % 7), b"a: [\n")[i % 4])
    os.symlink("gone", "many/017x.yaml")
    return "many"


def test_any_number_of_threads_says_the_same():
    folder_of_many()
    for name in ("text", "json", "sarif", "github"):
        said = [run("validate", "--format", name, "-j", n, "many", "gone", "many/003.yaml")
                for n in ("1", "2", "3", "8", "64")]
        for other in said[1:]:
            expect(other, FILE, said[0].stdout, said[0].stderr)
    text = run("validate", "-j8", "many").stderr.decode()
    files = re.findall(r"^(many/\w+\.yaml): \w+|cannot read `(.*)`:", text, re.M)
    names = [one or other for one, other in files]
    assert names == sorted(f"many/{name}" for name in os.listdir("many")), names


def test_totals():
    good()
    bad()
    last = lambda *args: run("validate", *args).stderr.decode().splitlines()[-1]
    assert last("good.yaml", "bad.yaml", "good.yaml") == "3 files: 2 accepted, 1 rejected"
    assert last("bad.yaml", "gone.yaml") == "2 files: 0 accepted, 1 rejected, 1 not judged"
    assert last("good.yaml").startswith("good.yaml: accepted")
    expect(run("validate", "--quiet", "good.yaml", "bad.yaml"), REJECTED, b"", b"")
    expect(run("validate", "--format=json", "good.yaml", "bad.yaml"), REJECTED, err=b"")


def test_a_slow_file_keeps_its_place():
    os.mkfifo("pipe")
    bad()
    good()
    child = subprocess.Popen([COMMAND, "validate", "-j4", "pipe", "bad.yaml", *["good.yaml"] * 50],
                             stderr=subprocess.PIPE)
    with open("pipe", "wb") as pipe:
        time.sleep(0.3)
        pipe.write(GOOD)
    said = child.communicate(timeout=60)[1].decode()
    assert child.returncode == REJECTED and said.startswith("pipe: accepted"), said
    assert said.endswith("52 files: 51 accepted, 1 rejected\n"), said


def peak(*args):
    """The most memory that the command has had, in KiB, when its last file comes; its first one
    comes late. Not what wait4() tells: that counts what Python had when it started the command."""
    child = subprocess.Popen([COMMAND, *args, "last"], stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
    with open("first", "wb") as pipe:
        time.sleep(0.5)
        pipe.write(GOOD)
    with open("last", "wb") as pipe:
        status = Path("/proc/%d/status" % child.pid).read_text()
        pipe.write(GOOD)
    assert child.wait(timeout=60) in (ACCEPTED, REJECTED), child.returncode
    return int(re.search(r"VmHWM:\s*(\d+) kB", status)[1])


def slow_memory_does_not_grow_with_files():
    if b"__asan_" in Path(COMMAND).read_bytes():
        raise Skip("the address sanitizer keeps what is freed")
    os.mkfifo("first")
    os.mkfifo("last")
    write("many.yaml", GOOD + b"".join(b"k%d: 1\n" % i for i in range(300)))
    good("large.yaml")
    with open("large.yaml", "ab") as file:
        file.write(b"#" * 500000)
    # What the files have, findings or bytes, is twice the bound and more: 40, 58, 200 and 200 MB.
    # An allocator may keep some MB of its own.
    for form, file, count in (("text", "many.yaml", 2000), ("json", "many.yaml", 400),
                              ("sarif", "large.yaml", 400), ("github", "large.yaml", 400)):
        args = ("validate", "-j2", "--allow=TD801,TD802,TD803", "--format", form, "first")
        few, many = peak(*args, *[file] * 20), peak(*args, *[file] * count)
        assert many < few + 20000, (form, few, many)


def test_interrupt():
    os.mkfifo("pipe")
    good()
    for name in ("text", "json", "sarif", "github"):
        child = subprocess.Popen([COMMAND, "validate", "--format", name, "-j2", "good.yaml",
                                  "pipe", "good.yaml"], stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE)
        with open("pipe", "wb"):
            time.sleep(0.2)
            child.send_signal(signal.SIGINT)
            out, _ = child.communicate(timeout=60)
        assert child.returncode == -signal.SIGINT, child.returncode
        assert name in ("text", "json") or out == b"", out


def test_exit_zero():
    good()
    bad()
    expect(run("validate", "--exit-zero", "bad.yaml", "good.yaml"), ACCEPTED, b"", [b"TD402"])
    expect(run("validate", "--exit-zero", "bad.yaml", "gone.yaml"), FILE, b"")
    expect(run("validate", "--exit-zero", "--nonsense"), WRONG_USE, b"")
    os.mkdir("none")
    expect(run("validate", "--exit-zero", "bad.yaml", "none"), WRONG_USE, b"")


def test_the_largest_code_wins():
    good()
    bad()
    expect(run("validate", "good.yaml", "bad.yaml", "good.yaml"), REJECTED, b"",
           [b"good.yaml: accepted", b"bad.yaml: rejected"])
    expect(run("validate", "bad.yaml", "gone.yaml", "good.yaml"), FILE, b"",
           [b"bad.yaml: rejected", b"`gone.yaml`: No such file", b"good.yaml: accepted"])
    result = run("hash", "bad.yaml", "gone.yaml", "good.yaml")
    expect(result, FILE, err=[b"TD402", b"gone.yaml"])
    assert result.stdout.count(b"\n") == 1 and result.stdout.endswith(b"  good.yaml\n")


def test_standard_input():
    expect(run("validate", "-", data=GOOD), ACCEPTED, b"", [b"-: accepted"])
    expect(run("validate", "--stdin-filename", "a/b.yaml", "-", data=BAD), REJECTED, b"",
           [b"--> a/b.yaml:", b"a/b.yaml: rejected"])
    result = run("validate", "--stdin-filename=a.yaml", "--format=json", "-", data=BAD)
    assert json.loads(result.stdout.splitlines()[0])["file"] == "a.yaml"
    expect(run("canonicalize", "--stdin-filename=a.yaml", "-", data=BAD), REJECTED, b"",
           [b"a.yaml: rejected"])
    expect(run("hash", "-", data=GOOD), ACCEPTED, [b"td1:", b"  -\n"], b"")
    with open("from", "wb") as file:
        file.write(GOOD)
    with open("from", "rb") as file:
        expect(run("validate", "-", stdin=file), ACCEPTED)
    # A file of that name is reached by a path.
    bad("./-")
    expect(run("validate", "./-", data=GOOD), REJECTED)


def test_standard_input_is_closed():
    good()
    shell = ["sh", "-c", '"$0" validate - <&-', COMMAND]
    result = subprocess.run(shell, capture_output=True, timeout=60)
    expect(result, FILE, b"", [b"tracedag: cannot read standard input: "])
    shell[2] = '"$0" validate good.yaml <&-'
    expect(subprocess.run(shell, capture_output=True, timeout=60), ACCEPTED)


# ---- folders ------------------------------------------------------------------------------


def test_folder():
    for name in ("b.yaml", "a.yml", "B.yaml", "z.yaml"):
        good("dir/" + name)
    bad("dir/sub/deep.yaml")
    bad("dir/.hidden.yaml")
    bad("dir/notes.txt")
    bad("dir/x.yaml.orig")
    os.mkdir("dir/folder.yaml")
    os.mkfifo("dir/pipe.yaml")
    result = expect(run("validate", "dir"), ACCEPTED, b"")
    files = re.findall(r"^(dir/\S+): accepted", result.stderr.decode(), re.M)
    assert files == ["dir/B.yaml", "dir/a.yml", "dir/b.yaml", "dir/z.yaml"], files
    slash = run("validate", "dir/")
    assert slash.stderr == result.stderr, slash.stderr
    os.symlink("dir", "link")
    expect(run("validate", "link"), ACCEPTED, b"", [b"link/B.yaml: accepted"])
    expect(run("validate", "dir", "dir/sub"), REJECTED, b"", [b"dir/sub/deep.yaml: rejected"])


def test_folder_of_the_cases():
    expect(run("validate", "--quiet", str(CASES / "valid")), ACCEPTED, b"", b"")
    if any((CASES / "invalid").glob("*.yaml")):
        expect(run("validate", "--quiet", str(CASES / "invalid")), REJECTED, b"", b"")


def test_empty_folder():
    os.mkdir("none")
    write("notes/readme.txt", b"x")
    good()
    bad()
    expect(run("validate", "none"), WRONG_USE, b"", [b"folder `none` has no *.yaml"])
    expect(run("validate", "notes"), WRONG_USE, b"")
    expect(run("validate", "none", "good.yaml"), WRONG_USE, b"", [b"good.yaml: accepted"])
    expect(run("validate", "none", "bad.yaml"), WRONG_USE, b"", [b"bad.yaml: rejected"])


def test_folder_where_a_file_is_needed():
    good("dir/a.yaml")
    for args in (("canonicalize",), ("resolve",), ("hash",), ("hash", "--source"),
                 ("hash", "--jobs"), ("hash", "--check"), ("next",), ("graph",),
                 ("trust",)):
        expect(run(*args, "dir"), FILE, b"", [b"cannot read `dir`: Is a directory\n"])


def test_broken_link_in_a_folder():
    good("dir/a.yaml")
    os.symlink("gone", "dir/b.yaml")
    expect(run("validate", "dir"), FILE, b"",
           [b"dir/a.yaml: accepted", b"cannot read `dir/b.yaml`: No such file"])


# ---- files that cannot be read ------------------------------------------------------------


def test_missing_file():
    for args in (("validate",), ("validate", "--format=json"), ("validate", "--quiet"),
                 ("canonicalize",), ("resolve",), ("hash",), ("hash", "--source"),
                 ("hash", "--jobs"), ("hash", "--check"), ("hash", "--check", "--status"),
                 ("next",), ("graph",), ("trust",), ("diff", "good.yaml"), ("hash", "--why", "good.yaml")):
        good()
        expect(run(*args, "gone.yaml"), FILE, b"",
               b"tracedag: cannot read `gone.yaml`: No such file or directory\n")
    expect(run("validate", ""), FILE, b"")


def test_broken_links():
    os.symlink("gone", "broken")
    os.symlink("loop", "loop")
    expect(run("validate", "broken"), FILE, b"", [b"No such file"])
    expect(run("validate", "loop"), FILE, b"", [b"ymbolic link"])  # in glibc and in musl
    good()
    expect(run("validate", "good.yaml/x"), FILE, b"", [b"Not a directory"])
    expect(run("validate", "x" * 5000), FILE, b"", [b"too long"])


def test_no_permission():
    good("locked/a.yaml")
    os.chmod("locked/a.yaml", 0)
    prefix = []
    if os.geteuid() == 0:
        # Root reads everything, so a child becomes another user.
        if not shutil.which("setpriv"):
            raise Skip("root, and no setpriv")
        os.chmod(".", 0o755)
        prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        if subprocess.run(prefix + ["test", "-x", COMMAND], capture_output=True).returncode:
            raise Skip("the command is out of reach for another user")
    result = subprocess.run(prefix + [COMMAND, "validate", "locked/a.yaml"],
                            capture_output=True, timeout=60)
    expect(result, FILE, b"", b"tracedag: cannot read `locked/a.yaml`: Permission denied\n")
    os.chmod("locked", 0o311)
    result = subprocess.run(prefix + [COMMAND, "validate", "locked"],
                            capture_output=True, timeout=60)
    os.chmod("locked", 0o755)
    expect(result, FILE, b"", b"tracedag: cannot read `locked`: Permission denied\n")


def test_read_error():
    # The memory of a process at address 0 opens and does not read.
    if not os.path.exists("/proc/self/mem"):
        raise Skip("no /proc")
    for args in (("validate",), ("hash", "--source"), ("hash", "--check")):
        expect(run(*args, "/proc/self/mem"), FILE, b"", [b"cannot read `/proc/self/mem`: "])


def test_pipe_as_file():
    os.mkfifo("pipe")
    child = subprocess.Popen([COMMAND, "validate", "pipe"], stderr=subprocess.PIPE)
    with open("pipe", "wb") as pipe:
        for part in (GOOD[:50], GOOD[50:]):
            pipe.write(part)
            pipe.flush()
            time.sleep(0.05)
    said = child.communicate(timeout=60)[1]
    assert child.returncode == ACCEPTED and said.startswith(b"pipe: accepted"), said


def test_endless_files():
    for args in (("validate",), ("canonicalize",), ("hash",)):
        start = time.monotonic()
        expect(run(*args, "/dev/zero"), REJECTED, b"", [b"/dev/zero: rejected"])
        assert time.monotonic() - start < 20
    expect(run("hash", "--source", "/dev/zero"), FILE, b"", [b"more than 67108864 bytes"])
    expect(run("hash", "--check", "/dev/zero"), FILE, b"", [b"more than 67108864 bytes"])


def test_endless_input():
    child = subprocess.Popen([COMMAND, "validate", "-"], stdin=subprocess.PIPE,
                             stderr=subprocess.PIPE)
    written = 0
    try:
        while written < 1 << 26:
            written += child.stdin.write(b"# " + b"x" * 65534)
            child.stdin.flush()
    except BrokenPipeError:
        pass
    try:
        child.stdin.close()
    except BrokenPipeError:
        pass
    said = child.stderr.read()
    assert child.wait(timeout=60) == REJECTED and b"TD190" in said, said
    assert written <= 2 << 20, written


def test_file_of_100_megabytes():
    with open("big.yaml", "wb") as file:
        file.write(GOOD)
        file.truncate(100 << 20)
    start = time.monotonic()
    expect(run("validate", "big.yaml"), REJECTED, b"", [b"TD190"])
    expect(run("canonicalize", "big.yaml"), REJECTED, b"", [b"TD190"])
    assert time.monotonic() - start < 20
    expect(run("validate", "--limit", "input-bytes=64M", "big.yaml"), REJECTED, b"", [b"TD190"])
    expect(run("hash", "--source", "big.yaml"), FILE, b"", [b"more than 67108864 bytes"])
    os.truncate("big.yaml", 64 << 20)
    expect(run("hash", "--source", "big.yaml"), ACCEPTED, [b"src1:"], b"")


def test_odd_documents():
    brackets = b"name: " + b"[" * 1000000
    for name, data, code in (
        ("brackets.yaml", brackets, b"TD191"),
        ("closed.yaml", brackets[:500000] + b"]" * 499994, b"TD191"),
        ("empty.yaml", b"", b"TD112"),
        ("binary.yaml", bytes(range(256)) * 64, b"TD10"),
        ("elf.yaml", Path(COMMAND).read_bytes()[:1 << 16], b"TD10"),
        ("utf16.yaml", GOOD.decode().encode("utf-16"), b"TD10"),
        ("utf16be.yaml", GOOD.decode().encode("utf-16-be"), b"TD10"),
        ("nul.yaml", GOOD + b"\0", b"TD10"),
    ):
        write(name, data)
        expect(run("validate", name), REJECTED, b"", [b"error[" + code, b"rejected"])
        result = expect(run("validate", "--format=json", name), REJECTED, err=b"")
        for line in result.stdout.decode().splitlines():
            json.loads(line)
        expect(run("canonicalize", name), REJECTED, b"")
        expect(run("hash", "--source", name), ACCEPTED, [b"src1:"], b"")


def test_odd_file_names():
    name = "a\x1b[31m\n\u202e.yaml"
    result = expect(run("validate", name), FILE, b"")
    for raw in (b"\x1b", b"\n\xe2", b"\xe2\x80\xae"):
        assert raw not in result.stderr, result.stderr
    assert rb"a\u{001B}[31m\u{000A}\u{202E}.yaml" in result.stderr, result.stderr
    expect(run(b"validate", b"\xff\xfe.yaml"), FILE, b"", [rb"\xFF\xFE.yaml"])
    expect(run("validate", "größe.yaml"), FILE, b"", ["größe.yaml".encode()])


# ---- output that does not arrive ----------------------------------------------------------


def test_full_disk():
    if not os.path.exists("/dev/full"):
        raise Skip("no /dev/full")
    good()
    write("sums", run("hash", "good.yaml").stdout)
    message = b"tracedag: cannot write standard output: No space left on device\n"
    for args in (("--help",), ("--version",), ("validate", "--help"),
                 ("validate", "--format=json", "good.yaml"), ("canonicalize", "good.yaml"),
                 ("validate", "--format=json", "--exit-zero", "good.yaml"),
                 ("validate", "--format=sarif", "good.yaml"),
                 ("validate", "--format=github", "good.yaml"),
                 ("validate", "--format=json", "-j4", *["good.yaml"] * 2000),
                 ("resolve", "good.yaml"), ("hash", "good.yaml"), ("hash", "--jobs", "good.yaml"),
                 ("schema",), ("completion", "bash"),
                 ("hash", "--check", "sums"), ("hash", *["good.yaml"] * 2000),
                 ("next", "good.yaml"), ("next", "--count", "100000", "good.yaml"),
                 ("graph", "good.yaml"), ("graph", "--format=dot", "good.yaml"),
                 ("trust", "good.yaml"), ("trust", "--format=json", "good.yaml"),
                 ("diff", "good.yaml", "good.yaml"), ("hash", "--why", "good.yaml", "good.yaml")):
        with open("/dev/full", "wb") as full:
            result = run(*args, stdout=full)
            assert result.returncode == FILE and result.stderr == message, \
                (args[:3], result.returncode, result.stderr)
    with open("/dev/full", "wb") as full:
        assert run("validate", "good.yaml", stderr=full).returncode == FILE
        assert run("validate", "--quiet", "good.yaml", stdout=full,
                   stderr=full).returncode == ACCEPTED


def test_closed_output():
    good()
    for line, code in (('"$0" canonicalize good.yaml >&-', FILE),
                       ('"$0" --version >&-', FILE),
                       ('"$0" validate --quiet good.yaml >&- 2>&-', ACCEPTED),
                       ('"$0" validate good.yaml 2>&-', FILE)):
        result = subprocess.run(["sh", "-c", line, COMMAND], capture_output=True, timeout=60)
        assert result.returncode == code, (line, result)


def closed_pipe(args, ignored):
    """Runs the command with a standard output that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)

    def prepare():
        signal.signal(signal.SIGPIPE, signal.SIG_IGN if ignored else signal.SIG_DFL)

    result = run(*args, stdout=writer, preexec_fn=prepare, restore_signals=False)
    os.close(writer)
    return result.returncode, result.stderr


def test_closed_pipe():
    good()
    for args in (("--help",), ("canonicalize", "good.yaml"), ("resolve", "good.yaml"), ("schema",),
                 ("hash", *["good.yaml"] * 2000), ("validate", "--format=json", "good.yaml"),
                 ("validate", "--format=sarif", "good.yaml"),
                 ("validate", "--format=json", "-j4", *["good.yaml"] * 2000)):
        assert closed_pipe(args, ignored=False) == (-signal.SIGPIPE, b""), args[:2]
        assert closed_pipe(args, ignored=True) == (FILE, b""), args[:2]


# ---- colour -------------------------------------------------------------------------------


def on_terminal(*args, env=None, meanwhile=None):
    """What the command writes to a terminal that is its standard error."""
    ours, theirs = pty.openpty()
    environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TERM")}
    child = subprocess.Popen([COMMAND, *args], stderr=theirs, stdout=subprocess.PIPE,
                             env=environment | {"TERM": "xterm"} | (env or {}))
    os.close(theirs)
    if meanwhile:
        meanwhile(child)
    said = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:
            break
        if not part:
            break
        said += part
    os.close(ours)
    child.communicate(timeout=60)
    return said


def test_color():
    bad()
    colored = lambda text: b"\x1b[" in text
    assert not colored(run("validate", "bad.yaml").stderr)
    assert not colored(run("validate", "--color=auto", "bad.yaml").stderr)
    assert colored(run("validate", "--color=always", "bad.yaml").stderr)
    assert colored(run("validate", "--color=always", "bad.yaml", env={"NO_COLOR": "1"}).stderr)
    assert colored(run("hash", "--color=always", "bad.yaml").stderr)
    assert not colored(run("validate", "--color=always", "--format=json", "bad.yaml").stdout)
    assert colored(on_terminal("validate", "bad.yaml"))
    assert colored(on_terminal("validate", "bad.yaml", env={"NO_COLOR": ""}))
    assert not colored(on_terminal("validate", "bad.yaml", env={"NO_COLOR": "1"}))
    assert not colored(on_terminal("validate", "--color=never", "bad.yaml"))
    assert colored(on_terminal("canonicalize", "bad.yaml"))
    assert not colored(on_terminal("validate", "bad.yaml", env={"TERM": "dumb"}))
    assert colored(on_terminal("validate", "--color=always", "bad.yaml", env={"TERM": "dumb"}))
    for name in ("json", "sarif", "github"):
        assert on_terminal("validate", "--format", name, "bad.yaml") == b""


# ---- progress -----------------------------------------------------------------------------

SHOWN = rb"\r\x1b\[K\d+ of \d+ files"
TAKEN_BACK = b"\r\x1b[K"


def slowly(*args, meanwhile=None, **more):
    """What a terminal is told of a run that takes more than a second."""
    os.mkfifo("pipe")
    good()
    bad()

    def feed(child):
        with open("pipe", "wb") as pipe:
            time.sleep(1.4)
            if meanwhile:
                meanwhile(child)
            else:
                pipe.write(GOOD)

    said = on_terminal("validate", *args, "good.yaml", "pipe", "bad.yaml", meanwhile=feed, **more)
    os.remove("pipe")
    return said


def test_progress_on_a_terminal():
    said = slowly("-j2", "--color=never")
    shown = re.findall(SHOWN, said)
    assert TAKEN_BACK + b"1 of 3 files" in shown, said
    # A line is taken back before anything else is written, and none stays.
    for part in re.split(SHOWN, said)[1:]:
        assert part == b"" or part.startswith(TAKEN_BACK), said
    rest = re.sub(SHOWN, b"", said).replace(TAKEN_BACK, b"").replace(b"\r\n", b"\n")
    write("pipe", GOOD)
    assert rest == run("validate", "good.yaml", "pipe", "bad.yaml").stderr, rest
    os.remove("pipe")
    assert TAKEN_BACK in slowly("-j2", "--format=sarif")
    assert b"files" not in slowly("-j2", "--format=json", env={"TERM": "dumb"})
    assert slowly("-j2", "--quiet") == b""


def test_no_progress_for_a_quick_run():
    good()
    assert b" of " not in on_terminal("validate", *["good.yaml"] * 20)


def test_no_progress_without_a_terminal():
    os.mkfifo("pipe")
    good()
    child = subprocess.Popen([COMMAND, "validate", "-j2", "good.yaml", "pipe"],
                             stderr=subprocess.PIPE)
    with open("pipe", "wb") as pipe:
        time.sleep(1.3)
        pipe.write(GOOD)
    assert b" of 2 files" not in child.communicate(timeout=60)[1]


def test_an_interrupt_takes_the_line_back():
    said = slowly("-j2", meanwhile=lambda child: child.send_signal(signal.SIGINT))
    assert re.search(SHOWN, said) and said.endswith(TAKEN_BACK), said


# ---- canonicalize, resolve, hash ----------------------------------------------------------


def test_rejected_documents_give_no_data():
    bad()
    for args in (("canonicalize",), ("canonicalize", "--yaml"), ("resolve",),
                 ("resolve", "--yaml", "--origin"), ("hash",), ("hash", "--jobs"), ("next",),
                 ("graph",), ("graph", "--format=svg"), ("trust",),
                 ("trust", "--format=json", "--color=never")):
        expect(run(*args, "bad.yaml"), REJECTED, b"", [b"error[TD402]", b"bad.yaml: rejected"])


def test_forms():
    good()
    forms = [run(*args, "good.yaml").stdout for args in (
        ("canonicalize",), ("canonicalize", "--yaml"), ("resolve",), ("resolve", "--yaml"),
        ("resolve", "--origin"), ("resolve", "--origin", "--yaml"))]
    assert len(set(forms)) == 6, forms
    for form in forms:
        assert form.endswith(b"\n"), form
    for form in forms[0::2]:
        assert form.count(b"\n") == 1
        json.loads(form)
    # What is written is a document of the same hash.
    digits = run("hash", "-", data=GOOD).stdout
    for form in (forms[0], forms[1]):
        assert run("hash", "-", data=form).stdout == digits, form


def test_goldens():
    for file in sorted((CASES / "valid").glob("*.yaml")):
        expect(run("canonicalize", file), ACCEPTED, file.with_suffix(".canon").read_bytes(), b"")
        digits = file.with_suffix(".hash").read_text().split()[0]
        expect(run("hash", file), ACCEPTED, f"{digits}  {file}\n".encode(), b"")
        if file.with_suffix(".resolved").exists():
            expect(run("resolve", file), ACCEPTED, file.with_suffix(".resolved").read_bytes())


def test_hash_is_that_of_the_canonical_bytes():
    if not shutil.which("xxh128sum"):
        raise Skip("no xxh128sum")
    good()
    for file in [Path("good.yaml"), *sorted((CASES / "valid").glob("*.yaml"))]:
        canon = run("canonicalize", file).stdout
        digits = subprocess.run(["xxh128sum"], input=canon, capture_output=True).stdout.split()[0]
        assert run("hash", file).stdout == b"td1:" + digits + b"  " + os.fsencode(file) + b"\n", \
            file


def test_source_hash():
    for data in (b"", b"a", BAD, bytes(range(256)) * 1000):
        write("any", data)
        line = expect(run("hash", "--source", "any"), ACCEPTED, err=b"").stdout
        assert re.fullmatch(rb"src1:[0-9a-f]{32}  any\n", line), line
        assert run("hash", "--source", "-", data=data).stdout == line[:-4] + b"-\n"
        if shutil.which("xxh128sum"):
            sums = subprocess.run(["xxh128sum"], input=data, capture_output=True).stdout
            assert line[5:37] == sums[:32], (line, sums)


def test_job_hashes():
    good()
    text = expect(run("hash", "--jobs", "good.yaml"), ACCEPTED, err=b"").stdout.decode()
    form = r"tdj1:[0-9a-f]{32}  tdm1:[0-9a-f]{32}  good\.yaml#([a-z_]+)"
    assert re.findall(rf"^{form}$", text, re.M) == ["pack", "tick"], text


# ---- hash --check -------------------------------------------------------------------------


def sums(*extra):
    """A list with all kinds of lines for good.yaml and any, and `extra` lines."""
    good()
    write("any", BAD)
    text = run("hash", "good.yaml").stdout + run("hash", "--source", "any").stdout + \
        run("hash", "--jobs", "good.yaml").stdout
    return write("sums", text + b"".join(line + b"\n" for line in extra))


ZERO = b"0" * 32
ALL_OK = b"good.yaml: OK\nany: OK\ngood.yaml#pack: OK\ngood.yaml#tick: OK\n"


def test_check_passes():
    sums()
    expect(run("hash", "--check", "sums"), ACCEPTED, ALL_OK, b"")
    expect(run("hash", "--check", "--quiet", "sums"), ACCEPTED, b"", b"")
    expect(run("hash", "--check", "--status", "sums"), ACCEPTED, b"", b"")
    expect(run("hash", "sums", "--check"), ACCEPTED, ALL_OK, b"")
    expect(run("hash", "--check", "sums", "sums"), ACCEPTED, ALL_OK * 2, b"")
    expect(run("hash", "--check", "-", data=Path("sums").read_bytes()), ACCEPTED, ALL_OK, b"")


def test_check_finds_changes():
    sums()
    write("good.yaml", OTHER)
    result = expect(run("hash", "--check", "sums"), REJECTED,
                    [b"good.yaml: FAILED\n", b"any: OK\n", b"good.yaml#tick: FAILED\n"],
                    [b"tracedag: WARNING: ", b"did NOT match\n"])
    quiet = expect(run("hash", "--check", "--quiet", "sums"), REJECTED)
    assert b"OK" not in quiet.stdout and quiet.stderr == result.stderr
    expect(run("hash", "--check", "--status", "sums"), REJECTED, b"", b"")
    sums()
    write("any", b"x")
    expect(run("hash", "--check", "--quiet", "sums"), REJECTED, b"any: FAILED\n",
           b"tracedag: WARNING: 1 computed hash did NOT match\n")
    sums(b"td1:" + ZERO + b"  good.yaml", b"src1:" + ZERO + b"  any")
    expect(run("hash", "--check", "--quiet", "sums"), REJECTED,
           b"good.yaml: FAILED\nany: FAILED\n",
           b"tracedag: WARNING: 2 computed hashes did NOT match\n")


def test_check_of_jobs_that_differ():
    sums(b"tdj1:" + ZERO + b"  tdm1:" + ZERO + b"  good.yaml#pack",
         b"tdj1:" + ZERO + b"  tdm1:" + ZERO + b"  good.yaml#gone")
    expect(run("hash", "--check", "--quiet", "sums"), REJECTED,
           b"good.yaml#pack: FAILED\ngood.yaml#gone: FAILED\n",
           b"tracedag: WARNING: 2 computed hashes did NOT match\n")
    line = run("hash", "--jobs", "good.yaml").stdout.splitlines()[0]
    half = line.replace(line.split()[1], b"tdm1:" + ZERO)
    sums(half)
    expect(run("hash", "--check", "--quiet", "sums"), REJECTED, b"good.yaml#pack: FAILED\n")


def test_check_of_a_rejected_document():
    sums()
    bad("good.yaml")
    expect(run("hash", "--check", "sums"), REJECTED,
           b"good.yaml: FAILED rejected\nany: OK\ngood.yaml#pack: FAILED rejected\n"
           b"good.yaml#tick: FAILED rejected\n",
           b"tracedag: WARNING: 3 listed documents are rejected\n")


def test_check_of_a_missing_file():
    sums()
    os.remove("any")
    expect(run("hash", "--check", "--quiet", "sums"), FILE, b"any: FAILED open or read\n",
           b"tracedag: cannot read `any`: No such file or directory\n"
           b"tracedag: WARNING: 1 listed file could not be read\n")
    expect(run("hash", "--check", "--status", "sums"), FILE, b"", [b"cannot read `any`"])


def test_check_of_lines_that_are_none():
    digits = b"td1:" + ZERO
    for line in (b"junk", ZERO + b"  good.yaml", digits, digits + b" good.yaml", digits + b"  ",
                 digits + b" *good.yaml", digits[:-1] + b"  good.yaml", digits + b"0  good.yaml",
                 digits.replace(b"0", b"A") + b"  good.yaml", b"td2:" + ZERO + b"  good.yaml",
                 b"tdj1:" + ZERO + b"  good.yaml#pack", b"tdm1:" + ZERO + b"  good.yaml#pack",
                 b"tdj1:" + ZERO + b"  tdm1:" + ZERO + b"  good.yaml",
                 b"tdj1:" + ZERO + b"  tdm1:" + ZERO + b"  good.yaml#",
                 b"tdj1:" + ZERO + b"  tdm1:" + ZERO + b"  #pack",
                 b"\\" + digits + b"  a\\x", b"\\" + digits + b"  a\\", b"\\",
                 digits + b"  good\0.yaml", b"\0" * 100):
        sums(line)
        expect(run("hash", "--check", "sums"), REJECTED, ALL_OK,
               b"tracedag: WARNING: 1 line is improperly formatted\n"
               b"tracedag: WARNING: the first of these is line 5\n")
        expect(run("hash", "--check", "--status", "sums"), REJECTED, b"", b"")
    for data in (b"", b"\n\n", b"# nothing\n", b"junk\njunk\n", bytes(range(256)) * 10):
        write("sums", data)
        expect(run("hash", "--check", "sums"), REJECTED, b"",
               [b"`sums` has no properly formatted line\n"])


def test_check_of_lists_made_elsewhere():
    sums()
    lines = Path("sums").read_bytes()
    write("sums", b"# made by hand\n\n" + lines.replace(b"\n", b"\r\n").rstrip(b"\r\n"))
    expect(run("hash", "--check", "sums"), ACCEPTED, ALL_OK, b"")


def test_check_of_odd_names():
    names = ["back\\slash", "line\nfeed", "carriage\rreturn", "\\n", " space ", "#", "a#b", "x\\"]
    for name in names:
        good(name)
    for args in ((), ("--source",), ("--jobs",)):
        lines = expect(run("hash", *args, *names), ACCEPTED, err=b"").stdout
        each = 2 if args == ("--jobs",) else 1
        assert lines.count(b"\n") == each * len(names), lines
        assert lines.split(b"\n")[0].startswith(b"\\"), lines
        write("sums", lines)
        result = expect(run("hash", "--check", "sums"), ACCEPTED, err=b"")
        assert result.stdout.count(b": OK\n") == each * len(names), result.stdout
    assert rb"line\nfeed" in lines and rb"back\\slash" in lines and rb"carriage\rreturn" in lines


def test_check_reads_a_file_once_for_its_jobs():
    jobs = b"".join(b"  - { name: j%d, activation: source, runtime: lambda, operator: o, "
                    b"outputs: 0, source: { kind: manual } }\n" % i for i in range(2000))
    write("large.yaml", b"name: demo\njobs:\n" + jobs)
    lines = expect(run("hash", "--jobs", "large.yaml"), ACCEPTED).stdout
    write("sums", lines)
    start = time.monotonic()
    expect(run("hash", "--check", "--quiet", "sums"), ACCEPTED, b"", b"")
    assert time.monotonic() - start < 20
    assert lines.count(b"\n") in (2, 2000)


# ---- next ---------------------------------------------------------------------------------

NOON = "--from=2026-11-24T12:00:00Z"


def scheduled(**schedules):
    """A document with a source job for each name and its schedule."""
    jobs = "".join(
        f"  - {{name: {name}, activation: source, runtime: lambda, operator: o, outputs: 0,\n"
        f"     source: {{kind: cron, schedule: \"{schedule}\"}}}}\n"
        for name, schedule in schedules.items())
    return write("scheduled.yaml", f"name: a\njobs:\n{jobs}".encode())


def runs(*args):
    """The lines of `next`, split."""
    out = expect(run("next", *args), ACCEPTED, err=b"").stdout.decode()
    assert out == "" or out.endswith("\n"), out
    return [line.split("  ") for line in out.splitlines()]


def test_next():
    good()
    expect(run("next", NOON, "good.yaml"), ACCEPTED, b"".join(
        b"2026-11-%dT12:00:00Z  tick\n" % day for day in range(25, 30)), b"")


def test_next_orders_by_time_then_job():
    file = scheduled(b="0 * * * *", c="cron(30 13 * * ? *)", a="rate(1 hour)")
    assert runs(NOON, "--count", "2", file) == [
        ["2026-11-24T13:00:00Z", "a"], ["2026-11-24T13:00:00Z", "b"],
        ["2026-11-24T13:30:00Z", "c"], ["2026-11-24T14:00:00Z", "a"],
        ["2026-11-24T14:00:00Z", "b"], ["2026-11-25T13:30:00Z", "c"]]
    assert runs(NOON, "--count", "2", "--job", "c", file) == [
        ["2026-11-24T13:30:00Z", "c"], ["2026-11-25T13:30:00Z", "c"]]


def test_next_of_many_jobs_and_runs():
    """Jobs enough for a heap of some levels, and more runs than are at hand at a time."""
    minutes = {f"j{i:02}": i * 37 % 60 for i in range(60)}
    file = scheduled(**{name: f"{minute} * * * *" for name, minute in minutes.items()})
    lines = runs(NOON, "--count", "200", file)
    assert len(lines) == 60 * 200 and lines == sorted(lines)
    for name, minute in minutes.items():
        own = [when for when, job in lines if job == name]
        assert len(set(own)) == 200 and {when[13:] for when in own} == {f":{minute:02}:00Z"}


def test_next_from():
    file = scheduled(a="rate(1 minute)")
    for written, first in (
            ("2026-11-24T12:00:00Z", "2026-11-24T12:01:00Z"),
            ("2026-11-24t12:00:00.999z", "2026-11-24T12:01:00Z"),
            ("2026-11-24 12:00:07Z", "2026-11-24T12:01:07Z"),
            ("2026-11-25T00:30:00+12:45", "2026-11-24T11:46:00Z"),
            ("2026-12-31T23:59:00-00:30", "2027-01-01T00:30:00Z"),
            ("2024-02-29T23:59:00Z", "2024-03-01T00:00:00Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:59Z"),
            ("1970-01-01T00:00:00Z", "1970-01-01T00:01:00Z"),
            ("1969-12-31T23:00:00-01:00", "1970-01-01T00:01:00Z"),
            ("9999-12-31T23:58:59Z", "9999-12-31T23:59:59Z")):
        assert runs("--from", written, "--count=1", file) == [[first, "a"]], written


def test_next_from_what_is_no_time():
    file = scheduled(a="rate(1 minute)")
    for written in ("now", "2026-11-24", "2026-11-24T12:00Z", "2026-11-24T12:00:00",
                    "2026-11-24T12:00:00+1", "2026-11-24T12:00:00+0100", "2026-11-24T12:00:00.Z",
                    "2026-11-24T12:00:00Z ", " 2026-11-24T12:00:00Z", "2026-11-24T24:00:00Z",
                    "2026-11-24T12:60:00Z", "2026-11-24T12:00:61Z", "2026-11-24T12:00:00+24:00",
                    "2026-11-24T12:00:00+00:60", "2026-02-29T12:00:00Z", "2026-13-01T12:00:00Z",
                    "2026-00-01T12:00:00Z", "2026-01-00T12:00:00Z", "2026-04-31T12:00:00Z",
                    "1969-12-31T23:59:59Z", "1970-01-01T00:59:59+01:00", "0000-01-01T00:00:00Z",
                    "9999-12-31T23:59:59-00:01", "10000-01-01T00:00:00Z", "1764000000"):
        expect(run("next", "--from", written, file), WRONG_USE, b"",
               [b"tracedag: option `--from` takes a time such as", f"not `{written}`".encode()])


def test_next_from_now():
    file = scheduled(a="rate(1 minute)")
    before = int(time.time())
    ((first, _),) = runs("--count", "1", file)
    found = calendar.timegm(time.strptime(first, "%Y-%m-%dT%H:%M:%SZ"))
    assert before + 60 <= found <= time.time() + 60, first


def test_next_count():
    file = scheduled(a="cron(0 0 1 1 ? 2000-2026)", b="* * * * *")
    for count in ("0", "-1", "+1", "1.5", "ten", " 1", "1 ", "1K", "18446744073709551616"):
        expect(run("next", "--count", count, file), WRONG_USE, b"",
               [b"`--count` takes a whole number from 1 on, not `" + count.encode()])
    start = "--from=1999-12-31T00:00:00Z"
    assert len(runs(start, "--count", "18446744073709551615", "--job", "a", file)) == 27
    assert len(runs(start, "--count", "30000", "--job=b", file)) == 30000


def test_next_where_nothing_runs():
    file = scheduled(old="cron(0 0 1 1 ? 2026)", live="cron(0 0 1 1 ? 2026-2028)")
    expect(run("next", NOON, file), ACCEPTED,
           b"2027-01-01T00:00:00Z  live\n2028-01-01T00:00:00Z  live\n",
           b"tracedag: job `old` has no more runs after 2026-11-24T12:00:00Z\n")
    file = write("plain.yaml", GOOD.replace(b'cron, schedule: "rate(1 day)"', b"manual"))
    expect(run("next", NOON, file), ACCEPTED, b"",
           b"tracedag: no job of `plain.yaml` has a schedule\n")
    good()
    expect(run("next", NOON, "--job", "pack", "good.yaml"), ACCEPTED, b"",
           b"tracedag: job `pack` has no schedule\n")


def test_next_stops_with_its_reader():
    """Runs without end, of which somebody reads a line."""
    file = scheduled(a="* * * * *")
    with subprocess.Popen([COMMAND, "next", "--count", "99999999999", file],
                          stdout=subprocess.PIPE) as process:
        assert process.stdout.readline().endswith(b"  a\n")
        process.stdout.close()
        assert process.wait(timeout=60) in (-signal.SIGPIPE, FILE)


# ---- graph --------------------------------------------------------------------------------

def fake_dot(script):
    """An environment in which `dot` is a script of the shell."""
    os.makedirs("bin", exist_ok=True)
    write("bin/dot", b"#!/bin/sh\n" + script)
    os.chmod("bin/dot", 0o755)
    return {"PATH": os.path.abspath("bin") + ":" + os.environ["PATH"]}


def test_graph():
    file = good()
    text = expect(run("graph", file), ACCEPTED, err=b"").stdout
    assert text.decode().splitlines()[2:5] == [
        "○      tick    lambda        trigger_cron, cron rate(1 day)",
        "└─●    pack    ecs_platform  parquet_compact",
        "  └─◆  packed  published, s3"], text.decode()
    expect(run("graph", "--format=text", "--color=auto", "-", data=GOOD), ACCEPTED, text, b"")
    coloured = expect(run("graph", "--color=always", file), ACCEPTED, err=b"").stdout
    assert coloured != text and re.sub(rb"\033\[[0-9;]*m", b"", coloured) == text
    expect(run("graph", "--format=mermaid", file), ACCEPTED, [b"flowchart LR\n", b"n1 --> n0"], b"")
    expect(run("graph", "--format=dot", "--color=always", file), ACCEPTED,
           [b'digraph "', b'"tick" -> "pack"\n'], b"")


def test_graph_shows_findings():
    file = write("lone.yaml", GOOD.replace(b"job: pack, output: 0", b"job: tick, output: 0"))
    expect(run("graph", file), ACCEPTED, [b"! note TD803 unread-job\n"], b"")
    expect(run("graph", "--format=dot", file), ACCEPTED, [b"<i>! note TD803 unread-job</i>"], b"")


def test_graph_of_a_change():
    old, new = good(), write("new.yaml", OTHER.replace(b"packed:", b"packs:"))
    text = expect(run("graph", "--diff", old, new), ACCEPTED, err=b"").stdout.decode()
    told = [line.strip("│ ") for line in text.splitlines()]
    assert [line for line in told if line.startswith(("+", "~", "*"))] == [
        "~ changed", "+ added"], text
    assert "\n- dataset packed removed\n" in text, text
    expect(run("graph", "--format=dot", "--diff", old, new), ACCEPTED,
           [b'"removed dataset packed"'], b"")
    expect(run("graph", "--diff", bad(), new), REJECTED, b"", [b"error[TD402]", b"bad.yaml: rej"])
    expect(run("graph", "--diff", "gone.yaml", new), FILE, b"", [b"cannot read `gone.yaml`"])
    expect(run("graph", "--diff", new), WRONG_USE, b"", [b"no FILE is given"])


def test_graph_as_svg_by_dot():
    file = good()
    dot = expect(run("graph", "--format=dot", file), ACCEPTED, err=b"").stdout
    told = fake_dot(b'echo "$# $1"; cat\n')
    expect(run("graph", "--format=svg", file, env=told), ACCEPTED, b"1 -Tsvg\n" + dot, b"")


def test_graph_without_dot():
    expect(run("graph", "--format=svg", good(), env={"PATH": "/nonexistent"}), FILE, b"",
           b"tracedag: cannot run `dot`: No such file or directory; it is part of Graphviz, "
           b"which `--format dot` does without\n")


def test_graph_with_a_dot_that_fails():
    file = good()
    expect(run("graph", "--format=svg", file, env=fake_dot(b"exit 3\n")), FILE, b"",
           b"tracedag: `dot` ended with exit code 3\n")
    expect(run("graph", "--format=svg", file, env=fake_dot(b"kill -TERM $$\n")), FILE, b"",
           b"tracedag: `dot` ended by signal 15\n")
    # More than a pipe holds, and nobody who reads it.
    jobs = GOOD.split(b"publish:")[0] + b"".join(
        b"  - {name: s%d, activation: source, runtime: lambda, operator: op, outputs: 0, "
        b"source: {kind: manual}}\n" % i for i in range(2000))
    large = write("large.yaml", jobs)
    expect(run("graph", "--format=svg", large, env=fake_dot(b"exit 3\n")), FILE, b"",
           b"tracedag: `dot` ended with exit code 3\n")
    expect(run("graph", "--format=svg", large, env=fake_dot(b"cat >/dev/null; echo done\n")),
           ACCEPTED, b"done\n", b"")
# ---- diff ---------------------------------------------------------------------------------

GROWN = (GOOD.replace(b"outputs: 1\n    update", b"outputs: 2\n    max_attempts: 5\n    update")
         .replace(b"rate(1 day)", b"rate(2 days)").replace(b"packed:", b"zipped:"))
CHANGE = b"""good.yaml -> grown.yaml: 5 changes (1 materialization, 1 trigger, 2 publishing, 1 tuning), 1 \
breaks readers of published datasets

job `pack`
  max_attempts  tuning
    - good.yaml         3 (built-in default)
    + grown.yaml:14:19  5
  outputs       materialization
    - good.yaml:13:14   1
    + grown.yaml:13:14  2

job `tick`
  source.schedule  trigger
    - good.yaml:8:37   "rate(1 day)"
    + grown.yaml:8:37  "rate(2 days)"

dataset `packed`
  removed  publishing, breaks readers: it is not published any more
    - good.yaml:20:5  {"from":{"job":"pack","output":0},"storage":"s3"}

dataset `zipped`
  added  publishing
    + grown.yaml:21:5  {"from":{"job":"pack","output":0},"storage":"s3"}

to materialize again, in this order: 1 of 2 jobs
  pack  changed: outputs
"""
BREAKING = b"""good.yaml -> grown.yaml: of 5 changes, 1 breaks readers of published datasets

dataset `packed`
  removed  publishing, breaks readers: it is not published any more
    - good.yaml:20:5  {"from":{"job":"pack","output":0},"storage":"s3"}
"""


def test_diff():
    grown = write("grown.yaml", GROWN)
    expect(run("diff", good(), grown), REJECTED, CHANGE, b"")
    expect(run("diff", "--breaking", "good.yaml", grown), REJECTED, BREAKING, b"")
    none = b"good.yaml -> -: no change, both are " + run("hash", "good.yaml").stdout.split()[0] + b"\n"
    for data in (GOOD, b"# the same\n" + GOOD, GOOD.replace(b"{ kind: cron,", b"{kind:  cron,")):
        expect(run("diff", "good.yaml", "-", data=data), ACCEPTED, none, b"")
        expect(run("diff", "--breaking", "good.yaml", "-", data=data), ACCEPTED, none, b"")
    named = run("diff", "--stdin-filename", "good.yaml", "-", grown, data=GOOD)
    expect(named, REJECTED, CHANGE, b"")


def test_diff_that_breaks_nobody():
    expect(run("diff", "--breaking", good(), write("other.yaml", OTHER)), ACCEPTED,
           b"good.yaml -> other.yaml: of 1 change, none breaks readers of published datasets\n", b"")


def test_diff_json():
    result = expect(run("diff", "--format=json", good(), write("grown.yaml", GROWN)), REJECTED, err=b"")
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert [record["type"] for record in records] == ["change"] * 5 + ["scope", "summary"]
    assert records[1] == {
        "v": 1, "type": "change", "kind": "changed",
        "subject": {"kind": "job", "old": "pack", "new": "pack"}, "path": "/outputs", "column": None,
        "class": "materialization", "breaking": None,
        "old": {"value": 1, "masked": False, "file": "good.yaml",
                "place": {"byte": GOOD.index(b"1\n    update"), "line": 13, "col": 14, "utf16": 14}},
        "new": {"value": 2, "masked": False, "file": "grown.yaml",
                "place": {"byte": GROWN.index(b"2\n    max"), "line": 13, "col": 14, "utf16": 14}}}
    assert records[3]["breaking"] == "dataset-removed"
    assert records[5] == {"v": 1, "type": "scope", "job": "pack", "reason": "changed", "cause": "/outputs"}
    hashes = run("hash", "good.yaml", "grown.yaml").stdout.decode().split()
    assert records[6] == {
        "v": 1, "type": "summary", "old": {"file": "good.yaml", "hash": hashes[0]},
        "new": {"file": "grown.yaml", "hash": hashes[2]}, "changes": 5, "materialization": 1, "trigger": 1,
        "publishing": 2, "tuning": 1, "breaking": 1, "scope": 1, "jobs": 2}
    breaking = run("diff", "--format=json", "--breaking", "good.yaml", "grown.yaml").stdout
    assert [json.loads(line)["type"] for line in breaking.splitlines()] == ["change", "summary"]


def test_diff_of_rejected_documents():
    good(), bad()
    for args in (("diff",), ("diff", "--format=json"), ("diff", "--breaking"), ("hash", "--why")):
        for files in (("good.yaml", "bad.yaml"), ("bad.yaml", "good.yaml")):
            expect(run(*args, *files), WRONG_USE, b"", [b"error[TD402]", b"bad.yaml: rejected"])
    both = run("diff", "bad.yaml", "-", data=BAD)  # all that is wrong at once
    expect(both, WRONG_USE, b"", [b"bad.yaml: rejected", b"\n-: rejected"])
    expect(run("diff", "bad.yaml", "gone.yaml"), FILE, b"", [b"bad.yaml: rejected", b"`gone.yaml`"])


def test_diff_color():
    files = good(), write("grown.yaml", GROWN)
    coloured = expect(run("diff", "--color=always", *files), REJECTED, err=b"").stdout
    assert coloured != CHANGE and re.sub(rb"\033\[[0-9;]*m", b"", coloured) == CHANGE
    json_lines = run("diff", "--format=json", *files).stdout
    expect(run("diff", "--format=json", "--color=always", *files), REJECTED, json_lines, b"")


def test_why():
    grown = write("grown.yaml", GROWN)
    hashes = [run("hash", file).stdout.split()[0] for file in (good(), grown)]
    expect(run("hash", "--why", "good.yaml", grown), REJECTED,
           b"%s  good.yaml\n%s  grown.yaml\n" % tuple(hashes) +
           b"the canonical forms first differ at /jobs/0/max_attempts, in job `pack`:\n"
           b"  - good.yaml:9:5     (nothing)\n"
           b"  + grown.yaml:14:19  5\n", b"")
    expect(run("hash", "--why", "-", "good.yaml", data=b"# the same\n" + GOOD), ACCEPTED,
           b"%s  -\n%s  good.yaml\n" % (hashes[0], hashes[0]) +
           b"the hashes are equal, and so are the canonical forms\n", b"")


# ---- trust --------------------------------------------------------------------------------

GUARDED = b"""name: guarded
jobs:
  - {name: fetch, activation: source, runtime: ecs_platform, operator: fetch, outputs: 1,
     source: {kind: manual}, secrets: [key, other]}
  - {name: judge, activation: reactive, runtime: lambda, operator: udf, outputs: 1,
     update_strategy: replace, execution_strategy: PerUpdate, udf: {bundle_id: rules},
     inputs: [{from: {job: fetch, output: 0}}]}
publish:
  verdicts: {from: {job: judge, output: 0}}
"""


def test_trust():
    file = write("guarded.yaml", GUARDED)
    text = (b"dataset `verdicts`, output 0 of `judge` (untrusted)\n"
            b"  secret `key`: `fetch` -> `judge` (untrusted)\n"
            b"  secret `other`: `fetch` -> `judge` (untrusted)\n"
            b"  bundle `rules`: `judge` (untrusted)\n\n"
            b"guarded.yaml: 3 flows into 1 of 1 published dataset, 0 into none "
            b"(all of lambda is untrusted: no catalog given)\n")
    expect(run("trust", file), ACCEPTED, text, b"")
    expect(run("trust", "--color=auto", file), ACCEPTED, text, b"")
    expect(run("trust", "--count=3", file), ACCEPTED, text, b"")
    named = run("trust", "--stdin-filename", "guarded.yaml", "-", data=GUARDED)
    expect(named, ACCEPTED, text, b"")
    coloured = expect(run("trust", "--color=always", file), ACCEPTED, err=b"").stdout
    assert coloured != text and re.sub(rb"\033\[[0-9;]*m", b"", coloured) == text


def test_trust_json():
    file = write("guarded.yaml", GUARDED)
    out = expect(run("trust", "--format=json", "--color=always", file), ACCEPTED, err=b"").stdout
    dataset, summary = (json.loads(line) for line in out.splitlines())
    assert [flow["name"] for flow in dataset["flows"]] == ["key", "other", "rules"]
    assert dataset["flows"][0]["path"] == [{"job": "fetch", "zone": "platform"},
                                           {"job": "judge", "zone": "untrusted"}]
    assert summary == {"v": 1, "type": "summary", "file": file, "dag": "guarded", "datasets": 1,
                       "flows": 3, "unpublished": 0, "left_out": 0, "catalog": None}


def test_trust_with_a_catalog():
    """What a catalog trusts on lambda may have secrets there; a bundle is never trusted."""
    file = write("trusted.yaml", GUARDED.replace(b"ecs_platform", b"lambda"))
    catalog = write("catalog.yaml", b"operators:\n  fetch: {trusted_on_lambda: true}\n"
                                    b"  udf: {trusted_on_lambda: true, udf: required}\n")
    expect(run("trust", file), REJECTED, b"", [b"error[TD602]"])
    expect(run("trust", "--catalog", catalog, file), ACCEPTED,
           b"dataset `verdicts`, output 0 of `judge` (untrusted)\n"
           b"  secret `key`: `fetch` -> `judge` (untrusted)\n"
           b"  secret `other`: `fetch` -> `judge` (untrusted)\n"
           b"  bundle `rules`: `judge` (untrusted)\n\n"
           b"trusted.yaml: 3 flows into 1 of 1 published dataset, 0 into none\n", b"")
    out = run("trust", "--format=json", "--catalog", catalog, file).stdout
    summary = json.loads(out.splitlines()[-1])
    assert summary["catalog"] == {"operators": 2, "datasets": None}, summary


def test_trust_count():
    file = write("guarded.yaml", GUARDED)
    for count in ("0", "-1", "+1", "1.5", "ten", " 1", "1 ", "1K", "100001", "99999999999999999"):
        expect(run("trust", "--count", count, file), WRONG_USE, b"",
               [b"`--count` takes a whole number from 1 to 100000, not `" + count.encode()])
    expect(run("trust", "--count", "1", file), ACCEPTED,
           [b"secret `key`", b"\n  and more, not shown\n", b", more are not shown ("], b"")
    expect(run("trust", "--count", "100000", file), ACCEPTED, [b"3 flows into 1 of 1"], b"")


# ---- severities and baselines -------------------------------------------------------------

# A job that nobody reads (TD803), and a word of YAML 1.1 (TD801).
DOUBTFUL = b"""name: d
jobs:
  - name: a
    activation: source
    runtime: ecs_platform
    operator: op
    outputs: 1
    source: { kind: manual }
    config: { country: no }
"""


def test_severities():
    write("d.yaml", DOUBTFUL)
    for options, code, verdict in [
        ((), ACCEPTED, b"accepted, 1 warning, 1 note "),
        (("--allow", "TD801"), ACCEPTED, b"accepted, 0 warnings, 1 note "),
        (("--allow=yaml11-word,803",), ACCEPTED, b"accepted, 0 warnings ("),
        (("--warn", "Unread-Job"), ACCEPTED, b"accepted, 2 warnings ("),
        (("--deny", "TD803"), REJECTED, b"rejected, 1 error, 1 warning ("),
        (("--deny", "TD803", "--allow", "TD803"), ACCEPTED, b"accepted, 1 warning ("),
        (("--deny-warnings",), REJECTED, b"accepted, 1 warning, 1 note "),
        (("--deny-warnings", "--exit-zero"), ACCEPTED, b"accepted, 1 warning, 1 note "),
        (("--deny-warnings", "--allow", "TD801"), ACCEPTED, b"accepted, 0 warnings, 1 note "),
    ]:
        expect(run("validate", *options, "d.yaml"), code, b"", [b"d.yaml: " + verdict])


def test_severities_that_cannot_be_set():
    write("d.yaml", DOUBTFUL)
    for option, said in [
        (("--warn", "TD402"), b"option `--warn`: TD402 is an error, and errors cannot be changed"),
        (("--allow", "TD199"), b"TD199 counts what is not shown, and stays"),
        (("--deny", "TD801,nope"), b"`nope` is no code; `tracedag explain` lists all"),
        (("--deny", "TD801,"), b"`` is no code"),
        (("--deny",), b"option `--deny` needs CODE behind it"),
    ]:
        expect(run("validate", "d.yaml", *option), WRONG_USE, b"", [said])


def test_allowed_by_a_comment():
    write("d.yaml", DOUBTFUL.replace(b"no }", b"no }  # tracedag: allow TD801 -- a country"))
    expect(run("validate", "d.yaml"), ACCEPTED, b"", [b"accepted, 0 warnings, 1 note, 1 suppressed ("])
    result = run("validate", "--format=json", "d.yaml")
    assert json.loads(result.stdout.splitlines()[-1])["suppressed"] == 1
    log = json.loads(run("validate", "--format=sarif", "d.yaml").stdout)
    suppressions = [result.get("suppressions") for result in log["runs"][0]["results"]]
    assert suppressions == [None, [{"kind": "inSource", "justification": "a country"}]]
    assert b"TD801" not in run("validate", "--format=github", "d.yaml").stdout


def test_what_is_allowed_stays_with_its_document():
    """A document with nothing but what is set aside is not one of those without a finding."""
    good()
    write("d.yaml", DOUBTFUL.replace(b"no }", b"no }  # tracedag: allow TD801"))
    for files in ("good.yaml", "d.yaml"), ("d.yaml", "good.yaml"):
        result = run("validate", "--format=sarif", "--allow=TD803", *files)
        results = json.loads(result.stdout)["runs"][0]["results"]
        assert [(found["ruleId"], place_of(found["locations"][0])[0]) for found in results] == [
            ("TD801", "d.yaml")], files


def test_baseline():
    write("a.yaml", DOUBTFUL)
    write("b c.yaml", DOUBTFUL)
    files = ("a.yaml", "b c.yaml")
    expect(run("validate", "--write-baseline", "known", *files), ACCEPTED, b"")
    lines = Path("known").read_text().splitlines()
    assert lines[0][0] == "#"
    assert [line.split("  ")[1:] for line in lines[1:]] == [
        [code, file] for file in files for code in ("TD803", "TD801")]
    for jobs in ("1", "4"):
        expect(run("validate", "--baseline", "known", "--deny-warnings", "-j", jobs, *files),
               ACCEPTED, b"", [b"a.yaml: accepted, 0 warnings, 2 suppressed (",
                               b"b c.yaml: accepted, 0 warnings, 2 suppressed ("])
    write("a.yaml", b"# moved\n" + DOUBTFUL.replace(b"outputs: 1", b"outputs: 0"))
    said = expect(run("validate", "--baseline", "known", "a.yaml"), ACCEPTED, b"",
                  [b"note[TD814]: baseline entry `", b"accepted, 0 warnings, 1 note, 1 suppressed ("])
    assert said.stderr.count(b"TD814]") == 1
    expect(run("validate", "--baseline", "known", "--write-baseline", "known", *files), ACCEPTED)
    assert len(Path("known").read_text().splitlines()) == 4


def test_baseline_of_standard_input():
    expect(run("validate", "--stdin-filename", "x.yaml", "--write-baseline", "known", "-",
               data=DOUBTFUL), ACCEPTED)
    expect(run("validate", "--stdin-filename", "x.yaml", "--baseline", "known", "-",
               data=DOUBTFUL), ACCEPTED, b"", [b"0 warnings, 2 suppressed"])


def test_baselines_that_cannot_be_used():
    write("d.yaml", DOUBTFUL)
    expect(run("validate", "--baseline", "gone", "d.yaml"), FILE, b"", [b"cannot read `gone`"])
    expect(run("validate", "--baseline", "d.yaml", "d.yaml"), WRONG_USE, b"",
           [b"`d.yaml` is no baseline that `--write-baseline` wrote"])
    expect(run("validate", "--write-baseline", "gone/known", "d.yaml"), FILE, b"",
           [b"cannot write `gone/known`"])
    expect(run("validate", "--write-baseline", "/dev/full", "d.yaml"), FILE, b"",
           [b"cannot write `/dev/full`: No space left on device"])


# ---- catalogs -----------------------------------------------------------------------------

CATALOG = b"""operators:
  trigger_cron:
    runtimes: [lambda]
  parquet_compact:
    config:
      chunk_size: { type: integer, min: 1 }
datasets: {}
"""
BAD_CATALOG = CATALOG.replace(b"runtimes", b"runtime")
DOUBTFUL_CATALOG = CATALOG.replace(b"min: 1", b"min: 1, max: 010")
UNKNOWN = GOOD.replace(b"parquet_compact", b"parquet_compct")


def test_catalog():
    good()
    write("unknown.yaml", UNKNOWN)
    write("catalog.yaml", CATALOG)
    said = expect(run("validate", "--catalog", "catalog.yaml", "good.yaml"), ACCEPTED, b"")
    assert b"not checked" not in said.stderr
    expect(run("validate", "good.yaml"), ACCEPTED, b"", [b"not checked"])
    expect(run("validate", "unknown.yaml"), ACCEPTED)
    near = [b"error[TD306]", b"did you mean `parquet_compact`?"]
    expect(run("validate", "--catalog", "catalog.yaml", "unknown.yaml"), REJECTED, b"", near)
    expect(run("validate", "unknown.yaml", "good.yaml", "-j2", "--catalog=catalog.yaml"), REJECTED,
           b"", near)
    for command in ("canonicalize", "resolve", "hash", "next"):
        expect(run(command, "--catalog", "catalog.yaml", "unknown.yaml"), REJECTED, b"", near)
        expect(run(command, "--catalog", "catalog.yaml", "good.yaml"), ACCEPTED, err=b"")
    with_catalog = run("hash", "--catalog", "catalog.yaml", "good.yaml").stdout
    assert with_catalog == run("hash", "good.yaml").stdout
    write("sums", run("hash", "good.yaml").stdout + run("hash", "unknown.yaml").stdout)
    expect(run("hash", "--check", "--catalog", "catalog.yaml", "sums"), REJECTED,
           b"good.yaml: OK\nunknown.yaml: FAILED rejected\n")


def test_catalog_fixes():
    write("a.yaml", UNKNOWN)
    write("catalog.yaml", CATALOG)
    expect(run("fix", "--unsafe", "--catalog", "catalog.yaml", "a.yaml"), ACCEPTED)
    assert Path("a.yaml").read_bytes() == GOOD


def test_catalog_and_baseline():
    write("d.yaml", DOUBTFUL)
    write("catalog.yaml", b"operators: {op: {}}")
    write("other.yaml", b"operators: {ops: {}}")
    expect(run("validate", "--write-baseline", "known", "d.yaml"), ACCEPTED)
    expect(run("validate", "--baseline", "known", "--catalog", "catalog.yaml", "d.yaml"), ACCEPTED,
           b"", [b"0 warnings, 2 suppressed"])
    expect(run("validate", "--baseline", "known", "--catalog", "other.yaml", "d.yaml"), REJECTED,
           b"", [b"error[TD306]"])


def test_catalog_that_is_rejected():
    good()
    write("catalog.yaml", BAD_CATALOG)
    said = [b"error[TD202]", b" --> catalog.yaml:3:5", b"did you mean `runtimes`?",
            b"catalog.yaml: rejected, 1 error, "]
    for args in (("validate", "good.yaml"), ("validate", "--quiet", "--exit-zero", "good.yaml"),
                 ("validate", "--format=json", "good.yaml"), ("hash", "good.yaml"),
                 ("validate", "--format=sarif", "gone.yaml"), ("fix", "good.yaml"), ("schema",)):
        result = expect(run(*args, "--catalog", "catalog.yaml"), WRONG_USE, b"", said)
        assert b"good.yaml" not in result.stderr, args
    result = run("schema", "--catalog", "catalog.yaml", "--color=always")
    assert b"\x1b[" in result.stderr


def test_catalog_with_warnings():
    good()
    write("catalog.yaml", DOUBTFUL_CATALOG)
    said = [b"warning[TD801]", b" --> catalog.yaml:6"]
    expect(run("validate", "--catalog", "catalog.yaml", "good.yaml"), ACCEPTED, b"",
           [*said, b"good.yaml: accepted"])
    expect(run("schema", "--catalog", "catalog.yaml"), ACCEPTED, [b'"maximum": 10'], said)
    for args in (("hash", "good.yaml"), ("validate", "--quiet", "good.yaml")):
        expect(run(*args, "--catalog", "catalog.yaml"), ACCEPTED, err=b"")
    expect(run("validate", "--catalog", "catalog.yaml", "--deny=TD801", "good.yaml"), WRONG_USE,
           b"", [b"error[TD801]"])


def test_catalog_that_cannot_be_read():
    good()
    expect(run("validate", "--catalog", "gone", "good.yaml"), FILE, b"", [b"cannot read `gone`"])
    expect(run("schema", "--catalog", "."), FILE, b"", [b"cannot read `.`"])
    expect(run("validate", "--catalog", "/dev/null", "good.yaml"), WRONG_USE, b"",
           [b"/dev/null: rejected"])
    expect(run("validate", "--catalog", "/dev/zero", "good.yaml"), WRONG_USE, b"",
           [b"/dev/zero: rejected"])
    expect(run("validate", "--catalog", "", "good.yaml"), WRONG_USE, b"", [b"not empty"])
    write("catalog.yaml", CATALOG)
    expect(run("schema", "--catalog", "catalog.yaml", "--limit", "input-bytes=9"), WRONG_USE, b"",
           [b"TD190"])
    expect(run("schema", "--catalog", "catalog.yaml", "good.yaml"), WRONG_USE, b"", [b"no FILE"])


def test_catalog_of_standard_input():
    good()
    said = expect(run("validate", "--catalog", "-", "good.yaml", data=CATALOG), ACCEPTED, b"")
    assert b"not checked" not in said.stderr
    expect(run("validate", "--catalog", "-", "--stdin-filename", "x.yaml", "good.yaml",
               data=BAD_CATALOG), WRONG_USE, b"", [b" --> -:3:5", b"\n-: rejected"])
    expect(run("validate", "--catalog", "-", "-", data=CATALOG), WRONG_USE, b"",
           [b"standard input `-` is given twice"])


def test_schema_with_catalog():
    write("catalog.yaml", CATALOG)
    schema = json.loads(expect(run("schema", "--catalog", "catalog.yaml"), ACCEPTED,
                               err=b"").stdout)
    job = schema["properties"]["jobs"]["items"]
    assert job["properties"]["operator"]["enum"] == ["parquet_compact", "trigger_cron"]
    assert "enum" not in json.loads(run("schema").stdout)["properties"]["jobs"]["items"][
        "properties"]["operator"]


# ---- explain ------------------------------------------------------------------------------


def code_rows():
    """(number, severity, name, rule) of each code, as the headers have them."""
    rows = re.findall(r'X\(\w+,\s*(\d+), (\w+),\s*"([^"]+)",\s*"([^"]+)"\)',
                      (HEADERS / "tracedag-codes.h").read_text())
    assert len(rows) > 80
    return rows


def test_explain_lists_all_codes():
    lines = expect(run("explain"), ACCEPTED, err=b"").stdout.decode().splitlines()
    rows = [re.fullmatch(r"TD(\d+) (\w+) +(\S+) +(.*)", line).groups() for line in lines]
    assert rows == [(number, severity.lower(), name, rule)
                    for number, severity, name, rule in code_rows()]


def test_explain_finds_codes():
    page = expect(run("explain", "TD402"), ACCEPTED, err=b"").stdout
    assert page.startswith(b"TD402 unknown-job (error)\nRule: references name jobs of this DAG\n")
    for word in ("td402", "402", "unknown-job", "Unknown-Job", "UNKNOWN-JOB"):
        expect(run("explain", word), ACCEPTED, page, b"")
    other = run("explain", "cycle").stdout
    expect(run("explain", "402", "TD404", "402"), ACCEPTED, page + b"\n" + other + b"\n" + page, b"")


def test_explain_as_findings_ask_for_it():
    said = expect(run("validate", bad()), REJECTED).stderr.decode()
    command = re.search(r"= explain: tracedag (.*)", said)[1].split()
    expect(run(*command), ACCEPTED, [b"TD402 unknown-job (error)\n"], b"")


def test_explain_of_what_is_no_code():
    for word, said in [
        ("unknwon-job", b"(did you mean `unknown-job`?)"),
        ("cron", b"(did you mean `cron-fields`, `cron-range` or `cron-days`?)"),
        ("CYCL", b"(did you mean `cycle`, `dataset-cycle` or `dag-cycle`?)"),
        ("-", b"unknown code `-`"),
        ("", b"unknown code ``"),
        ("x" * 5000, b"lists all"),
        ("a\x1bb", b"`a\\u{001B}b`"),
    ]:
        expect(run("explain", "402", word), WRONG_USE, b"", [b"unknown code", said, b"--help`\n"])
    said = run("explain", "key").stderr.decode()
    names = [name for _, _, name, _ in code_rows() if "key" in name]
    assert " or one of %d more?" % (len(names) - 3) in said
    assert [name for name in names if f"`{name}`" in said] == names[:3]


def examples_of(page):
    """The option of a page, and its documents as bytes: bad, good."""
    option = re.search(r"^Bad(?:, with (.*))?:$", page, re.M)[1]
    found = []
    for title in ("Bad", "Good"):
        lines = page.partition(f"\n{title}")[2].partition("\n\n")[2].partition("\n\n")[0]
        assert all(line[:4] in ("    ", "  > ") for line in lines.splitlines()), page
        text = "".join(line[4:] + "\n" for line in lines.splitlines())
        found.append(re.sub(rb"<(U\+)?([0-9A-F]{2,4})>", unseen, text.encode()))
    return option.split() if option else [], found


def unseen(match):
    number = int(match[2], 16)
    return chr(number).encode() if match[1] else bytes([number])


def check_documents_of(number, severity, page, documents):
    """Examples of several documents are judged together."""
    for name, text in zip(("bad", "good"), documents):
        for place, document in enumerate(text.split(b"\n---\n")):
            write(f"{number}-{name}/{place}.yaml", document.rstrip(b"\n") + b"\n")
    said = " ".join(page.split("\nGood")[0].split())
    result = run("validate", "--together", "--format", "json", f"{number}-bad")
    finding, = [finding for finding in map(json.loads, result.stdout.splitlines())
                if finding["type"] == "diagnostic"]
    assert finding["code"] == f"TD{number}"
    assert f"{severity.lower()}[TD{number}]: {finding['message']}" in said, page
    expect(run("validate", "--together", f"{number}-good"), ACCEPTED, b"",
           [b" 0 errors, 0 warnings\n"])


def test_examples_of_pages_give_what_they_say():
    for number, severity, _, _ in code_rows():
        page = run("explain", number).stdout.decode()
        if re.search("^(Bad catalog|With the catalog):$", page, re.M):
            continue
        option, documents = examples_of(page)
        if int(number) > 900:
            check_documents_of(number, severity, page, documents)
            continue
        entry = re.search(r"^In the baseline:\n\n    (.*)$", page, re.M)
        if entry:
            option = ["--baseline", write("baseline", entry[1].replace("dag.yaml", "-").encode())]
        said = " ".join(page.split("\nGood")[0].split())
        result = run("validate", "--format", "json", *option, "-", data=documents[0])
        findings = [json.loads(line) for line in result.stdout.splitlines()][:-1]
        assert any(finding["code"] == f"TD{number}" and
                   f"{severity.lower()}[TD{number}]: {finding['message']}" in said
                   for finding in findings), page
        expect(run("validate", *option, "-", data=documents[1]), ACCEPTED, b"",
               [b": accepted, 0 warnings"])


# ---- many DAGs ----------------------------------------------------------------------------


READER = GOOD.replace(b"name: demo", b"name: reader").replace(b"job: tick, output: 0",
                                                              b"dataset: packed")
READER = READER.replace(b"packed:\n", b"repacked:\n").replace(
    b"    source: { kind: cron, schedule: \"rate(1 day)\" }\n", b"").replace(
    b"  - name: tick\n    activation: source\n    runtime: lambda\n    operator: trigger_cron\n"
    b"    outputs: 1\n", b"")
MISSPELT = READER.replace(b"dataset: packed", b"dataset: pakced")
TWIN = GOOD.replace(b"packed:", b"others:")


def tree(**files):
    """A folder of documents, anew."""
    shutil.rmtree("tree", ignore_errors=True)
    for name, text in files.items():
        write(f"tree/{name}.yaml", text)
    return "tree"


def test_documents_together():
    expect(run("validate", tree(a=GOOD, b=MISSPELT)), ACCEPTED, b"",
           [b"2 files: 2 accepted, 0 rejected\n"])
    for jobs in ("-j1", "-j2"):
        said = expect(run("validate", "--together", jobs, tree(a=GOOD, b=MISSPELT)), REJECTED, b"",
                      [b"error[TD901]: input 0 of job `pack` reads dataset `pakced`, which no DAG "
                       b"here publishes\n  --> tree/b.yaml:11:26\n",
                       b"help: did you mean `packed`?\n",
                       b"tree/b.yaml: rejected among 2 documents, 1 error, 0 warnings\n"
                       b"2 files: 1 accepted, 1 rejected\n"
                       b"together: 2 DAGs, 3 datasets, 1 error, 0 warnings\n"])
        assert said.stderr.count(b"among") == 1
    expect(run("validate", "--together", tree(a=GOOD, b=READER)), ACCEPTED, b"",
           [b"2 files: 2 accepted, 0 rejected\ntogether: 2 DAGs, 2 datasets, 0 errors, 0 w"])
    expect(run("validate", "--together", "-", data=GOOD), ACCEPTED, b"",
           [b"together: 1 DAG, 1 dataset, 0 errors"])


def test_documents_together_in_other_formats():
    tree(a=GOOD, b=GOOD.replace(b"name: demo", b"name: other"), c=BAD)
    lines = [json.loads(line) for line in expect(
        run("validate", "--together", "--format", "json", "tree"), REJECTED, err=b""
    ).stdout.splitlines()]
    assert [(line["type"], line.get("valid"), line.get("among")) for line in lines] == [
        ("summary", True, None), ("summary", True, None), ("diagnostic", None, None),
        ("summary", False, None), ("diagnostic", None, None), ("summary", False, 3),
        ("group", None, None)]
    assert lines[4]["related"][0]["file"] == "tree/a.yaml"
    assert lines[6] == {"v": 1, "type": "group", "documents": 3, "dags": 2, "rejected": 1,
                        "unread": 0, "datasets": 1, "errors": 1, "warnings": 0, "all_known": True}
    result = expect(run("validate", "--together", "--format", "sarif", "tree"), REJECTED, err=b"")
    results = json.loads(result.stdout)["runs"][0]["results"]
    assert [(found["ruleId"], place_of(found["locations"][0]),
             [place_of(place) for place in found.get("relatedLocations", [])])
            for found in results] == [
        ("TD402", ("tree/c.yaml", 17), []), ("TD902", ("tree/b.yaml", 19), [("tree/a.yaml", 19)])]
    expect(run("validate", "--together", "--format", "github", "tree"), REJECTED,
           [b"::error file=tree/b.yaml,line=19", b"%0Atree/a.yaml:19:3: first published here\n",
            b"::notice::3 files: 1 accepted, 2 rejected; 2 errors, "], b"")


def place_of(location):
    place = location["physicalLocation"]
    return place["artifactLocation"]["uri"], place["region"]["startLine"]


def test_documents_together_of_which_some_are_not_known():
    tree(a=GOOD.replace(b"packed:", b"packed: ["), b=READER)
    for format_ in ("text", "sarif", "github"):
        expect(run("validate", "--together", "--format", format_, "tree"), REJECTED,
               err=[b"; unknown datasets were not looked for"])
    expect(run("validate", "--together", tree(b=READER), "nowhere.yaml"), FILE, b"",
           [b"1 document not read; unknown datasets"])


def test_who_reads_what():
    tree(a=GOOD, b=READER)
    expect(run("validate", "--together", "--readers", "--quiet", "tree"), ACCEPTED,
           b"`packed`: published by `demo` (tree/a.yaml:19), job `pack`\n"
           b"  read by `reader` (tree/b.yaml:11), job `pack`\n"
           b"`repacked`: published by `reader` (tree/b.yaml:13), job `pack`\n"
           b"  read by no DAG\n", b"")
    result = expect(run("validate", "--together", "--readers", "--format", "json", "tree"),
                    ACCEPTED, err=b"")
    packed = json.loads(result.stdout.splitlines()[2])
    assert (packed["type"], packed["name"], packed["known"]) == ("dataset", "packed", "published")
    assert packed["readers"] == [{"dag": "reader", "file": "tree/b.yaml", "line": 11,
                                  "job": "pack", "index": 0}]
    expect(run("validate", "--readers", "tree"), WRONG_USE, b"", [b"--readers goes with --together"])
    for format_ in ("sarif", "github"):
        expect(run("validate", "--together", "--readers", "--format", format_, "tree"), WRONG_USE,
               b"", [b"--readers goes with --format text or json"])


def test_documents_together_with_a_catalog():
    tree(a=GOOD, b=READER, c=MISSPELT.replace(b"repacked", b"others"))
    write("catalog.yaml", b"datasets: { labels: {} }\n")
    expect(run("validate", "--catalog", "catalog.yaml", "tree"), REJECTED, b"",
           [b"TD412", b"3 files: 1 accepted, 2 rejected\n"])
    said = expect(run("validate", "--together", "--catalog", "catalog.yaml", "tree"), REJECTED,
                  b"", [b"reads dataset `pakced`, which no DAG here publishes and the catalog has not"])
    assert b"TD412" not in said.stderr
    write("catalog.yaml", b"datasets: { pakced: {} }\n")
    expect(run("validate", "--together", "--readers", "--catalog", "catalog.yaml", "tree"), ACCEPTED,
           [b"`pakced`: of the catalog\n"])


def test_warnings_between_documents():
    tree(a=GOOD, b=TWIN)
    for options, code, said in [
        ((), ACCEPTED, b"tree/b.yaml: accepted among 2 documents, 1 warning\n"),
        (("--deny-warnings",), REJECTED, b"2 files: 2 accepted, 0 rejected\n"),
        (("--deny", "TD904"), REJECTED, b"2 files: 1 accepted, 1 rejected\n"),
        (("--deny", "TD904", "--exit-zero"), ACCEPTED, b"2 files: 1 accepted, 1 rejected\n"),
        (("--allow", "TD904", "--deny-warnings"), ACCEPTED, b" 0 errors, 0 warnings\n"),
        (("--write-baseline", "known"), ACCEPTED, b"1 warning\n"),
        (("--baseline", "known"), ACCEPTED, b"tree/b.yaml: accepted among 2 documents, 0 warnings, "
                                            b"1 suppressed\n"),
    ]:
        expect(run("validate", "--together", *options, "tree"), code, b"", [said])
    # The entry is not left over where documents are judged one by one.
    said = expect(run("validate", "--baseline", "known", "tree"), ACCEPTED, b"").stderr
    assert b"TD814" not in said and b"suppressed" not in said


def test_together_writes_to_a_full_disk():
    if not os.path.exists("/dev/full"):
        raise Skip
    with open("/dev/full", "wb") as full:
        expect(run("validate", "--together", "--readers", tree(a=GOOD), stdout=full), FILE,
               None, [b"No space left"])


# ---- fix ----------------------------------------------------------------------------------

# Two safe fixes, an unsafe one, and an error without a fix.
SAFE = GOOD.replace(b"rate(1 day)", b"rate(1 days)").replace(
    b"    operator: trigger_cron\n", b"    operator: trigger_cron # as before\n    maxAttempts: 3\n")
SAFE_FIXED = GOOD.replace(
    b"    operator: trigger_cron\n", b"    operator: trigger_cron # as before\n    max_attempts: 3\n")
SAID = [b"fix.yaml:7:5: fixed TD202: write `max_attempts`\n",
        b"fix.yaml:9:38: fixed TD703: write `day`\n"]
LEFTOVER = SAFE.replace(b"job: tick", b"job: tock")


def state(path):
    """What says that a file was not touched."""
    seen = os.stat(path)
    return seen.st_ino, seen.st_mtime_ns, seen.st_mode, Path(path).read_bytes()


def alone(*names):
    """Nothing else lies in the folder."""
    assert sorted(os.listdir(".")) == sorted(names), os.listdir(".")


def test_fix_in_place():
    os.chmod(write("fix.yaml", SAFE), 0o640)
    expect(run("fix", "fix.yaml"), ACCEPTED, b"", [*SAID, b"fix.yaml: accepted"])
    assert Path("fix.yaml").read_bytes() == SAFE_FIXED
    assert os.stat("fix.yaml").st_mode & 0o7777 == 0o640
    before = state("fix.yaml")
    expect(run("fix", "fix.yaml"), ACCEPTED, b"", [b"fix.yaml: accepted"])
    assert state("fix.yaml") == before
    alone("fix.yaml")


def test_fix_leaves_errors():
    write("fix.yaml", LEFTOVER)
    expect(run("fix", "fix.yaml"), REJECTED, b"", [*SAID, b"error[TD402]", b"1 error"])
    assert Path("fix.yaml").read_bytes() == SAFE_FIXED.replace(b"job: tick", b"job: tock")
    before = state("fix.yaml")
    expect(run("fix", "fix.yaml"), REJECTED, b"", [b"error[TD402]"])
    assert state("fix.yaml") == before
    expect(run("fix", "--unsafe", "fix.yaml"), ACCEPTED, b"", [b"fixed TD402: write `tick`"])
    assert Path("fix.yaml").read_bytes() == SAFE_FIXED


def test_fix_of_standard_input():
    expect(run("fix", "--stdin-filename", "fix.yaml", "-", data=SAFE), ACCEPTED, SAFE_FIXED, SAID)
    expect(run("fix", "-", data=BAD), REJECTED, BAD, [b"-:"])
    expect(run("fix", "--limit", "input-bytes=100", "-", data=GOOD), REJECTED, b"", [b"TD190"])
    alone()


def test_fix_diff():
    for text, fixed in ((SAFE, SAFE_FIXED),
                        (SAFE.replace(b"\n", b"\r\n"), SAFE_FIXED.replace(b"\n", b"\r\n")),
                        (SAFE[:-1], SAFE_FIXED[:-1]),
                        (b"".join(b"# %d\n" % i for i in range(50)) + SAFE,
                         b"".join(b"# %d\n" % i for i in range(50)) + SAFE_FIXED)):
        write("fix.yaml", text)
        before = state("fix.yaml")
        diff = expect(run("fix", "--diff", "fix.yaml"), REJECTED).stdout
        assert diff.startswith(b"--- a/fix.yaml\n+++ b/fix.yaml\n@@ -"), diff
        assert state("fix.yaml") == before
        alone("fix.yaml")
        if not shutil.which("patch"):
            raise Skip("no patch")
        subprocess.run(["patch", "--binary", "-s", "-p1"], input=diff, check=True)
        assert Path("fix.yaml").read_bytes() == fixed
        os.unlink("fix.yaml")
    good()
    expect(run("fix", "--diff", "good.yaml"), ACCEPTED, b"")
    bad()
    expect(run("fix", "--diff", "bad.yaml"), REJECTED, b"")
    odd = "a \"b\".yaml"
    expect(run("fix", "--diff", write(odd, SAFE)), REJECTED,
           [b'--- "a/a \\"b\\".yaml"\n+++ "b/a \\"b\\".yaml"\n'])


def test_fix_diff_of_many_changes():
    """Hunks apart from each other and such that share context, lines that go among them."""
    if not shutil.which("patch"):
        raise Skip("no patch")
    jobs = [b"  - name: j%d\n    activation: source\n    runtime: lambda\n    operator: op\n"
            b"    outputs: 0\n%s    source: {kind: manual}\n%s"
            % (i, b"    config: null\n" if i % 3 == 1 else b"",
               b"    maxAttempts: 2\n" if i % 5 < 2 else b"") for i in range(60)]
    text = b"name: d\njobs:\n" + b"".join(jobs)
    write("many.yaml", text)
    diff = expect(run("fix", "--diff", "many.yaml"), REJECTED).stdout
    fixed = expect(run("fix", "-", data=text), ACCEPTED).stdout
    assert diff.count(b"\n@@ ") > 10
    subprocess.run(["patch", "-s", "-p1"], input=diff, check=True)
    assert Path("many.yaml").read_bytes() == fixed
    assert b"null" not in fixed and b"maxA" not in fixed


def test_fix_follows_links():
    os.mkdir("real")
    write("real/fix.yaml", SAFE)
    os.symlink("real/fix.yaml", "link.yaml")
    expect(run("fix", "link.yaml"), ACCEPTED, b"")
    assert os.readlink("link.yaml") == "real/fix.yaml"
    assert Path("real/fix.yaml").read_bytes() == SAFE_FIXED
    alone("link.yaml", "real")
    assert os.listdir("real") == ["fix.yaml"]


def test_fix_refuses_what_it_would_part():
    write("fix.yaml", SAFE)
    os.link("fix.yaml", "other.yaml")
    before = state("fix.yaml")
    expect(run("fix", "fix.yaml"), FILE, b"", [b"`fix.yaml`", b"2 names (hard links)"])
    os.mkfifo("pipe")
    expect(run("fix", "pipe"), FILE, b"", [b"`pipe`: it is no plain file"])
    expect(run("fix", "none.yaml"), FILE, b"", [b"`none.yaml`: No such file"])
    os.symlink("none", "broken.yaml")
    expect(run("fix", "broken.yaml"), FILE, b"", [b"`broken.yaml`: No such file"])
    assert state("fix.yaml") == before
    alone("fix.yaml", "other.yaml", "pipe", "broken.yaml")


def test_fix_of_a_folder():
    write("dags/a.yaml", SAFE)
    write("dags/b.yml", GOOD)
    write("dags/c.yaml", LEFTOVER)
    expect(run("fix", "dags"), REJECTED, b"", [b"dags/a.yaml:7:5: fixed", b"dags/c.yaml: rejected"])
    assert Path("dags/a.yaml").read_bytes() == SAFE_FIXED
    assert sorted(os.listdir("dags")) == ["a.yaml", "b.yml", "c.yaml"]


def as_nobody(*args, **more):
    """The command as a user who owns nothing here."""
    if os.getuid() != 0:
        raise Skip("root can become somebody else")
    return run(*args, user=65534, group=65534, extra_groups=[], **more)


def test_fix_without_permission():
    write("fix.yaml", SAFE)
    before = state("fix.yaml")
    expect(as_nobody("fix", "fix.yaml"), FILE, b"", [b"cannot write `fix.yaml`: Permission denied"])
    os.chmod("fix.yaml", 0o666)  # it may be written, but nothing beside it
    before = state("fix.yaml")
    expect(as_nobody("fix", "fix.yaml"), FILE, b"", [b"cannot write `fix.yaml`: Permission denied"])
    expect(as_nobody("fix", "--diff", "fix.yaml"), REJECTED, [b"+++ b/fix.yaml"])
    assert state("fix.yaml") == before
    alone("fix.yaml")


def test_fix_keeps_the_owner():
    if os.getuid() != 0:
        raise Skip("only root gives files away")
    os.chown(write("fix.yaml", SAFE), 1234, 2345)
    os.chmod("fix.yaml", 0o600)
    expect(run("fix", "fix.yaml"), ACCEPTED, b"")
    seen = os.stat("fix.yaml")
    assert (seen.st_uid, seen.st_gid, seen.st_mode & 0o7777) == (1234, 2345, 0o600)
    os.chmod(".", 0o777)
    write("fix.yaml", SAFE)
    os.chmod("fix.yaml", 0o666)  # nobody may not give it back, and keeps it
    expect(as_nobody("fix", "fix.yaml"), ACCEPTED, b"")
    seen = os.stat("fix.yaml")
    assert (seen.st_uid, seen.st_mode & 0o7777) == (65534, 0o666)
    assert Path("fix.yaml").read_bytes() == SAFE_FIXED


def test_fix_on_a_full_disk():
    if b"__gcov_" in Path(COMMAND).read_bytes():
        raise Skip("a build that counts lines writes a file at its end")
    write("fix.yaml", SAFE)
    before = state("fix.yaml")

    def small_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    expect(run("fix", "fix.yaml", preexec_fn=small_files), FILE, b"",
           [b"cannot write `fix.yaml`: File too large"])
    assert state("fix.yaml") == before
    alone("fix.yaml")


def test_fix_on_a_small_file_system():
    if not shutil.which("mount"):
        raise Skip("no mount")
    os.mkdir("small")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "none", "small"],
                             capture_output=True)
    if mounted.returncode:
        raise Skip("nothing can be mounted")
    try:
        write("small/fix.yaml", SAFE)
        Path("small/filler").write_bytes(bytes(4096))
        before = state("small/fix.yaml")
        expect(run("fix", "small/fix.yaml"), FILE, b"",
               [b"cannot write `small/fix.yaml`: No space left on device"])
        assert state("small/fix.yaml") == before
        assert sorted(os.listdir("small")) == ["filler", "fix.yaml"]
    finally:
        subprocess.run(["umount", "small"], check=True)


def test_fix_writes_into_a_full_device():
    if not os.path.exists("/dev/full"):
        raise Skip("no /dev/full")
    for args in (("fix", "-"), ("fix", "--diff", "-")):
        with open("/dev/full", "wb") as full:
            expect(run(*args, data=SAFE, stdout=full), FILE, None,
                   [b"cannot write standard output: No space left"])


TRACE = ("strace", "-f", "-o", "trace")


def traced(*rules):
    """The command under strace, which makes system calls fail or sends signals at them."""
    if not shutil.which("strace"):
        raise Skip("no strace")
    args = [part for rule in rules for part in ("-e", "inject=" + rule)]
    # The sanitizer that looks for leaks is a tracer itself, and fails where there is one.
    options = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
    done = subprocess.run([*TRACE, *args, COMMAND, "fix", "fix.yaml"], capture_output=True,
                          stdin=subprocess.DEVNULL, timeout=60,
                          env=dict(os.environ, ASAN_OPTIONS=options))
    if b"ptrace" in done.stderr:
        raise Skip("strace may not trace")
    os.unlink("trace")
    return done


def test_fix_that_is_interrupted():
    """A signal at any step leaves the old file or the new one, and nothing beside it."""
    for call in ("fsync", "fchmod", "fchown", "rename", "unlink"):
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            write("fix.yaml", SAFE)
            done = traced(f"{call}:signal={name}:when=1")
            assert Path("fix.yaml").read_bytes() in (SAFE, SAFE_FIXED), (call, name)
            if call != "unlink":
                assert done.returncode == -signal.Signals[name], (call, name, done)
            alone("fix.yaml")


def test_fix_when_a_step_fails():
    for call, error in (("fsync", "EIO"), ("fchmod", "EPERM"), ("rename", "EXDEV"),
                        ("rename", "EACCES")):
        write("fix.yaml", SAFE)
        before = state("fix.yaml")
        done = traced(f"{call}:error={error}:when=1")
        assert done.returncode == FILE, (call, error, done)
        assert b"cannot write `fix.yaml`: " in done.stderr
        assert b"fixed" not in done.stderr
        assert state("fix.yaml") == before
        alone("fix.yaml")


# ---- the runner ---------------------------------------------------------------------------


def run_test(name, test, folder):
    """Runs one test in a folder of its own; returns what went wrong, or None."""
    place = Path(folder) / name
    place.mkdir()
    os.chdir(place)
    try:
        test()
    except Skip as why:
        print(f"skipped {name}: {why}")
    except (AssertionError, OSError, ValueError, LookupError, subprocess.SubprocessError) as fault:
        return f"{name}: {type(fault).__name__}: {fault}"
    return None


def main():
    only = sys.argv[3] if len(sys.argv) > 3 else "test_"
    tests = [(name, test) for name, test in globals().items()
             if name.startswith(("test_", "slow_")) and only in name]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        for name, test in tests:
            fault = run_test(name, test, folder)
            failed += fault is not None
            if fault:
                print("FAILED", fault)
        os.chdir("/")
    print(f"{len(tests) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
