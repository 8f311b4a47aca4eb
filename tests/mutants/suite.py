"""Builds a changed library and asks the tests of the project about it.

Each worker has a copy of the sources and builds of its own below its folder, so that workers do
not meet. What a test runs, Meson says; here stands which suites are run, and in which build.
"""
import hashlib
import json
import math
import os
import resource
import shutil
import signal
import subprocess
from typing import NamedTuple

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SUITES = ("c", "fuzz", "cli", "examples")
SANITIZED_SUITES = {"c", "fuzz"}
SLOW = ", changed"  # how names of tests end that make documents by chance, for long
FIRST = "cases"  # the test that most mutants fall to
EVERY_PART = ["-Dtests=enabled", "-Dexamples=enabled", "-Dfuzz=enabled", "-Dman=disabled",
              "-Dbench=disabled", "-Ddefault_library=static", "-Dwarning_level=0"]
ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "CK_FORK": "no",  # what crashes has killed the mutant, and processes cost time
    "ASAN_OPTIONS": "detect_stack_use_after_return=1:hard_rss_limit_mb=3000",
    "UBSAN_OPTIONS": "halt_on_error=1",
}
MEMORY_MOST = 2 << 30
CPU_ALWAYS, CPU_TIMES = 1, 10  # seconds, and times what the test takes without a change
WAIT_TIMES = 20  # the limit for what waits and computes nothing


class Test(NamedTuple):
    name: str
    command: list
    targets: list  # of ninja
    normal: float  # seconds of the processor


def start(command, folder, environment, cpu=None, memory=None):
    def limit():
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if cpu:
            resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
        if memory:
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

    return subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                            start_new_session=True, preexec_fn=limit)


def holds(child, seconds=None):
    """Whether a program ends with 0, in time; what it started ends with it."""
    try:
        return child.wait(seconds) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        child.wait()


class Build:
    """A build of a worker's copy."""

    def __init__(self, source, folder, compiler, options, memory=None):
        self.folder = folder
        self.memory = memory
        self.environment = dict(os.environ, **ENVIRONMENT)
        if not os.path.exists(f"{folder}/build.ninja"):
            subprocess.run(["meson", "setup", folder, source] + options, check=True,
                           stdout=subprocess.DEVNULL, env=dict(os.environ, CC=compiler))

    def make(self, targets):
        return holds(start(["ninja"] + targets, self.folder, self.environment))

    def tests(self, suites):
        """The tests of some suites, the fastest first, with what each takes of the processor."""
        said = subprocess.run(["meson", "introspect", "--tests"], check=True, text=True,
                              cwd=self.folder, stdout=subprocess.PIPE).stdout
        found = []
        for test in json.loads(said):
            own = {suite.split(":")[1] for suite in test["suite"]}
            if own & suites and not test["name"].endswith(SLOW):
                words = [os.path.relpath(os.path.join(self.folder, word), self.folder)
                         for word in test["cmd"]]
                targets = [word for word, given in zip(words, test["cmd"])
                           if not word.startswith("..") and not given.startswith("-")
                           and "/" in word]
                found.append(self._timed(test["name"], test["cmd"], targets))
        return sorted(found, key=lambda test: (test.name != FIRST, test.normal))

    def _timed(self, name, command, targets):
        if not self.make(targets):
            raise SystemExit(f"{name} does not build in {self.folder}")
        child = start(command, self.folder, self.environment, memory=self.memory)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = status
        if status:
            raise SystemExit(f"{name} fails without a change: {' '.join(command)}")
        return Test(name, command, targets, used.ru_utime + used.ru_stime)

    def holds(self, test):
        cpu = CPU_ALWAYS + math.ceil(CPU_TIMES * test.normal)
        return holds(start(test.command, self.folder, self.environment, cpu, self.memory),
                     WAIT_TIMES * cpu)


class Worker:
    """Judges one mutant after the other."""

    def __init__(self, folder, suites, sanitize):
        self.source = f"{folder}/source"
        self._copy()
        self.plain = Build(self.source, f"{folder}/plain", "gcc",
                           EVERY_PART + ["-Doptimization=1", "-Ddebug=false"], MEMORY_MOST)
        self.optimised = Build(self.source, f"{folder}/optimised", "gcc", [
            "-Dauto_features=disabled", "-Doptimization=2", "-Ddebug=false",
            "-Ddefault_library=static"])
        self.objects = self._objects()
        self.plain_tests = self.plain.tests(suites)
        self.sanitized_tests = []
        if sanitize:
            self.sanitized = Build(self.source, f"{folder}/sanitized", "clang", EVERY_PART + [
                "-Doptimization=1", "-Db_sanitize=address,undefined", "-Db_lundef=false",
                "-Dc_args=-fno-sanitize-recover=all"])
            self.sanitized_tests = self.sanitized.tests(SANITIZED_SUITES & suites)

    def _copy(self):
        """The files that git knows or would take, as they are now; what is alike is left."""
        listed = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT,
                                check=True, stdout=subprocess.PIPE, text=True).stdout
        wanted = {path for path in listed.split("\0") if os.path.isfile(f"{ROOT}/{path}")}
        for path in wanted:
            target = f"{self.source}/{path}"
            if not os.path.exists(target) or read(target) != read(f"{ROOT}/{path}"):
                os.makedirs(os.path.dirname(target), exist_ok=True)
                shutil.copyfile(f"{ROOT}/{path}", target)
                shutil.copymode(f"{ROOT}/{path}", target)
        for folder, _, names in os.walk(self.source):
            for name in names:
                path = f"{folder}/{name}"
                if os.path.relpath(path, self.source) not in wanted:
                    os.remove(path)

    def _objects(self):
        """What the compiler makes of the library, optimised; nothing where it refuses."""
        if not self.optimised.make(["lib/libtracedag-core.a"]):
            return None
        folder = f"{self.optimised.folder}/lib/libtracedag-core.a.p"
        return {name: hashlib.sha256(read(f"{folder}/{name}")).digest()
                for name in sorted(os.listdir(folder)) if name.endswith(".o")}

    def judge(self, mutant, text):
        """The fate of a mutant of a text: (result, the test that said so)."""
        path = f"{self.source}/{mutant.path}"
        write(path, text[:mutant.start] + mutant.new + text[mutant.end:])
        try:
            return self._fate()
        finally:
            write(path, text)

    def _fate(self):
        if not self.plain.make(["lib/libtracedag-core.a"]):
            return "refused", ""
        killer = killed_by(self.plain, self.plain_tests)
        if killer:
            return "killed", killer
        if self._objects() == self.objects:
            return "same", ""
        killer = self.sanitized_tests and killed_by(self.sanitized, self.sanitized_tests)
        return ("killed", f"{killer}, sanitized") if killer else ("survived", "")


def killed_by(build, tests):
    for test in tests:
        if not build.make(test.targets) or not build.holds(test):
            return test.name
    return ""


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
