"""`python -m tracedag`: what `tracedag validate` does, in the same words and with the same exit
codes.

Standard streams are used by their descriptors: whatever was written has arrived or has failed
when a call returns, and nothing is left to fail when Python exits.
"""
from __future__ import annotations

import os
import re
import signal
import stat
import sys
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Callable, Iterator

from . import (Code, Feature, Group, Options, Report, __version__, check, check_together, feature,
               find_code, library_version, render)
from ._catalog import judge
from ._enums import Limit
from ._errors import InternalError
from ._exits import ACCEPTED, FAULT, FILE, REJECTED, WRONG_USE
from ._group import between
from ._options import LARGEST, ceiling
from ._report import Format

STDIN, STDOUT, STDERR = range(3)
_BASELINE_HEAD = (
    "# What `tracedag validate --baseline` leaves out: a fingerprint, its code, its file.\n")

HELP = """\
usage: python -m tracedag [OPTION]... FILE...
Says whether documents may be deployed, and if not, what is wrong with them.
A FILE may be a folder, which stands for the *.yaml and *.yml files in it, or `-`
for standard input. Text goes to standard error, other formats to standard output.

  --format text|json|sarif|github
                              how findings are written (text)
  --catalog FILE              the operators and datasets that there are
  --color auto|always|never   colour in text (auto: on a terminal)
  --max-errors N              keep at most N findings of a document; count the rest
  --stdin-filename NAME       how findings name standard input (-)
  --exit-zero                 end with 0 where a document is rejected
  --quiet                     write no findings; the exit code says it
  --warn CODE                 findings of CODE, as TD803 or unread-job, are warnings
  --deny CODE                 findings of CODE are errors
  --allow CODE                there are no findings of CODE
  --deny-warnings             end with 1 where there is a warning
  --baseline FILE             leave out the warnings and notes that FILE has
  --write-baseline FILE       write those that there are to FILE
  --together                  judge what documents have to do with each other, too
  --readers                   with --together, write who publishes and reads what
  --jobs, -j N                use N threads (one for each processor, 8 at most)
  --limit NAME=VALUE          set a limit, see below; K, M, G stand for KiB, MiB, GiB
  --version                   write the versions of this package and of its libraries
  --help, -h                  write this help

Exit codes: 0 accepted, 1 rejected, 2 wrong use, 3 a file could not be read or
written, 4 internal fault; with several files the largest.

Limits, with default and ceiling:
"""


class WrongUse(Exception):
    """The arguments are not accepted."""


@dataclass
class Settings:
    """What the options of one run say."""

    format: Format = "text"
    color: str = "auto"
    stdin_filename: str = "-"
    exit_zero: bool = False
    quiet: bool = False
    severities: dict[Code, str] = field(default_factory=dict)  # warn, deny or allow
    deny_warnings: bool = False
    baseline: str = ""
    write_baseline: str = ""
    catalog: str = ""
    together: bool = False
    readers: bool = False
    jobs: int = 0
    version: bool = False
    help: bool = False
    limits: dict[str, int] = field(default_factory=dict)


# ---- what is written ------------------------------------------------------------------------


