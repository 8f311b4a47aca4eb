"""The wheel and the source distribution that build-wheel made into TRACEDAG_TEST_DIST."""
from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
from support import BAD, CASES, GOOD

DIST = os.environ.get("TRACEDAG_TEST_DIST", "")
LIBRARY = "tracedag/libtracedag.so.0"

pytestmark = pytest.mark.skipif(not DIST, reason="TRACEDAG_TEST_DIST is not set")


def only(pattern: str) -> Path:
    (found,) = Path(DIST).glob(pattern)
    return found


def run(*command: str | Path, **more: object) -> subprocess.CompletedProcess[str]:
    """Without what would lead to the source tree, and in the words that tests look for."""
    environment = {k: v for k, v in os.environ.items()
                   if k not in ("PYTHONPATH", "TRACEDAG_LIBRARY", "TRACEDAG_BUNDLE")}
    environment["LC_ALL"] = "C"
    environment.update(more.pop("env", {}))
    return subprocess.run([str(word) for word in command], env=environment, text=True,
                          capture_output=True, timeout=300, **more)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    with zipfile.ZipFile(only("*.whl")) as wheel:
        return Path(wheel.extract(LIBRARY, folder))


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that has the wheel and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    result = run(folder / "bin" / "python", "-m", "pip", "install", "--no-index",
                 "--disable-pip-version-check", only("*.whl"), cwd=folder)
    assert result.returncode == 0, result.stdout + result.stderr
    return folder / "bin" / "python"


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    with tarfile.open(only("*.tar.gz")) as archive:
        archive.extractall(tmp_path, **safely)
    (found,) = tmp_path.iterdir()
    return found


# ---- what is in it --------------------------------------------------------------------------


def test_the_library_needs_the_c_library_alone(library: Path) -> None:
    dynamic = run("readelf", "-d", library).stdout
    assert re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic) == ["libc.so.6"]
    assert "(RPATH)" not in dynamic and "(RUNPATH)" not in dynamic


def test_the_library_exports_its_functions_alone(library: Path) -> None:
    lines = run("nm", "-D", "--defined-only", library).stdout.splitlines()
    names = [line.split()[2].partition("@")[0] for line in lines if line.split()[1] != "A"]
    assert len(names) > 40 and all(name.startswith("tracedag_") for name in names)


def test_the_tag_is_the_oldest_c_library_that_will_do(library: Path) -> None:
    needs = run("readelf", "-V", library).stdout.partition("'.gnu.version_r'")[2]
    newest = max(int(minor) for minor in re.findall(r"Name: GLIBC_2\.(\d+)", needs))
    name = only("*.whl").name
    assert name.endswith(f"-py3-none-manylinux_2_{max(newest, 17)}_{os.uname().machine}.whl")


def test_what_the_wheel_holds() -> None:
    with zipfile.ZipFile(only("*.whl")) as wheel:
        names = wheel.namelist()
        (info,) = (name for name in names if name.endswith("/WHEEL"))
        assert b"Root-Is-Purelib: false" in wheel.read(info)
        (licence,) = (name for name in names if name.endswith("/LICENSE.bundled"))
        assert b"libyaml" in wheel.read(licence) and b"xxHash" in wheel.read(licence)
    assert LIBRARY in names and "tracedag/py.typed" in names
    assert all(name.startswith(("tracedag/", "tracedag-")) for name in names)


# ---- installed ------------------------------------------------------------------------------

SMOKE = """
import pathlib, sys, tracedag
assert pathlib.Path(tracedag.__file__).is_relative_to(sys.prefix), tracedag.__file__
assert tracedag.lib._name == str(pathlib.Path(tracedag.__file__).with_name("libtracedag.so.0"))
count = 0
for file in sorted(pathlib.Path(sys.argv[1]).glob("*.yaml")):
    dag = tracedag.load_file(file)
    assert dag.hash == file.with_suffix(".hash").read_text().strip(), file
    assert dag.dumps() == file.with_suffix(".canon").read_bytes(), file
    assert len(dag.jobs) == len(dag.order), file
    count += 1
print(count)
"""


