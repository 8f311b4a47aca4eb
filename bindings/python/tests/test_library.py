"""How the library is found, and what an ImportError says. Each try is a process of its own."""
from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import PACKAGE, python

WORKING = os.environ.get("TRACEDAG_LIBRARY", "")
SONAME = "libtracedag.so.0"
SAY_WHERE = "import tracedag; print(tracedag.lib._name)"

needs_library = pytest.mark.skipif(not WORKING, reason="TRACEDAG_LIBRARY is not set")
needs_compiler = pytest.mark.skipif(not shutil.which("cc"), reason="there is no C compiler")


def failure(code: str = "import tracedag", **environment: str) -> str:
    result = python("-c", code, env=environment)
    assert result.returncode == 1
    said = result.stderr.decode()
    assert "\nImportError: libtracedag could not be loaded.\n" in said, said
    return said.partition("ImportError: ")[2]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package, to put libraries into."""
    shutil.copytree(PACKAGE / "src" / "tracedag", tmp_path / "path" / "tracedag",
                    ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "path" / "tracedag"


def in_copy(package: Path, **environment: str) -> dict[str, str]:
    return {"PYTHONPATH": str(package.parent), "TRACEDAG_LIBRARY": "", **environment}


def compile_library(folder: Path, code: str) -> str:
    path = folder / SONAME
    subprocess.run(["cc", "-shared", "-fPIC", "-x", "c", "-", "-o", str(path)],
                   input=code.encode(), check=True)
    return str(path)


@needs_library
def test_the_variable_excludes_all_else(package: Path) -> None:
    shutil.copy(WORKING, package / SONAME)
    said = failure(**in_copy(package, TRACEDAG_LIBRARY="/nowhere/lib.so"))
    assert "TRACEDAG_LIBRARY=/nowhere/lib.so: /nowhere/lib.so: cannot open" in said
    assert "in this package" not in said and "of the system" not in said
    assert "set TRACEDAG_LIBRARY" in said


@needs_library
def test_the_bundled_library_comes_before_the_system(package: Path, tmp_path: Path) -> None:
    shutil.copy(WORKING, package / SONAME)
    system = tmp_path / "system"
    system.mkdir()
    shutil.copy(WORKING, system / SONAME)
    found = python("-c", SAY_WHERE, env=in_copy(package, LD_LIBRARY_PATH=str(system))).stdout
    assert found.decode().strip() == str(package / SONAME)
    (package / SONAME).unlink()
    found = python("-c", SAY_WHERE, env=in_copy(package, LD_LIBRARY_PATH=str(system))).stdout
    assert found.decode().strip() == SONAME


def test_all_attempts_are_told(package: Path) -> None:
    (package / SONAME).write_bytes(b"no library")
    said = failure(**in_copy(package))
    assert f"the library in this package, {package / SONAME}: " in said
    assert f"{SONAME} of the system: " in said
    assert said.rstrip().endswith("to the path of the library.")


# ---- the checker without a library ----------------------------------------------------------


@pytest.mark.skipif(sys.version_info < (3, 10), reason="it cannot be told for whom -m is")
@pytest.mark.parametrize("module", [("-m", "tracedag"), ("-mtracedag",)], ids=" ".join)
@pytest.mark.parametrize("arguments", [(), ("a.yaml",), ("--help", "tracedag", "-m")], ids=str)
def test_the_checker_ends_with_a_fault(module: tuple[str, ...],
                                       arguments: tuple[str, ...]) -> None:
    result = python(*module, *arguments, env={"TRACEDAG_LIBRARY": "/nowhere/lib.so"})
    said = result.stderr.decode()
    assert (result.returncode, result.stdout) == (4, b"")
    assert said.startswith("tracedag: libtracedag could not be loaded; TRACEDAG_LIBRARY=/nowhere/")
    assert said.count("\n") == 1 and said.endswith("\n")


def test_others_get_the_exception(tmp_path: Path) -> None:
    tool = tmp_path / "tool"
    tool.mkdir()
    (tool / "__main__.py").write_text("print('ran')")
    (tool / "__init__.py").write_text("try: import tracedag\nexcept ImportError as e: print(e)")
    result = python("-m", "tool", "tracedag", cwd=tmp_path,
                    env={"TRACEDAG_LIBRARY": "/nowhere/lib.so"})
    said = result.stdout.decode()
    assert said.startswith("libtracedag could not be loaded.\n") and said.endswith("\nran\n")


# ---- libraries that are refused -------------------------------------------------------------


@needs_compiler
def test_an_old_library_is_refused_in_words(tmp_path: Path) -> None:
    old = compile_library(tmp_path, "int tracedag_version_number(void) { return 99; }")
    said = failure(TRACEDAG_LIBRARY=old)
    assert "it is version 0.0.99, and 0.1.0 or newer is needed" in said


@needs_compiler
def test_a_missing_function_is_refused_at_import(tmp_path: Path) -> None:
    lacking = compile_library(tmp_path, "int tracedag_version_number(void) { return 100; }")
    said = failure(TRACEDAG_LIBRARY=lacking)
    assert "it lacks a function: " in said and "tracedag_version_string" in said


@needs_compiler
def test_a_library_that_is_another_is_refused_at_import(tmp_path: Path) -> None:
    other = compile_library(tmp_path, "int other(void) { return 0; }")
    assert "it lacks a function: " in failure(TRACEDAG_LIBRARY=other)


def test_other_threads_run_during_calls() -> None:
    """CDLL lets go of the interpreter lock, PyDLL would not."""
    import ctypes

    import tracedag

    assert isinstance(tracedag.lib, ctypes.CDLL) and not isinstance(tracedag.lib, ctypes.PyDLL)