class Output:
    """A standard stream, and the first failure to write to it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.failure: OSError | None = None

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError as error:
            self.failure = self.failure or error


# What moves a terminal's cursor or is unseen, and bytes that are no UTF-8: file names are not
# trusted.
_UNSAFE = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\xad\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff"
    "\\ufff9-\\ufffb\\U000e0000-\\U000e007f\\udc80-\\udcff]"
)


def _escape(match: re.Match[str]) -> str:
    number = ord(match[0])
    return f"\\x{number - 0xDC00:02X}" if 0xDC80 <= number <= 0xDCFF else f"\\u{{{number:04X}}}"


class Talk:
    """What goes to the user: findings, data and messages."""

    def __init__(self) -> None:
        self.data = Output(STDOUT)
        self._talk = Output(STDERR)

    def report(self, text: bytes) -> None:
        self._talk.write(text)

    def complain(self, text: str, hint: str = "") -> None:
        line = f"tracedag: {_UNSAFE.sub(_escape, text)}{hint}\n"
        self._talk.write(line.encode(errors="surrogateescape"))

    def finish(self) -> int:
        failure = self.data.failure
        if failure and not isinstance(failure, BrokenPipeError):
            self.complain(f"cannot write standard output: {failure.strerror}")
        return FILE if failure or self._talk.failure else ACCEPTED


# ---- arguments ------------------------------------------------------------------------------

_WORDS = {"format": ("text", "json", "sarif", "github"), "color": ("auto", "always", "never")}
_NEEDS = {"format": "text|json|sarif|github", "color": "auto|always|never",
          "stdin-filename": "NAME", "max-errors": "N", "jobs": "N", "limit": "NAME=VALUE",
          "warn": "CODE", "deny": "CODE", "allow": "CODE", "baseline": "FILE",
          "write-baseline": "FILE", "catalog": "FILE"}
_LETTERS = {"-h": "help", "-j": "jobs"}
_THREADS_MOST = 64
_FLAGS = ("exit-zero", "quiet", "deny-warnings", "together", "readers", "version", "help")
_SEVERITIES = ("warn", "deny", "allow")
_ONE_TEXT = ("sarif", "github")  # for all documents, with errors first
_LIMITS = {limit.word.replace("_", "-"): limit for limit in Limit}


def _assign(settings: Settings, limit: Limit, what: str, value: str) -> None:
    digits = re.fullmatch("0*([0-9]{1,20})([KMG]?)", value)
    number = int(digits[1]) << {"": 0, "K": 10, "M": 20, "G": 30}[digits[2]] if digits else 0
    if not 1 <= number <= LARGEST:
        raise WrongUse(f"{what} must be a whole number from 1 on, which may end in K, M or G; "
                       f"`{value}` is none")
    most = ceiling(limit)
    if number > most:
        raise WrongUse(f"{what} can be {most} at most, not `{value}`")
    settings.limits[limit.word] = number


def _limit(settings: Settings, argument: str) -> None:
    name, equals, value = argument.partition("=")
    if not equals:
        raise WrongUse(f"option `--limit` takes NAME=VALUE, not `{argument}`")
    if name not in _LIMITS:
        raise WrongUse(f"limit `{name}` does not exist, there are {', '.join(_LIMITS)}")
    _assign(settings, _LIMITS[name], f"limit `{name}`", value)


def _severity(settings: Settings, option: str, value: str) -> None:
    for word in value.split(","):
        code = find_code(word)
        if code is None:
            raise WrongUse(
                f"option `--{option}`: `{word}` is no code; `tracedag explain` lists all")
        try:
            Options(allow=[code])
        except ValueError:
            why = ("counts what is not shown, and stays" if code == Code.DROPPED
                   else "is an error, and errors cannot be changed")
            raise WrongUse(f"option `--{option}`: {code} {why}") from None
        settings.severities[code] = option


def _jobs(settings: Settings, value: str) -> None:
    settings.jobs = int(value) if re.fullmatch("0*[0-9]{1,2}", value) else 0
    if not 1 <= settings.jobs <= _THREADS_MOST:
        raise WrongUse(
            f"option `--jobs` takes a whole number from 1 to {_THREADS_MOST}, not `{value}`")


def _option(settings: Settings, argument: str, rest: Iterator[str]) -> None:
    name, equals, value = argument[2:].partition("=")
    if argument[:2] in _LETTERS:  # the value may stand behind the letter
        name, value = _LETTERS[argument[:2]], argument[2:]
        equals = value if name in _NEEDS else ""
        argument = "--"
    place = name.replace("-", "_")
    if argument[:2] != "--" or name not in (*_NEEDS, *_FLAGS):
        raise WrongUse(f"unknown option `{argument}`")
    if name in _FLAGS:
        if equals:
            raise WrongUse(f"option `--{name}` takes no value")
        setattr(settings, place, True)
        return
    if not equals:
        following = next(rest, None)
        if following is None:
            raise WrongUse(f"option `--{name}` needs {_NEEDS[name]} behind it")
        value = following
    if name == "limit":
        _limit(settings, value)
        return
    if name == "jobs":
        _jobs(settings, value)
        return
    if name in _SEVERITIES:
        _severity(settings, name, value)
        return
    if name == "max-errors":
        _assign(settings, Limit.FINDINGS, "the value of `--max-errors`", value)
        return
    if name in _WORDS and value not in _WORDS[name]:
        raise WrongUse(f"option `--{name}` takes {_NEEDS[name]}, not `{value}`")
    if not value:
        raise WrongUse(f"option `--{name}` takes a value that is not empty")
    setattr(settings, place, value)


def parse(arguments: list[str]) -> tuple[Settings, list[str]]:
    """Options stand anywhere before `--`, and are not abbreviated."""
    settings = Settings()
    files: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            files.extend(rest)
        elif argument == "-" or not argument.startswith("-"):
            files.append(argument)
        else:
            _option(settings, argument, rest)
        if settings.help or settings.version:
            return settings, []
    if not files:
        raise WrongUse("no FILE is given")
    if [*files, settings.catalog].count("-") > 1:
        raise WrongUse("standard input `-` is given twice")
    return settings, files


# ---- files ----------------------------------------------------------------------------------


def _is_document(path: bytes) -> bool:
    """A folder or device is none; a link that leads nowhere is listed: reading it reports it."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return True


