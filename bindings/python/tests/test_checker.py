"""`python -m tracedag` against the command: the same bytes, the same exit codes."""
from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support import BAD, CASES, COMMAND, GOOD, PACKAGE

pytestmark = pytest.mark.skipif(not COMMAND, reason="TRACEDAG_COMMAND is not set")

VALIDATE = [str(COMMAND), "validate"]
MODULE = [sys.executable, "-m", "tracedag"]
Outcome = tuple[int, bytes, bytes]


def run(command: list[str], arguments: tuple[str | bytes, ...], folder: Path,
        data: bytes | None = None, **more: Any) -> Outcome:
    environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    environment.update(PYTHONPATH=str(PACKAGE / "src"), PYTHONDONTWRITEBYTECODE="1",
                       **more.pop("env", {}))
    if data is not None:
        more["input"] = data
    more.setdefault("stdout", subprocess.PIPE)
    more.setdefault("stderr", subprocess.PIPE)
    if "input" not in more:
        more.setdefault("stdin", subprocess.DEVNULL)
    result = subprocess.run([*command, *arguments], cwd=folder, env=environment, timeout=60,
                            **more)
    return result.returncode, result.stdout or b"", result.stderr or b""


def same(folder: Path, *arguments: str | bytes, **more: Any) -> Outcome:
    """What both give."""
    expected = run(VALIDATE, arguments, folder, **more)
    found = run(MODULE, arguments, folder, **more)
    assert found == expected
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.yaml").write_bytes(GOOD)
    (tmp_path / "bad.yaml").write_bytes(BAD)
    dags = tmp_path / "dags"
    dags.mkdir()
    for name in ("b.yaml", "a.yml", "c.txt", ".hidden.yaml"):
        (dags / name).write_bytes(GOOD)
    (dags / "\u00e4.yaml").write_bytes(BAD)
    (dags / "inner.yaml").mkdir()
    (dags / "nowhere.yaml").symlink_to("none")
    (tmp_path / "empty").mkdir()
    return tmp_path


# ---- documents ------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [
    (), ("--format", "json"), ("--format=text",), ("--quiet",), ("--exit-zero",),
    ("--color", "always"), ("--color=never",), ("--format=json", "--color=always"),
    ("--format", "json", "--format", "text"), ("--format=sarif",), ("--format=github", "-j3"),
    ("-j", "1"), ("--jobs=2",), ("-j64", "--format=json"),
], ids=" ".join)
@pytest.mark.parametrize(("files", "code"), [
    (("good.yaml",), 0),
    (("bad.yaml",), 1),
    (("good.yaml", "bad.yaml"), 1),
    (("none.yaml", "good.yaml"), 3),
    (("dags",), 3),
    (("dags/", "good.yaml"), 3),
    (("empty",), 2),
    (("empty", "bad.yaml"), 2),
    (("/dev/zero",), 1),
    (("/dev/null",), 1),
    (("--", "good.yaml"), 0),
], ids=str)
def test_files(folder: Path, options: tuple[str, ...], files: tuple[str, ...], code: int) -> None:
    expected = 0 if code == 1 and "--exit-zero" in options else code
    assert same(folder, *options, *files)[0] == expected


@pytest.mark.parametrize("options", [
    ("--max-errors=1",), ("--max-errors", "2"), ("--limit=findings=1", "--max-errors=2"),
    ("--max-errors=2", "--limit", "findings=1"), ("--limit", "jobs=2"), ("--limit=depth=1",),
    ("--limit", "input-bytes=1K"), ("--limit=input-bytes=0001M",), ("--limit", "heap-bytes=1"),
    ("--limit=heap-bytes=17592186044415M",),
], ids=" ".join)
def test_limits(folder: Path, options: tuple[str, ...]) -> None:
    (folder / "many.yaml").write_bytes(b"".join(b"x%d: 1\n" % i for i in range(9)) + BAD)
    for file in ("good.yaml", "bad.yaml", "many.yaml", "-"):
        same(folder, *options, "--format=json", file, data=BAD)


DOUBTFUL = GOOD.replace(b"  # tracedag: allow TD802", b"").replace(b"# tracedag: allow TD801", b"")


