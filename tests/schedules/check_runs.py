#!/usr/bin/python3
"""The runs that the command gives, against those of another cron library.

    check_runs.py COMMAND LIBRARY [COUNT [SEED]]

COMMAND is the program `tracedag`, LIBRARY `croniter` or `cron-parser`. COUNT random expressions
that both understand (10,000 where it is left out; expressions.py says which these are) have the
same next runs, and those that COMMAND refuses because they never fire have none in LIBRARY either.
"""
import json
import random
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import expressions

RUNS = 5  # of an expression
BATCH = 50  # expressions in a document
FIRST_START, LAST_START = 0, 3786912000  # 1970 to 2089
CRONITER_ENDS = int(datetime(2100, 1, 1, tzinfo=timezone.utc).timestamp())


# ---- what is asked -------------------------------------------------------------------------------


def document(batch):
    jobs = "".join(
        f"  - {{name: j{i:02}, activation: source, runtime: lambda, operator: o, outputs: 0,\n"
        f"     source: {{kind: cron, schedule: {json.dumps(expression.text)}}}}}\n"
        for i, expression in enumerate(batch))
    return f"name: a\njobs:\n{jobs}"


def ask(command, arguments, text):
    return subprocess.run([command, *arguments, "-"], input=text, capture_output=True, text=True)


def refused(command, batch):
    """Positions of the expressions that never fire."""
    said = ask(command, ["validate", "--format", "json"], document(batch))
    found = set()
    for record in map(json.loads, said.stdout.splitlines()):
        if record["type"] == "diagnostic":
            number = int(record["subject"]["name"][1:])
            assert record["code"] == "TD707", (record["message"], batch[number])
            found.add(number)
    return found


def own_runs(command, batch, start):
    """The runs of each expression by the command; None for one that is refused."""
    never = refused(command, batch)
    live = [expression for i, expression in enumerate(batch) if i not in never]
    stamp = datetime.fromtimestamp(start, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    said = ask(command, ["next", "--from", stamp, "--count", str(RUNS)], document(live))
    assert said.returncode == 0, said.stderr
    runs = [[] for _ in live]
    for line in said.stdout.splitlines():
        time, job = line.split("  ")
        when = datetime.strptime(time, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
        runs[int(job[1:])].append(int(when.timestamp()))
    rest = iter(runs)
    return [None if i in never else next(rest) for i in range(len(batch))]


# ---- the libraries -------------------------------------------------------------------------------


class Croniter:
    """Reads all that expressions.py makes, with the rule of Vixie's cron for the two day fields."""

    def takes(self, expression):
        return True

    def runs(self, cases):
        return [self.of(expression, start) for expression, start in cases]

    def of(self, expression, start):
        from croniter import CroniterBadDateError, croniter

        five, year = " ".join(expression.fields[:5]), expression.fields[5:]
        text = f"{five} 0 {year[0]}" if year else five
        found = croniter(text, float(start), implement_cron_bug=True,
                         max_years_between_matches=130)
        runs = []
        try:
            while len(runs) < RUNS:
                runs.append(int(found.get_next(float)))
        except CroniterBadDateError:
            pass
        return runs

    def same(self, expression, own, theirs):
        own = own or []
        if len(own) > len(theirs) and expression.fields[5:] not in ((), ("*",)):
            own = [run for run in own if run < CRONITER_ENDS]
        return own == theirs


class CronParser:
    """Knows no years and no `W`, refuses a list that says a value twice, and joins two day fields
    by OR, whether they begin with `*` or not. Runs in Node."""

    NO_SUCH_DAY = "Error: Invalid explicit day of month definition"

    def takes(self, expression):
        return (expression.fields[5:] in ((), ("*",)) and "W" not in expression.fields[2]
                and not expressions.needs_both_days(expression))

    def runs(self, cases):
        lines = [json.dumps([self.translate(expression), start, RUNS])
                 for expression, start in cases]
        said = subprocess.run(["node", str(Path(__file__).with_name("cron-parser.mjs"))],
                              input="\n".join(lines), stdout=subprocess.PIPE, text=True, check=True)
        return [json.loads(line) for line in said.stdout.splitlines()]

    def translate(self, expression):
        *others, weekday = expression.fields[:5]
        ranges = (0, 59), (0, 23), (1, 31), (1, 12)
        plain = [self.once(field, *ends) for field, ends in zip(others, ranges)]
        last = f"{weekday[1:]}L" if weekday.startswith("L") else self.once(weekday, 0, 6)
        return " ".join((*plain, last))

    def once(self, field, low, high):
        """A list as its values, each once; what is no list stays."""
        if "," not in field:
            return field
        held = expressions.values(field, low, high)
        return ",".join(sorted({str(value % 7 if high == 6 else value) for value in held}))

    def same(self, expression, own, theirs):
        never = theirs == [] or theirs == self.NO_SUCH_DAY
        return never if own is None else own == theirs


LIBRARIES = {"croniter": Croniter, "cron-parser": CronParser}


# ---- the comparison ------------------------------------------------------------------------------


def make(source, library, start):
    year = datetime.fromtimestamp(start, timezone.utc).year
    while True:
        expression = source.choice((expressions.call, expressions.line))(source, year)
        if library.takes(expression):
            return expression


def questions(command, library, count, source):
    """Expressions, where each begins, and its runs by the command, until COUNT have runs to
    compare."""
    compared = 0
    while compared < count:
        start = source.randrange(FIRST_START, LAST_START)
        if source.random() < 0.5:
            start -= start % 3600  # a run may lie at the start itself
        batch = [make(source, library, start) for _ in range(BATCH)]
        for expression, runs in zip(batch, own_runs(command, batch, start)):
            yield expression, start, runs
            compared += runs is not None


def main():
    command, name, *more = sys.argv[1:]
    count, seed = (*map(int, more), *(10000, 1)[len(more):])
    library = LIBRARIES[name]()
    asked = list(questions(command, library, count, random.Random(seed)))
    answers = library.runs([(expression, start) for expression, start, _ in asked])
    assert len(answers) == len(asked)
    never = sum(own is None for *_, own in asked)
    differing = 0
    for (expression, start, own), theirs in zip(asked, answers):
        if library.same(expression, own, theirs):
            continue
        differing += 1
        print(f"{expression.text!r} after {start}: {own}, {name} has {theirs} "
              f"for `{' '.join(expression.fields)}`")
    runs = sum(len(own or []) for *_, own in asked)
    print(f"{len(asked) - never} expressions with {runs} runs, {never} that never fire: "
          f"{differing} differ from {name}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