def test_the_package_works(installed: Path, tmp_path: Path) -> None:
    result = run(installed, "-c", SMOKE, CASES / "valid", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert int(result.stdout) == len(list((CASES / "valid").glob("*.yaml")))


def test_the_checker_works(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_bytes(GOOD)
    (tmp_path / "bad.yaml").write_bytes(BAD)
    for command in ((installed, "-m", "tracedag"), (installed.with_name("tracedag-check"),)):
        result = run(*command, ".", cwd=tmp_path)
        assert result.returncode == 1
        assert "error[TD402]" in result.stderr and "./good.yaml: accepted" in result.stderr
        assert run(*command, "good.yaml", cwd=tmp_path).returncode == 0
        result = run(*command, "bad.yaml", cwd=tmp_path, env={"TRACEDAG_LIBRARY": "/nowhere"})
        assert result.returncode == 4 and result.stderr.count("\n") == 1


# ---- from the source distribution -----------------------------------------------------------


def build(sources: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, "-m", "build", "--no-isolation", "--wheel", sources,
               env=environment)


def test_without_a_library(sources: Path) -> None:
    result = build(sources)
    assert result.returncode == 0, result.stdout + result.stderr
    (wheel,) = (sources / "dist").iterdir()
    assert wheel.name.endswith("-py3-none-any.whl")
    assert LIBRARY not in zipfile.ZipFile(wheel).namelist()


def test_with_a_library(sources: Path, library: Path) -> None:
    assert build(sources, TRACEDAG_BUNDLE=str(library)).returncode == 0
    (wheel,) = (sources / "dist").iterdir()
    assert wheel.name == only("*.whl").name


def test_with_a_tool_that_translates(sources: Path, library: Path, tmp_path: Path) -> None:
    tool = tmp_path / "objdump"
    tool.write_text(f"#!/bin/sh\n[ $LC_ALL = C ] && exec {shutil.which('objdump')} \"$@\"\n")
    tool.chmod(0o755)
    result = build(sources, TRACEDAG_BUNDLE=str(library), LC_ALL="C.UTF-8",
                   PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert result.returncode == 0, result.stdout + result.stderr


SHARED = ("cc", "-shared", "-fPIC", "-x", "c", "-")


def test_a_library_with_packed_relocations(sources: Path, tmp_path: Path) -> None:
    """No symbol has the version that stands for them."""
    code = "static int a; int *tracedag_a[] = {&a, &a, &a};"
    library = tmp_path / "packed"
    assert run(*SHARED, "-o", library, "-Wl,-soname,libtracedag.so.0", "-Wl,--no-as-needed",
               "-Wl,-z,pack-relative-relocs", input=code).returncode == 0
    assert "GLIBC_ABI_DT_RELR" in run("readelf", "-V", library).stdout
    result = build(sources, TRACEDAG_BUNDLE=str(library))
    assert result.returncode == 0, result.stdout + result.stderr
    (wheel,) = (sources / "dist").iterdir()
    assert wheel.name.endswith(f"-manylinux_2_36_{os.uname().machine}.whl")


def test_libraries_that_are_refused(sources: Path, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no library")
    for name, code, options in (
        ("needs", "double sqrt(double); double tracedag_a(double d) { return sqrt(d); }",
         ("-Wl,-soname,libtracedag.so.0", "-Wl,--no-as-needed", "-lm")),
        ("exports", "void tracedag_a(void) {} void yaml_b(void) {}",
         ("-Wl,-soname,libtracedag.so.0", "-Wl,--no-as-needed")),
        ("soname", "void tracedag_a(void) {}", ("-Wl,-soname,libother.so.0",)),
        ("version", "void _IO_enable_locks(void); void tracedag_a(void) { _IO_enable_locks(); }",
         ("-Wl,-soname,libtracedag.so.0",)),
    ):
        assert run(*SHARED, "-o", tmp_path / name, *options, input=code).returncode == 0
    for name, said in (("none", "No such file"), ("text", "is no library for x86_64 or aarch64"),
                       ("needs", "must need libc.so.6 alone, and needs ['libm.so.6', "),
                       ("exports", "must export tracedag_ functions alone, and has ['yaml_b']"),
                       ("soname", "has the soname ['libother.so.0']"),
                       ("version", "no C library is known that has the version GLIBC_PRIVATE")):
        result = build(sources, TRACEDAG_BUNDLE=str(tmp_path / name))
        assert result.returncode != 0 and said in result.stdout + result.stderr, name
    assert not (sources / "dist").exists() or not list((sources / "dist").iterdir())


def test_a_library_in_the_sources_is_refused(sources: Path, library: Path) -> None:
    (sources / "src" / LIBRARY).write_bytes(library.read_bytes())
    result = build(sources)
    assert result.returncode != 0 and "is in the way" in result.stdout + result.stderr