@pytest.mark.parametrize(("options", "code"), [
    ((), 0), (("--deny-warnings",), 1), (("--deny-warnings", "--exit-zero"), 0),
    (("--deny", "TD802"), 1), (("--deny=TD802", "--allow", "802,yaml11-word"), 0),
    (("--warn=unread-output", "--deny-warnings", "--format=json"), 1),
    (("--warn", "TD402"), 2), (("--allow=TD199",), 2), (("--deny", "TD801,nope"), 2),
    (("--baseline", "none"), 3), (("--baseline", "good.yaml"), 2),
    (("--write-baseline", "none/x"), 3), (("--write-baseline=/dev/full",), 3),
], ids=str)
def test_severities(folder: Path, options: tuple[str, ...], code: int) -> None:
    (folder / "doubtful.yaml").write_bytes(DOUBTFUL)
    if code == 2:
        result, out, said = run(VALIDATE, (*options, "doubtful.yaml"), folder)
        hint = said.replace(b"`tracedag validate --help`", b"`python -m tracedag --help`")
        assert result == 2 and run(MODULE, (*options, "doubtful.yaml"), folder) == (2, out, hint)
    else:
        assert same(folder, *options, "doubtful.yaml", "-j2", "good.yaml")[0] == code


def test_baseline(folder: Path) -> None:
    written = []
    for command in (VALIDATE, MODULE):
        (folder / "doubtful.yaml").write_bytes(DOUBTFUL)
        run(command, ("--write-baseline=known", "doubtful.yaml", "bad.yaml"), folder)
        written.append((folder / "known").read_bytes())
    assert written[0] == written[1] and written[0].count(b"\n") == 3
    code, _, said = same(folder, "--baseline", "known", "--deny-warnings", "doubtful.yaml")
    assert code == 0 and b"2 suppressed" in said
    (folder / "doubtful.yaml").write_bytes(GOOD)
    assert b"TD814" in same(folder, "--baseline=known", "doubtful.yaml")[2]


def test_many_files(folder: Path) -> None:
    files = ("good.yaml", "bad.yaml", "none.yaml", "dags") * 20
    for options in ((), ("--format=sarif",), ("--format=github",), ("--quiet",)):
        assert same(folder, *options, "-j5", *files)[0] == 3


def test_letters(folder: Path) -> None:
    assert run(MODULE, ("-h",), folder) == run(MODULE, ("--help",), folder)


def test_options_behind_files(folder: Path) -> None:
    assert same(folder, "bad.yaml", "--exit-zero", "--quiet") == (0, b"", b"")


def test_standard_input(folder: Path) -> None:
    assert same(folder, "-", data=GOOD)[0] == 0
    assert same(folder, "-", data=BAD)[0] == 1
    code, _, said = same(folder, "--stdin-filename", "a/b.yaml", "-", data=BAD)
    assert code == 1 and b"--> a/b.yaml:" in said
    for format in ("json", "sarif", "github"):
        options = ("--stdin-filename=a.yaml", f"--format={format}")
        assert same(folder, *options, "-", "good.yaml", data=BAD)[0] == 1
    assert same(folder, "-", "good.yaml", data=b" " * (2 << 20))[0] == 1


def test_odd_names(folder: Path) -> None:
    for name in ("a\x1b[31m\n\u202e.yaml".encode(), b"\xff\xfe.yaml",
                 "gr\u00f6\u00dfe.yaml".encode()):
        assert same(folder, name)[0] == 3
        (folder / os.fsdecode(name)).write_bytes(BAD)
        for options in ((), ("--format=json",), ("--format=sarif",), ("--format=github",)):
            assert same(folder, *options, name)[0] == 1


def test_files_that_cannot_be_read(folder: Path) -> None:
    assert same(folder, "/proc/self/mem") == (
        3, b"", b"tracedag: cannot read `/proc/self/mem`: Input/output error\n")
    assert same(folder, "good.yaml/x")[0] == 3


# ---- catalogs -----------------------------------------------------------------------------


@pytest.mark.parametrize("options", [(), ("--quiet",), ("--format=json",), ("--format=sarif",),
                                     ("--color=always",), ("--exit-zero",),
                                     ("--limit=input-bytes=40",)], ids=" ".join)
