"""Random cron expressions that the format accepts, each in two spellings: one of the format, with
names, leading zeros, tabs and runs of blanks, and one of plain numbers that cron libraries read.

Left out is what cron libraries read in other ways, or not at all:

- `5-5`, a range of one value: croniter takes it for the whole field;
- `*` as one item of several, and `*/2` behind the first item of a day field: only a field that
  begins with `*` is one to crontab(5), and croniter looks behind that;
- `30W` and the like where a month of the expression has no such day: croniter clamps, and the
  format, as EventBridge, passes such a month over;
- years above 2099, which croniter does not know, but as the end of `*` and of an open step.
"""
from dataclasses import dataclass

MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
DAYS = "SUN MON TUE WED THU FRI SAT".split()
SHORTEST = {month: 28 if month == 2 else 30 if month in (4, 6, 9, 11) else 31
            for month in range(1, 13)}


@dataclass(frozen=True)
class Expression:
    """`fields` has minute, hour, day, month, weekday with Sunday as 0, and for cron() the year.
    In it `?` is `*`, the last Friday is `L5`, and Saturday for `L` is 6."""

    text: str
    fields: tuple


@dataclass(frozen=True)
class Item:
    """`values` is empty for `*`, one value, or the ends of a range; a step of 0 is none."""

    values: tuple
    step: int = 0

    def spell(self, value):
        base = "-".join(map(value, self.values)) or "*"
        return f"{base}/{self.step}" if self.step else base


@dataclass(frozen=True)
class Field:
    """What a field holds; `steps` of 0 takes no step, `open` takes one behind a value."""

    low: int
    high: int
    steps: int
    names: tuple = ()
    open: bool = False
    padded: bool = True
    days: bool = False

    def item(self, random, starred):
        form = random.choice(("value", "value", "range", "step", "open", "star"))
        first, last = sorted(random.sample(range(self.low, self.high + 1), 2))
        step = random.randint(1, random.choice((4, self.steps))) if self.steps else 0
        step = min(step, self.steps)
        if form == "range":
            return Item((first, last))
        if form == "step" and step:
            return Item((first, last), step)
        if form == "open" and step and self.open:
            return Item((first,), step)
        if form == "star" and step and starred:
            return Item((), step)
        return Item((random.choice((first, last)),))

    def items(self, random, starred=True):
        more = starred and not self.days
        return [self.item(random, starred if i == 0 else more)
                for i in range(random.choice((1, 1, 1, 2, 3)))]

    def spell(self, random, value):
        """A value as the format has it."""
        if value - self.low < len(self.names) and random.random() < 0.5:
            return "".join(random.choice((letter, letter.lower()))
                           for letter in self.names[value - self.low])
        return f"{value:02}" if self.padded and random.random() < 0.2 else str(value)


MINUTE = {False: Field(0, 59, 60), True: Field(0, 59, 60, open=True)}
HOUR = {False: Field(0, 23, 24), True: Field(0, 23, 24, open=True)}
DAY = {False: Field(1, 31, 31, days=True), True: Field(1, 31, 31, open=True, days=True)}
MONTH = {False: Field(1, 12, 12, tuple(MONTHS)), True: Field(1, 12, 12, tuple(MONTHS), open=True)}
WEEKDAY = {False: Field(0, 7, 7, tuple(DAYS), days=True), True: Field(1, 7, 0, tuple(DAYS))}


def spellings(random, field, items, shift=0):
    """Items in the format's spelling and in that of numbers, which are less by `shift`."""
    return (",".join(item.spell(lambda value: field.spell(random, value)) for item in items),
            ",".join(item.spell(lambda value: str(value - shift)) for item in items))


def some(random, field, star=0.3):
    """A field in both spellings."""
    if random.random() < star:
        return "*", "*"
    return spellings(random, field, field.items(random))


def values(text, low, high):
    """What a field of numbers holds."""
    held = set()
    for base, _, step in (item.partition("/") for item in text.split(",")):
        first, _, last = base.partition("-")
        if base == "*":
            first, last = low, high
        elif not last:
            last = high if step else first
        held.update(range(int(first), int(last) + 1, int(step or 1)))
    return held


def special_day(random, months):
    if random.random() < 0.4:
        return "L", "L"
    day = random.randint(1, min(SHORTEST[month] for month in values(months, 1, 12)))
    return f"{DAY[True].spell(random, day)}W", f"{day}W"


def special_weekday(random):
    form = random.choice("LF###")
    if form == "L":
        return "L", "6"
    weekday = random.randint(1, 7)
    written = WEEKDAY[True].spell(random, weekday)
    if form == "F":
        return f"{written}L", f"L{weekday - 1}"
    nth = random.randint(1, 5)
    return f"{written}#{nth}", f"{weekday - 1}#{nth}"


def call(random, year):
    """A cron() whose years lie about a year."""
    minute, hour = some(random, MINUTE[True], 0.1), some(random, HOUR[True])
    month = some(random, MONTH[True], 0.5)
    day = weekday = ("?", "*")
    special = random.random() < 0.4
    if random.random() < 0.5:
        day = special_day(random, month[1]) if special else some(random, DAY[True], 0.2)
    elif special:
        weekday = special_weekday(random)
    else:
        field = WEEKDAY[True]
        weekday = spellings(random, field, field.items(random, starred=False), shift=1)
    years = Field(max(1970, year - 10), min(2099, year + 50), 230, open=True, padded=False)
    pairs = minute, hour, day, month, weekday, some(random, years, 0.5)
    blanks = [random.choice((" ", " ", "  ", "\t")) for _ in pairs]
    text = "".join(pair[0] + blank for pair, blank in zip(pairs, blanks)).rstrip()
    return Expression(f"cron({text})", tuple(pair[1] for pair in pairs))


def line(random, year):
    """A line of five fields; the year means nothing to it."""
    minute, hour = some(random, MINUTE[False], 0.1), some(random, HOUR[False])
    day, month = some(random, DAY[False], 0.4), some(random, MONTH[False], 0.5)
    # A day that does not begin with `*` beside a weekday `*/n` is refused.
    starred = day[0].startswith("*")
    weekday = "*", "*"
    if random.random() < 0.6:
        field = WEEKDAY[False]
        weekday = spellings(random, field, field.items(random, starred))
    pairs = minute, hour, day, month, weekday
    text = random.choice((" ", "  ", "\t")).join(pair[0] for pair in pairs)
    return Expression(text, tuple(pair[1] for pair in pairs))


def needs_both_days(expression):
    """Whether both day fields restrict, and one of them begins with `*`: then both hold."""
    days = expression.fields[2], expression.fields[4]
    return "*" not in days and any(day.startswith("*") for day in days)
