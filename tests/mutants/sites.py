"""Finds where C can be changed by a little: the mutants of a source.

What is read are tokens, with no parser behind them. It leans on the format that clang-format
gives (the test `format`): a function's braces stand in column 0, blanks surround an operator of
two operands and no other, and a block's brace has a blank before it. Changed is what stands in
the body of a function, and the numbers of enumerations and of `#define`; comments, strings,
assertions and tables of constants are left alone. What the compiler refuses is no mutant.
"""
import hashlib
import re
from typing import NamedTuple

TOKEN = re.compile(r"""
      (?P<skip> //.* | /\*[\s\S]*?\*/ | ^[ \t]*\#(?:.*\\\n)*.* )
    | (?P<string> "(?:\\.|[^"\\\n])*" )
    | (?P<char> '(?:\\.|[^'\\\n])+' )
    | (?P<number> (?:0[xX][0-9a-fA-F]+|\d+)[uUlL]* )
    | (?P<name> [A-Za-z_]\w* )
    | (?P<sign> <<= | >>= | \.\.\. | -> | \+\+ | -- | << | >> | [<>=!]= | && | \|\|
        | [-+*/%&|^]= | \S )
    """, re.M | re.X)

SWAPS = {
    "+": "-", "-": "+", "*": "/", "/": "*", "%": "*",
    "+=": "-=", "-=": "+=", "++": "--", "--": "++",
    "&&": "||", "||": "&&", "==": "!=", "!=": "==",
    "<": ">", ">": "<", "<=": ">=", ">=": "<=",
    "&": "|", "|": "&", "&=": "|=", "|=": "&=", "<<": ">>", ">>": "<<",
}
ONE_OPERAND = {"++", "--"}  # the only ones of SWAPS that have no blanks around them
BOUNDARIES = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
OPPOSITES = {"true": "false", "false": "true"}
JUMPS = {"break", "continue", "return"}
KEYWORDS = JUMPS | {"if", "else", "for", "while", "do", "switch", "case", "default", "goto",
                    "sizeof", "static", "const", "struct", "enum", "union", "unsigned"}
ASSIGNS = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="}
DEFINED = re.compile(r"^#define \w+ (?:U?INT\d+_C\()?(\d+)\)?$", re.M)
FEWEST_OF_A_FILE = 5


class Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


class Mutant(NamedTuple):
    path: str  # from the top of the project
    line: int
    operator: str
    start: int
    end: int
    new: str  # what stands in the place of start..end
    shown: str  # the change, to be read
    key: str  # the same as long as its line and the change are
    scope: str  # a digest of the function that it stands in, or of the line


def tokens_of(text):
    return [Token(match.lastgroup, match.group(), match.start(), match.end())
            for match in TOKEN.finditer(text) if match.lastgroup != "skip"]


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def is_binary(text, token):
    return text[token.start - 1].isspace() and text[token.end].isspace()


class Source:
    """The tokens of a source, and which of them belong together."""

    def __init__(self, text):
        self.text = text
        self.tokens = tokens_of(text)
        self.partner = self._partners()
        self.bodies = self._bodies()
        self.left_alone = self._left_alone()

    def _partners(self):
        """For each bracket the other one of its pair."""
        partner, opened = {}, []
        for at, token in enumerate(self.tokens):
            if token.text in ("(", "[", "{"):
                opened.append(at)
            elif token.text in (")", "]", "}"):
                partner[at] = opened.pop()
                partner[partner[at]] = at
        return partner

    def _bodies(self):
        """Pairs of the braces of functions, and whether the function gives a bool."""
        found = []
        for at, token in enumerate(self.tokens):
            if token.text == "{" and self.text[token.start - 2:token.start] == ")\n":
                first = self.partner[at - 1] - 1
                while first > 0 and self.tokens[first - 1].text not in (";", "}"):
                    first -= 1
                words = [word.text for word in self.tokens[first:self.partner[at - 1] - 1]]
                found.append((at, self.partner[at], "bool" in words and "*" not in words))
        return found

    def _left_alone(self):
        """Tokens in assertions, in tables and in the lengths of arrays."""
        alone = set()
        for at, token in enumerate(self.tokens):
            if token.text in ("assert", "static_assert", "sizeof", "offsetof"):
                after = at + 1
                if self.tokens[after].text == "(":
                    alone.update(range(at, self.partner[after] + 1))
            elif token.text == "static":
                end = at
                while self.tokens[end].text not in (";", "=", ")"):
                    end = self.partner[end] + 1 if self.tokens[end].text == "{" else end + 1
                if self.tokens[end].text == "=" and self.tokens[end + 1].text == "{":
                    alone.update(range(at, self.partner[end + 1] + 1))
            elif token.text == "[" and self._declares(at):
                alone.update(range(at, self.partner[at] + 1))
        return alone

    def _declares(self, bracket):
        """Whether a bracket gives a length: a name and one more word stand before it."""
        before = self.tokens[bracket - 2]
        return (self.tokens[bracket - 1].kind == "name" and before.text not in KEYWORDS
                and (before.kind == "name" or before.text == "*"))

    def function_at(self, offset):
        """The text of the function around an offset; nothing outside of all."""
        for first, last, _ in self.bodies:
            start, end = self.tokens[first].start, self.tokens[last].end
            if start <= offset < end:
                return self.text[self.text.rindex("\n\n", 0, start):end]
        return ""

    def is_block(self, brace):
        before = self.tokens[brace - 1]
        return (before.text in (";", ":", "else", "do")
                or (before.text == ")" and self.text[before.end].isspace()))

    def begins_statement(self, at):
        before = self.tokens[at - 1]
        if before.text in (";", "else", "do"):
            return True
        if before.text in ("{", "}"):
            return self.is_block(at - 1 if before.text == "{" else self.partner[at - 1])
        if before.text == ":":
            return self.text[before.start - 1] != " "  # of a label; of ?: has a blank
        return before.text == ")" and self.tokens[self.partner[at - 1] - 1].text in (
            "if", "for", "while", "switch")

    def is_plain_negation(self, at, end):
        """Whether a condition is `!` and one operand: without the `!` it is the opposite."""
        return self.tokens[at].text == "!" and not any(
            token.kind == "sign" and is_binary(self.text, token)
            for token in self.tokens[at:end])

    def end_of_statement(self, at):
        while self.tokens[at].text not in (";", ")"):
            at = self.partner[at] + 1 if self.tokens[at].text in ("(", "[", "{") else at + 1
        return at