@pytest.mark.parametrize(("catalog", "code"), [
    (b"datasets: {labels: {}}", 0),
    (b"operators: {trigger_cron: {}}", 1),
    (b"datasets: {labels: {}, no: {}}", 0),
    (b"datsets: {}", 2),
    (b"", 2),
])
def test_catalog(folder: Path, options: tuple[str, ...], catalog: bytes, code: int) -> None:
    (folder / "catalog.yaml").write_bytes(catalog)
    found, _, _ = same(folder, *options, "--catalog", "catalog.yaml", "good.yaml")
    if not options:
        assert found == code
    same(folder, *options, "--catalog=-", "good.yaml", data=catalog)


def test_catalog_that_cannot_be_read(folder: Path) -> None:
    for arguments in (("--catalog", "none.yaml", "good.yaml"), ("--catalog", "dags", "good.yaml")):
        assert same(folder, *arguments)[0] == 3
    code, _, said = run(MODULE, ("--catalog", "-", "-"), folder, data=GOOD)
    assert code == 2 and b"given twice" in said


# ---- documents together -------------------------------------------------------------------

TOGETHER = CASES / "together"
TWINS = "td904-one-name-for-two.dags"


@pytest.mark.parametrize("dags", sorted(path.name for path in TOGETHER.glob("*.dags")))
def test_together(dags: str) -> None:
    for options in (("--readers",), ("--readers", "--format=json"), ("--format=sarif",),
                    ("--format=github",)):
        same(TOGETHER, "--together", *options, dags)


@pytest.mark.parametrize(("options", "code"), [
    ((), 0), (("--readers", "--quiet"), 0), (("--quiet", "--format=json"), 0),
    (("--color=always",), 0), (("-j3", "--readers"), 0), (("--deny-warnings",), 1),
    (("--deny=TD904",), 1), (("--deny=TD904", "--exit-zero", "--format=github"), 0),
    (("--allow=TD904", "--deny-warnings"), 0), (("--baseline=none",), 3),
    (("--limit=heap-bytes=1",), 4), (("--limit=input-bytes=40", "--format=sarif"), 1),
], ids=str)
def test_together_with_options(options: tuple[str, ...], code: int) -> None:
    assert same(TOGETHER, "--together", *options, TWINS)[0] == code


def test_together_with_what_is_not_judged(folder: Path) -> None:
    for format in ("text", "json", "sarif", "github"):
        for files, code in ((("none.yaml", "good.yaml"), 3), (("empty",), 2), (("dags",), 3),
                            (("-", "good.yaml"), 1), (("bad.yaml", "-", "bad.yaml"), 1)):
            assert same(folder, "--together", f"--format={format}", "--stdin-filename=a.yaml",
                        *files, data=GOOD)[0] == code


def test_together_with_a_catalog(folder: Path) -> None:
    for catalog, code, known in ((b"datasets: {labels: {}}", 0, b"`labels`: of the catalog\n"),
                                 (b"datasets: {others: {}}", 1, b"`labels`: published by no DAG")):
        (folder / "catalog.yaml").write_bytes(catalog)
        found, out, said = same(folder, "--together", "--readers", "--catalog=catalog.yaml",
                                "good.yaml")
        assert (found, b"TD901" in said) == (code, code == 1) and known in out
        assert b"TD412" not in said


def test_together_with_a_baseline(tmp_path: Path) -> None:
    written = []
    for command in (VALIDATE, MODULE):
        run(command, ("--together", f"--write-baseline={tmp_path}/known", TWINS), TOGETHER)
        written.append((tmp_path / "known").read_bytes())
    assert written[0] == written[1] and b"TD904" in written[0]
    for format in ("text", "json", "sarif", "github"):
        same(TOGETHER, "--together", f"--baseline={tmp_path}/known", f"--format={format}", TWINS)


def test_together_with_odd_names(folder: Path) -> None:
    for name in ("a\x1b[31m\n\u202e.yaml".encode(), b"\xff\xfe.yaml"):
        (folder / os.fsdecode(name)).write_bytes(GOOD)
        for options in (("--readers",), ("--readers", "--format=json"), ("--format=sarif",),
                        ("--format=github",)):
            assert same(folder, "--together", *options, name, "good.yaml")[0] == 1


