"""The sample examples/lint_dags.py, run as a CI job would run it, and the project's README."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest
from support import TOP, python


def lint(folder: Path, *arguments: str) -> tuple[int, str, str]:
    done = python(str(TOP / "examples" / "lint_dags.py"), *arguments, cwd=folder)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_lint(tmp_path: Path) -> None:
    dags = tmp_path / "dags" / "team"
    dags.mkdir(parents=True)
    good = (TOP / "examples" / "good.yaml").read_text()
    (dags / "a.yaml").write_text(good.replace("timeout_seconds: 1800", "timeout_seconds: 86400"))
    (dags / "b.yaml").write_text(good)
    (dags / "c.yaml").write_text((TOP / "examples" / "broken.yaml").read_text())
    assert lint(tmp_path, "dags") == (1, """\
dags/team/a.yaml:22:1: error[house]: job `block_follower` has no timeout_seconds
dags/team/a.yaml:43:1: error[house]: job `compact_blocks` may run for more than six hours
dags/team/b.yaml:22:1: error[house]: job `block_follower` has no timeout_seconds
dags/team/b.yaml:1:1: error[house]: DAG `cross-chain-analytics` is defined in dags/team/a.yaml too
dags/team/c.yaml:29:22: error[TD402]: job `compact_blocks` reads job `block_range_aggregate`, \
which this DAG does not define
""", "3 DAGs, 5 findings\n")


def test_nothing_to_say(tmp_path: Path) -> None:
    good = (TOP / "examples" / "good.yaml").read_text()
    job = "  - name: block_follower\n"
    (tmp_path / "a.yaml").write_text(good.replace(job, job + "    timeout_seconds: 60\n"))
    assert lint(tmp_path, ".") == (0, "", "1 DAGs, 0 findings\n")


def test_nothing_to_look_at(tmp_path: Path) -> None:
    (tmp_path / "good").mkdir()
    (tmp_path / "good" / "a.yaml").write_text((TOP / "examples" / "good.yaml").read_text())
    (tmp_path / "empty").mkdir()
    for arguments, said in (((), "usage: lint_dags.py FOLDER...\n"),
                            (("--help",), "usage: lint_dags.py FOLDER...\n"),
                            (("good", "nope"), "lint_dags.py: nope is no folder\n"),
                            (("good", "empty"), "lint_dags.py: empty has no *.yaml file\n")):
        assert lint(tmp_path, *arguments) == (2, "", said)


def test_readme_of_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(TOP)
    failed, tried = doctest.testfile(str(TOP / "README.md"), module_relative=False)
    assert (failed, tried) == (0, 5)
