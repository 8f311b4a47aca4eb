"""run-tests without what it needs: it fails, and says what that is."""
from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from support import PACKAGE


def run(folder: Path, **environment: str) -> str:
    """What a copy says, which has no environment yet."""
    here = folder / "bindings" / "python"
    here.mkdir(parents=True)
    for name in ("run-tests", "requirements-dev.txt"):
        shutil.copy(PACKAGE / name, here)
    for name in ("build/lib/libtracedag.so.0", "build/examples/cli/tracedag"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).touch()
    result = subprocess.run([here / "run-tests", folder / "build"], text=True, timeout=120,
                            env={**os.environ, **environment}, capture_output=True)
    assert result.returncode == 1
    return result.stdout


def python3(folder: Path, condition: str) -> str:
    """A PATH on which python3 fails under a condition of the shell."""
    script = folder / "bin" / "python3"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\n{condition} && exit 1\nexec {sys.executable} "$@"\n')
    script.chmod(0o755)
    return f"{script.parent}:{os.environ['PATH']}"


def test_without_packages(tmp_path: Path) -> None:
    said = run(tmp_path, PIP_NO_INDEX="1", PATH=python3(tmp_path, "false"))
    assert "FAILED: cannot install build==" in said and "; they come from PyPI, by the netw" in said


def test_without_venv(tmp_path: Path) -> None:
    said = run(tmp_path, PATH=python3(tmp_path, '[ "$2" = venv ]'))
    assert said.splitlines()[-1].startswith("FAILED: python3 makes no virtual environment; Debian")