# ---- wrong use, help ------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [
    (),
    ("--",),
    ("--frobnicate", "good.yaml"),
    ("-x", "good.yaml"),
    ("--frobnicate=1",),
    ("--", "-", "-"),
    ("--format",),
    ("--format", "xml", "good.yaml"),
    ("-j",),
    ("-j0", "good.yaml"),
    ("-j", "65", "good.yaml"),
    ("-jh", "good.yaml"),
    ("--jobs=", "good.yaml"),
    ("--jobs=2x", "good.yaml"),
    ("--jobs", "99999999999999999999", "good.yaml"),
    ("--color=red", "good.yaml"),
    ("--quiet=1", "good.yaml"),
    ("--together=1", "good.yaml"),
    ("--together", "--readers"),
    ("--readers", "none.yaml"),
    ("--together", "--readers", "--format=sarif", "good.yaml"),
    ("--readers", "--format", "github", "--together", "good.yaml"),
    ("--stdin-filename=", "-"),
    ("-", "-"),
    ("--max-errors",),
    ("--max-errors=0", "good.yaml"),
    ("--max-errors", "5x", "good.yaml"),
    ("--max-errors=", "good.yaml"),
    ("--max-errors", "99K", "good.yaml"),
    ("--limit",),
    ("--limit", "jobs", "good.yaml"),
    ("--limit=jobs=", "good.yaml"),
    ("--limit", "jobs=-1", "good.yaml"),
    ("--limit", "jobs=\u0667", "good.yaml"),
    ("--limit=frobnicate=1", "good.yaml"),
    ("--limit=depth=257", "good.yaml"),
    ("--limit=heap-bytes=18446744073709551616", "good.yaml"),
    ("--limit=heap-bytes=17592186044416M", "good.yaml"),
    ("--limit=heap-bytes=" + "9" * 5000, "good.yaml"),
], ids=lambda arguments: " ".join(arguments)[:60])
def test_wrong_use(folder: Path, arguments: tuple[str, ...]) -> None:
    code, out, said = run(VALIDATE, arguments, folder)
    assert code == 2 and said.endswith(b"; see `tracedag validate --help`\n")
    hint = said.replace(b"`tracedag validate --help`", b"`python -m tracedag --help`")
    assert run(MODULE, arguments, folder) == (code, out, hint)


def test_options_are_not_abbreviated(folder: Path) -> None:
    for short in ("--form=json", "--q", "--e", "---", "--vers"):
        code, out, said = run(MODULE, (short, "good.yaml"), folder)
        assert (code, out) == (2, b"") and said.startswith(b"tracedag: unknown option `" +
                                                           short.encode())


def test_version(folder: Path) -> None:
    assert run(MODULE, ("--version",), folder) == run([str(COMMAND)], ("--version",), folder)


def test_help(folder: Path) -> None:
    code, out, said = run(MODULE, ("--help", "none.yaml"), folder)
    assert (code, said) == (0, b"")
    expected = run(VALIDATE, ("--help",), folder)[1]
    assert max(map(len, out.splitlines())) <= 90
    options = [[line for line in text.splitlines() if line.startswith(b"  --")]
               for text in (out, expected)]
    assert [line for line in options[0] if b"--version" not in line] == options[1]
    table = b"\nLimits, with default and ceiling:\n"
    assert out.partition(table)[1:] == expected.partition(table)[1:] != (b"", b"")


# ---- output that does not arrive ------------------------------------------------------------


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
def test_full_disk(folder: Path) -> None:
    message = b"tracedag: cannot write standard output: No space left on device\n"
    with open("/dev/full", "wb") as full:
        for arguments in (("--format=json", "good.yaml"),
                          ("--format=json", "--exit-zero", "bad.yaml")):
            assert same(folder, *arguments, stdout=full) == (3, b"", message)
        for arguments in (("--help",), ("--version",)):
            assert run(MODULE, arguments, folder, stdout=full) == (3, b"", message)
        assert same(folder, "--together", "--readers", "good.yaml", stdout=full)[0] == 3
        assert same(folder, "good.yaml", stderr=full)[0] == 3
        assert same(folder, "--quiet", "good.yaml", stdout=full, stderr=full)[0] == 0


def test_closed_output(folder: Path) -> None:
    for redirections, arguments, code in ((">&-", "--format=json good.yaml", 3),
                                          (">&- 2>&-", "--quiet good.yaml", 0),
                                          ("2>&-", "good.yaml", 3), ("<&-", "-", 3)):
        shell = ["sh", "-c", f'"$@" {arguments} {redirections}', "sh"]
        found = run([*shell, *MODULE], (), folder, stdin=None)
        assert found == run([*shell, *VALIDATE], (), folder, stdin=None)
        assert found[0] == code