def _list_folder(folder: bytes) -> list[bytes]:
    """As a shell's `*.yaml` and `*.yml`, in byte order."""
    names = [
        name for name in os.listdir(folder)
        if name.endswith((b".yaml", b".yml")) and not name.startswith(b".")
    ]
    return [path for path in (os.path.join(folder, name) for name in sorted(names))
            if _is_document(path)]


def _read(file: bytes, most: int) -> bytes:
    """No more than `most` bytes of a file, or of standard input."""
    if file == b"-":
        return _read_descriptor(STDIN, most)
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY)
    try:
        return _read_descriptor(descriptor, most)
    finally:
        os.close(descriptor)


def _read_descriptor(descriptor: int, most: int) -> bytes:
    parts = []
    while most > 0:
        part = os.read(descriptor, min(most, 1 << 20))
        if not part:
            break
        parts.append(part)
        most -= len(part)
    return b"".join(parts)


# ---- the run --------------------------------------------------------------------------------


@dataclass
class Outcome:
    """What came of one file: a report, or what is said in its place."""

    status: int
    report: Report | None = None
    complaint: str = ""


class Checker:
    """One run over some files."""

    def __init__(self, settings: Settings, talk: Talk) -> None:
        self._settings = settings
        self._talk = talk
        self._set: dict[str, Any] = {"together": settings.together, **settings.limits, **{
            option: [code for code, of in settings.severities.items() if of == option]
            for option in _SEVERITIES}}
        self._options = Options(**self._set)
        self._baseline = b""
        self._entries: list[str] = []
        self._warned = False
        self._reports: list[Report | bytes] = []

    def run(self, operands: list[str]) -> int:
        worst = self._read_baseline() or self._read_catalog()
        if worst != ACCEPTED:
            return worst
        self._require_what_readers_need()
        files: list[bytes] = []
        for operand in map(os.fsencode, operands):
            worst = max(worst, self._expand(operand, files))
        statuses: list[int] = []
        reports = self._take_all(files, statuses)
        group = None
        if self._settings.together and files:
            group = check_together(reports)
            self._take_between(group, files, statuses)
        else:
            deque(reports, 0)
        worst = max([worst, *statuses])
        if self._settings.write_baseline and worst <= REJECTED:
            worst = max(worst, self._write_baseline())
        self._finish(statuses)
        if group is not None:
            self._put_group(group)
        if self._warned:
            worst = max(worst, REJECTED)
        return ACCEPTED if worst == REJECTED and self._settings.exit_zero else worst

    def _require_what_readers_need(self) -> None:
        """Formats for services have findings, and nothing else."""
        if self._settings.readers and not self._settings.together:
            raise WrongUse("--readers goes with --together")
        if self._settings.readers and self._settings.format in _ONE_TEXT:
            raise WrongUse("--readers goes with --format text or json")

    # ---- baselines ------------------------------------------------------------------------

    def _read_baseline(self) -> int:
        file = self._settings.baseline
        if not file:
            return ACCEPTED
        try:
            self._baseline = _read(os.fsencode(file), 1 << 30)
        except OSError as error:
            self._talk.complain(_cannot_read(os.fsencode(file), error))
            return FILE
        try:
            Options(baseline=self._baseline)
        except ValueError:
            raise WrongUse(f"`{file}` is no baseline that `--write-baseline` wrote") from None
        return ACCEPTED

    # ---- the catalog ----------------------------------------------------------------------

    def _read_catalog(self) -> int:
        """Its findings are text, whatever the format of the documents' is."""
        file = os.fsencode(self._settings.catalog)
        if not file:
            return ACCEPTED
        outcome = self._attempt(file, self._take_catalog)
        if outcome.complaint:
            self._talk.complain(outcome.complaint)
        # A report without findings is false.
        if outcome.report and (outcome.status != ACCEPTED or not self._settings.quiet):
            self._talk.report(outcome.report.render(color=self._wants_color()).encode())
        return outcome.status

    def _take_catalog(self, data: bytes, file: bytes) -> Outcome:
        catalog, report = judge(data, os.fsdecode(file), self._options)
        if catalog is None:
            return Outcome(WRONG_USE, report)
        self._set["catalog"] = catalog
        self._options = Options(**self._set)
        return Outcome(ACCEPTED, report)

    def _options_for(self, name: bytes) -> Options:
        if not self._baseline:
            return self._options
        return Options(baseline=self._baseline, baseline_file=name, **self._set)

    def _note(self, report: Report | None) -> None:
        if report is None:
            return
        self._warned |= self._settings.deny_warnings and report.warnings > 0
        if self._settings.write_baseline:
            self._entries.append(report.baseline())

    def _write_baseline(self) -> int:
        file = self._settings.write_baseline
        try:
            with open(file, "wb") as out:
                out.write(os.fsencode(_BASELINE_HEAD + "".join(self._entries)))
        except OSError as error:
            self._talk.complain(f"cannot write `{file}`: {error.strerror}")
            return FILE
        return ACCEPTED

    def _expand(self, operand: bytes, files: list[bytes]) -> int:
        """Adds what an operand stands for."""
        if operand == b"-" or not os.path.isdir(operand):
            files.append(operand)
            return ACCEPTED
        try:
            found = _list_folder(operand)
        except OSError as error:
            self._talk.complain(_cannot_read(operand, error))
            return FILE
        if not found:
            self._talk.complain(f"folder `{os.fsdecode(operand)}` has no *.yaml and no *.yml file")
            return WRONG_USE
        files.extend(found)
        return ACCEPTED

    # ---- by any thread --------------------------------------------------------------------

    def _judge_all(self, files: list[bytes]) -> Iterator[tuple[bytes, Outcome]]:
        """Files and what came of them, in order; threads are a few files ahead."""
        threads = min(self._settings.jobs or min(os.cpu_count() or 1, 8), len(files))
        if threads <= 1:
            for file in files:
                yield file, self._judge(file)
            return
        pool = ThreadPoolExecutor(threads)
        try:
            rest = iter(files)
            ahead = deque((file, pool.submit(self._judge, file))
                          for file in islice(rest, threads * 4))
            while ahead:
                file, future = ahead.popleft()
                yield file, future.result()
                ahead.extend((file, pool.submit(self._judge, file)) for file in islice(rest, 1))
        finally:
            pool.shutdown(cancel_futures=True)

    def _judge(self, file: bytes) -> Outcome:
        return self._attempt(file, self._check)

    def _check(self, data: bytes, file: bytes) -> Outcome:
        name = self._name(file)
        report = check(data, file=name, options=self._options_for(name))
        return Outcome(ACCEPTED if report.valid else REJECTED, report)

    def _name(self, file: bytes) -> bytes:
        return os.fsencode(self._settings.stdin_filename) if file == b"-" else file

    def _attempt(self, file: bytes, judge_it: Callable[[bytes, bytes], Outcome]) -> Outcome:
        """What comes of a file that is judged."""
        try:
            data = _read(file, self._options.limit(Limit.INPUT_BYTES) + 1)
        except OSError as error:
            return Outcome(FILE, complaint=_cannot_read(file, error))
        try:
            return judge_it(data, file)
        except MemoryError:
            return Outcome(FAULT, complaint=f"memory ran out at `{os.fsdecode(file)}`, or its "
                                            "limit `heap-bytes`")
        except InternalError as error:
            return Outcome(FAULT, complaint=f"internal fault at `{os.fsdecode(file)}`: {error}")

    # ---- in order -------------------------------------------------------------------------

    def _take_all(self, files: list[bytes], statuses: list[int]) -> Iterator[Report | None]:
        """Writes what came of each file, and gives the reports, each open until the next."""
        for file, outcome in self._judge_all(files):
            self._note(outcome.report)
            self._show(file, outcome)
            statuses.append(outcome.status)
            yield outcome.report
            if outcome.report is not None and self._settings.format not in _ONE_TEXT:
                outcome.report.close()
            if self._talk.data.failure:
                break

    def _take_between(self, group: Group, files: list[bytes], statuses: list[int]) -> None:
        """Behind what each document has alone; one that others do not go with is rejected."""
        for index, file in enumerate(files):
            if self._talk.data.failure:
                return
            report = between(group, index, os.fsdecode(self._name(file)))
            if not report and not report.suppressed:
                continue
            self._note(report)
            if report.errors > 0:
                statuses[index] = max(statuses[index], REJECTED)
            self._show(file, Outcome(statuses[index], report))

    def _show(self, file: bytes, outcome: Outcome) -> None:
        settings, report = self._settings, outcome.report
        if outcome.complaint:
            self._talk.complain(outcome.complaint)
        if settings.quiet:
            return
        if settings.format in _ONE_TEXT:
            self._reports.append(self._name(file) if report is None else report)
        elif report is not None:
            self._put(report.render(settings.format, color=self._wants_color()))

    def _put(self, text: str) -> None:
        if self._settings.format == "text":
            self._talk.report(text.encode())
        else:
            self._talk.data.write(text.encode())

    def _finish(self, statuses: list[int]) -> None:
        if self._settings.quiet or self._talk.data.failure:
            return
        if self._reports:
            self._put(render(self._reports, self._settings.format))
        elif self._settings.format == "text" and len(statuses) > 1:
            accepted, rejected = statuses.count(ACCEPTED), statuses.count(REJECTED)
            others = len(statuses) - accepted - rejected
            self._put(f"{len(statuses)} files: {accepted} accepted, {rejected} rejected"
                      + (f", {others} not judged" if others else "") + "\n")

    def _put_group(self, group: Group) -> None:
        """Datasets are data, and a summary goes where findings go; formats for services cannot say
        what was not looked for."""
        format, readers = self._settings.format, self._settings.readers
        summary = not self._settings.quiet and not self._talk.data.failure
        if format == "json":
            if readers or summary:
                self._put(group.render("json", datasets=readers, summary=summary))
            return
        if summary and (format == "text" or not group.all_known):
            self._talk.report(group.render(datasets=False).encode())
        if readers:
            self._talk.data.write(group.render(summary=False).encode())

    def _wants_color(self) -> bool:
        color = self._settings.color
        if color == "auto":
            return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and (
                os.isatty(STDERR))
        return color == "always"


