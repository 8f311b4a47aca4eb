"""What build-wheel says before it compiles anything."""
from __future__ import annotations

import os
import subprocess
import venv
from pathlib import Path

import pytest
from support import PACKAGE, TOP

USAGE = "usage: build-wheel FOLDER [PYTHON]\n"


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A PATH whose Meson leaves a mark and fails."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "meson").write_text(f"#!/bin/sh\ntouch {tmp_path}/compiled\nexit 1\n")
    (tools / "meson").chmod(0o755)
    return f"{tools}:{os.environ['PATH']}"


def build_wheel(path: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs it where Python takes the folder `build` for the package."""
    (TOP / "build").mkdir(exist_ok=True)
    return subprocess.run([PACKAGE / "build-wheel", *arguments], cwd=TOP, text=True,
                          env={**os.environ, "PATH": path}, capture_output=True, timeout=120)


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",), ("out", "-x"), ("a", "b", "c")],
                         ids=" ".join)
def test_wrong_use(path: str, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = build_wheel(path, *arguments)
    assert (result.returncode, result.stdout, result.stderr) == (2, "", USAGE)
    assert not (tmp_path / "compiled").exists()


def test_packages_that_are_missing(path: str, tmp_path: Path) -> None:
    venv.create(tmp_path / "bare")
    python = tmp_path / "bare" / "bin" / "python"
    packages = next((tmp_path / "bare" / "lib").iterdir()) / "site-packages"
    for missing in ("build", "hatchling"):
        result = build_wheel(path, tmp_path / "out", python)
        assert (result.returncode, result.stdout) == (1, "")
        assert result.stderr == (f"{python} lacks the package {missing}; "
                                 f"{python} -m pip install build hatchling\n")
        (packages / missing).mkdir()
        (packages / missing / "__main__.py").touch()
    assert not (tmp_path / "out").exists() and not (tmp_path / "compiled").exists()
    build_wheel(path, tmp_path / "out", python)
    assert (tmp_path / "compiled").exists()


def test_a_python_that_is_missing(path: str, tmp_path: Path) -> None:
    result = build_wheel(path, tmp_path / "out", "no-python")
    assert (result.returncode, result.stderr) == (1, "there is no no-python\n")