def test_closed_pipe(folder: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    found = same(folder, "--format=json", "bad.yaml", stdout=writer)
    os.close(writer)
    assert found == (-signal.SIGPIPE, b"", b"")


def heed_interrupts() -> None:
    """A shell lets what it runs in the background ignore them, and all that this starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_interrupt(folder: Path) -> None:
    for command in (VALIDATE, MODULE):
        child = subprocess.Popen([*command, "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE,
                                 cwd=folder, preexec_fn=heed_interrupts,
                                 env={**os.environ, "PYTHONPATH": str(PACKAGE / "src")})
        assert child.stdin and child.stderr
        child.stdin.write(b"#" * 70000)  # more than a pipe holds: it is reading
        child.stdin.flush()
        child.send_signal(signal.SIGINT)
        child.stdin.close()
        assert (child.wait(60), child.stderr.read()) == (-signal.SIGINT, b"")
        child.stderr.close()


# ---- colour ---------------------------------------------------------------------------------


def on_terminal(command: list[str], arguments: tuple[str, ...], folder: Path,
                **environment: str) -> bytes:
    """What is written to a terminal that is standard error."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [*command, *arguments], cwd=folder, stderr=theirs, stdout=subprocess.DEVNULL,
        env={**{k: v for k, v in os.environ.items() if k != "NO_COLOR"},
             "PYTHONPATH": str(PACKAGE / "src"), "TERM": "xterm", **environment})
    os.close(theirs)
    said = b""
    try:
        while True:
            part = os.read(ours, 65536)
            if not part:
                break
            said += part
    except OSError:
        pass  # so ends a terminal whose other side is closed
    os.close(ours)
    assert child.wait(60) == 1
    return said


@pytest.mark.parametrize(("arguments", "environment", "colored"), [
    ((), {}, True),
    ((), {"NO_COLOR": ""}, True),
    ((), {"NO_COLOR": "1"}, False),
    (("--color=never",), {}, False),
    (("--color=always",), {"NO_COLOR": "1"}, True),
    ((), {"TERM": "dumb"}, False),
    (("--color=always",), {"TERM": "dumb"}, True),
])
def test_colour_on_a_terminal(folder: Path, arguments: tuple[str, ...],
                              environment: dict[str, str], colored: bool) -> None:
    found = on_terminal(MODULE, (*arguments, "bad.yaml"), folder, **environment)
    assert found == on_terminal(VALIDATE, (*arguments, "bad.yaml"), folder, **environment)
    assert (b"\x1b[" in found) == colored


# ---- faults ---------------------------------------------------------------------------------


def test_faults_have_an_exit_code(monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
                                  capfd: pytest.CaptureFixture[str]) -> None:
    import tracedag
    from tracedag import _checker

    (tmp_path / "a.yaml").write_bytes(GOOD)
    for error, said in ((MemoryError(), "memory ran out at `a.yaml`, or its limit `heap-bytes`"),
                        (tracedag.InternalError("x"), "internal fault at `a.yaml`: x")):
        def fail(*_: object, error: Exception = error, **__: object) -> None:
            raise error

        monkeypatch.setattr(_checker, "check", fail)
        monkeypatch.chdir(tmp_path)
        assert _checker.run(["a.yaml"], _checker.Talk()) == 4
        assert capfd.readouterr().err == f"tracedag: {said}\n"


@pytest.mark.parametrize("place", ["check_together", "between", "Group.render"])
def test_faults_between_documents_have_an_exit_code(
        place: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
        capfd: pytest.CaptureFixture[str]) -> None:
    import tracedag
    from tracedag import _checker

    (tmp_path / "a.yaml").write_bytes(GOOD)
    monkeypatch.chdir(tmp_path)
    for error, said in ((MemoryError(), "memory ran out"),
                        (tracedag.InternalError("x"), "internal fault: x")):
        def fail(*_: object, error: Exception = error, **__: object) -> None:
            raise error

        monkeypatch.setattr(f"{_checker.__name__}.{place}", fail)
        assert _checker.run(["--together", "a.yaml"], _checker.Talk()) == 4
        assert capfd.readouterr().err.endswith(f"tracedag: {said}\n")