def _cannot_read(file: bytes, error: OSError) -> str:
    name = "standard input" if file == b"-" else f"`{os.fsdecode(file)}`"
    return f"cannot read {name}: {error.strerror}"


def limits() -> str:
    """The table of limits in the help."""
    defaults = Options()
    table = ""
    for name, limit in _LIMITS.items():
        number = ceiling(limit)
        most = "none" if number == LARGEST else str(number)
        table += f"  {name:18} {defaults.limit(limit):10} {most:>12}\n"
    return table


def versions() -> str:
    """What `--version` writes, a line for each library."""
    text = f"tracedag {__version__}\nlibtracedag {library_version()}\n"
    for name, which in (("libyaml", Feature.YAML_PARSER), ("xxHash", Feature.XXHASH)):
        number = feature(which)
        text += f"{name} {number // 10000}.{number // 100 % 100}.{number % 100}\n"
    return text


def run(arguments: list[str], talk: Talk) -> int:
    """Does what the arguments ask for; gives the exit code."""
    try:
        return _run(arguments, talk)
    except WrongUse as error:
        talk.complain(str(error), "; see `python -m tracedag --help`")
        return WRONG_USE
    except MemoryError:  # beside the documents, each of which says so itself
        talk.complain("memory ran out")
    except InternalError as error:
        talk.complain(f"internal fault: {error}")
    return FAULT


def _run(arguments: list[str], talk: Talk) -> int:
    settings, files = parse(arguments)
    if settings.help:
        talk.data.write((HELP + limits()).encode())
        return ACCEPTED
    if settings.version:
        talk.data.write(versions().encode())
        return ACCEPTED
    return Checker(settings, talk).run(files)


def main() -> int:
    """The command, with the arguments of the process."""
    # As in any command, a reader that goes away and Ctrl-C end it without a traceback.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    talk = Talk()
    status = run(sys.argv[1:], talk)
    return max(status, talk.finish())