# ---- operators: each gives (operator, start, end, new) -------------------------------------


def negated_conditions(source, at, _):
    token, tokens = source.tokens[at], source.tokens
    if token.text in ("if", "while"):
        first, last = at + 1, source.partner[at + 1]
        if not source.is_plain_negation(first + 1, last):
            yield "negate", tokens[first].end, tokens[last].start, "!({})"
    elif token.text == "for":
        first = source.end_of_statement(at + 2)
        last = source.end_of_statement(first + 1)
        if last > first + 1:
            yield "negate", tokens[first + 1].start, tokens[last].start, "!({})"
    elif token.text == "!":
        yield "negate", token.start, token.end, ""


def boundaries(source, at, _):
    token = source.tokens[at]
    if token.text in BOUNDARIES and is_binary(source.text, token):
        yield "off by one", token.start, token.end, BOUNDARIES[token.text]


def numbers(source, at, _):
    token = source.tokens[at]
    if token.kind == "number":
        yield from changed_number(token.text, token.start)


def changed_number(text, start):
    digits = text.rstrip("uUlL")
    suffix = text[len(digits):]
    value, end = int(digits, 0), start + len(text)
    yield "off by one", start, end, f"{value + 1}{suffix}"
    if value > 0:
        yield "off by one", start, end, f"{value - 1}{suffix}"
    if value > 1:
        yield "constant", start, end, f"0{suffix}"


def constants(source, at, _):
    token = source.tokens[at]
    if token.text in OPPOSITES:
        yield "constant", token.start, token.end, OPPOSITES[token.text]
    elif token.kind == "char" and len(token.text) == 3:
        yield "constant", token.start, token.end, f"'{chr(ord(token.text[1]) + 1)}'"


def swaps(source, at, _):
    token = source.tokens[at]
    if token.text in SWAPS and (token.text in ONE_OPERAND or is_binary(source.text, token)):
        yield "swap", token.start, token.end, SWAPS[token.text]


def drops(source, at, _):
    token, tokens = source.tokens[at], source.tokens
    if not source.begins_statement(at):
        return
    jumps = token.text in JUMPS and tokens[at + 1].text == ";"
    acts = token.text in ("*", "++", "--") or (
        token.kind == "name" and token.text not in KEYWORDS
        and tokens[at + 1].text in {"(", ".", "->", "[", "++", "--"} | ASSIGNS)
    if jumps or acts:
        yield "drop", token.start, tokens[source.end_of_statement(at)].start, ""


def opposite_returns(source, at, gives_bool):
    token, tokens = source.tokens[at], source.tokens
    if gives_bool and token.text == "return":
        end = source.end_of_statement(at)
        if not (end == at + 2 and tokens[at + 1].text in OPPOSITES):
            yield "return", tokens[at + 1].start, tokens[end].start, "!({})"


OPERATORS = (negated_conditions, boundaries, numbers, constants, swaps, drops, opposite_returns)


def changes(source):
    for first, last, gives_bool in source.bodies:
        for at in range(first + 1, last):
            if at not in source.left_alone:
                for operator in OPERATORS:
                    yield from operator(source, at, gives_bool)
    for at, token in enumerate(source.tokens):
        outside = not any(first < at < last for first, last, _ in source.bodies)
        if token.text == "enum" and outside:
            brace = at + 1 if source.tokens[at + 1].text == "{" else at + 2
            for number in source.tokens[brace:source.partner.get(brace, brace)]:
                if number.kind == "number":
                    yield from changed_number(number.text, number.start)
    for match in DEFINED.finditer(source.text):
        yield from changed_number(match.group(1), match.start(1))


def mutants_of(path, text, seed):
    """The mutants of a source, in an order that only the seed and their lines decide."""
    source, found, seen = Source(text), [], {}
    for operator, start, end, new in changes(source):
        old = text[start:end]
        new = new.format(old) if "{}" in new else new
        line_start = text.rindex("\n", 0, start) + 1
        line = text[line_start:text.index("\n", end)]
        what = f"{path}\n{line}\n{start - line_start}\n{operator}\n{new}"
        seen[what] = seen.get(what, 0) + 1
        flat = [" ".join(words.split()) for words in (line, old, new)]
        shown = "{}  :  `{}` -> `{}`".format(*flat)
        found.append(Mutant(path, text.count("\n", 0, start) + 1, operator, start, end, new, shown,
                            digest(f"{seed}\n{what}\n{seen[what]}"),
                            digest(source.function_at(start) or line)))
    found.sort(key=lambda mutant: mutant.key)
    return found


def in_order(sources, seed):
    """The mutants of all sources, first a few of each, then all alike; {path: text}."""
    few, rest = [], []
    for path, text in sorted(sources.items()):
        mutants = mutants_of(path, text, seed)
        few += mutants[:FEWEST_OF_A_FILE]
        rest += mutants[FEWEST_OF_A_FILE:]
    return few + sorted(rest, key=lambda mutant: mutant.key)
