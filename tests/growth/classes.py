"""Hostile documents, a class each: a name and a function from a size to about as many bytes.

Some are judged by a catalog that is as hostile, and give both: each has half of the bytes.

A new class is one line of a table at the end. What a class is made of should grow with the
size in one respect and stay the same in all others.
"""

JOB = "activation: source, runtime: ecs_platform, operator: op, source: {kind: manual}"
READER = ("activation: reactive, runtime: ecs_platform, operator: op, outputs: 1, "
          "update_strategy: replace, execution_strategy: PerUpdate")
CRON = "activation: source, runtime: ecs_platform, operator: op, outputs: 0"
ONE = "name: d\njobs:\n  - name: a\n    activation: source\n    runtime: ecs_platform\n" \
      "    operator: op\n    outputs: 0\n    source: {kind: manual}\n"


def times(piece, head="", tail=""):
    """As many copies of a piece as fit; a function gives the piece of each number."""
    def build(size):
        of = piece if callable(piece) else lambda i: piece
        count = (size - len(head) - len(tail)) // len(of(size // 20).encode())
        return head + "".join(of(i) for i in range(max(1, count))) + tail
    return build


def config(piece, head="", tail=""):
    """The same inside the `config` of a sound document."""
    return times(piece, ONE + "    config:\n      " + head, tail)


def listed(piece, head=""):
    """The items of one flow list in `config`, after what `head` says in it."""
    return config(piece, head + "x: [", "]\n")


def jobs(more, head=""):
    """Source jobs, each with something more."""
    return times(lambda i: f"  - {{name: j{i}, {JOB}, outputs: 1{more}}}\n",
                 f"name: d\n{head}jobs:\n")


def readers(inputs, head="", more=""):
    """Jobs that read what `inputs` says, a text for each number."""
    first = f"name: d\n{head}jobs:\n  - {{name: s, {JOB}, outputs: 9}}\n"
    return times(lambda i: f"  - {{name: r{i}, {READER}, inputs: {inputs(i)}{more}}}\n", first)


def publishes(entry, head=""):
    """Published datasets, and a job for all of them."""
    first = (f"name: d\n{head}jobs:\n  - {{name: s, {JOB}, outputs: 1024, "
             "update_strategy: append, unique_key: [k]}\npublish:\n")
    return times(lambda i: f"  d{i}: {entry(i)}\n", first)


def comments_in_each_other(size):
    """Towers of maps with a comment at each step, which covers all that is above it."""
    steps = [f"{' ' * (8 + 2 * i)}# tracedag: allow TD801\n{' ' * (8 + 2 * i)}k: \n"
             for i in range(50)]
    tower = "".join(steps) + " " * 110 + "k: no\n"
    return ONE + "    config:\n" + "".join(
        f"      t{i}:\n{tower}" for i in range(max(1, size // len(tower))))


def bomb(size):
    """Each list has ten aliases to the one before."""
    lines = ["      a0: &a0 [" + "x, " * 9 + "x]\n"]
    length = len(ONE) + 16
    while length < size:
        i = len(lines)
        lines.append(f"      a{i}: &a{i} [" + ", ".join([f"*a{i - 1} "] * 10) + "]\n")
        length += len(lines[-1])
    return ONE + "    config:\n" + "".join(lines)


def reused(anchored, use, nodes, head="", line=""):
    """Aliases to one value, as many as fit and as the budgets allow. `anchored` gives the value
    for a number of bytes, the same for all sizes; `nodes` tells how many values and keys it has.
    The rest are plain values: numbers, against which nodes of aliases count, then long texts."""
    def build(size):
        value = anchored(100)
        added = nodes(value)
        start = f"name: d\n{head}jobs:\n  - {{name: f, {JOB}, outputs: 0, config: {{l: ["
        middle = f"]}}}}\n{line % ('a', '&v ' + value)}"
        left = size - len(start) - len(middle)
        count = max(1, min(90_000 // added, 9 * max(1 << 20, 10 * size) // 10 // len(value),
                           9 * left // (9 * len(use(99)) + 2 * added)))
        aliases = "".join(use(i) for i in range(count))
        numbers = "1," * (count * added // 9)
        texts = "x" * 999 + ","
        more = (left - len(aliases) - len(numbers)) // len(texts)
        return start + numbers + texts * more + middle + aliases
    return build


def reused_in(field, more, anchored, nodes):
    """Such aliases as a field of many jobs."""
    line = f"  - {{name: %s, {more}, {field}: %s }}\n"
    return reused(anchored, lambda i: line % (f"b{i}", "*v"), nodes, line=line)


def closed(tail, build):
    """What a class builds, and an end."""
    return lambda size: build(size) + tail


def reused_in_config(anchored, nodes):
    """Such aliases in the `config` of one job."""
    line = f"  - {{name: %s, {JOB}, outputs: 0, config: {{v: %s , x: [\n"
    return closed("]}}\n", reused(anchored, lambda i: "*v ,\n", nodes, line=line))


def items(item, most=1000):
    """A list of at most `most` items in a number of bytes."""
    return lambda size: "[%s]" % ", ".join(
        item(i) for i in range(max(1, min(most, size // (len(item(99)) + 2)))))


def text(piece, most):
    """A quoted text of that many pieces at the most."""
    return lambda size: '"%s"' % (piece * max(1, min(most, size // len(piece))))


def values(value):
    """The values and keys of a flow list or map, as many as it has commas and colons."""
    return 2 + value.count(",") + value.count(": ") + value.count("{")


def long_path(keys, leaf):
    """Findings that lie below keys of many bytes."""
    path = "".join("{%s: " % key for key in keys)
    return config(leaf, f"k: {path}[", "]" + "}" * len(keys) + "\n")


def long_job_name(item):
    """Findings whose words name a job of many bytes."""
    name = "\\u202e" * 120
    return times(item, f"name: d\njobs:\n  - {{name: \"{name}\", {JOB}, outputs: 1, "
                       "config: {x: [", "]}}\n")


def long_dataset_name(item):
    """Findings whose words and pointers name a dataset of many bytes."""
    head = (f"name: d\njobs:\n  - {{name: a, {JOB}, outputs: 1}}\npublish:\n  {'~' * 500}:\n"
            "    from: {job: a, output: 0}\n    write_mode: buffered\n    schema: {unique: [k], "
            "columns: [{name: k, type: text, nullable: false}], indexes: [")
    return times(f"[{item * 100}],", head, "]}\n")


def cycle(size):
    """One cycle through all jobs."""
    line = f"  - {{name: j%d, {READER}, inputs: [{{from: {{job: j%d, output: 0}}}}]}}\n"
    count = max(2, size // len(line % (9999, 9999)))
    return "name: d\njobs:\n" + "".join(line % (i, (i + 1) % count) for i in range(count))


def chain_back(size):
    """Each job reads the one behind it."""
    line = f"  - {{name: j%d, {READER}, inputs: [{{from: {{job: j%d, output: 0}}}}]}}\n"
    count = max(2, size // len(line % (9999, 9999)))
    return "name: d\njobs:\n" + "".join(
        line % (i, i + 1) for i in range(count)) + f"  - {{name: j{count}, {JOB}, outputs: 1}}\n"


def layers(size):
    """Layers of eight jobs, each of which reads all of the layer before."""
    out = ["name: d\njobs:\n"] + [f"  - {{name: l0x{k}, {JOB}, outputs: 1}}\n" for k in range(8)]
    length = sum(map(len, out))
    layer = 0
    while length < size:
        reads = ", ".join(f"{{from: {{job: l{layer}x{k}, output: 0}}}}" for k in range(8))
        layer += 1
        for k in range(8):
            out.append(f"  - {{name: l{layer}x{k}, {READER}, inputs: [{reads}]}}\n")
            length += len(out[-1])
    return "".join(out)


def knot(size):
    """Every job of a group reads every other one: many cycles, one group."""
    most = 8
    names = [f"k{i}" for i in range(most)]
    reads = ["{from: {job: %s, output: 0}}" % name for name in names]
    group = "".join(f"  - {{name: NAME{name}, {READER}, inputs: [{', '.join(reads)}]}}\n"
                    for name in names)
    groups = max(1, size // (len(group) + most * most * 2))
    return "name: d\njobs:\n" + "".join(
        group.replace("NAME", f"g{g}").replace("job: ", f"job: g{g}") for g in range(groups))


def fan_out(size):
    """Jobs that read all of the jobs before, up to a thousand."""
    heads = min(1000, max(1, size // 400))
    out = "name: d\njobs:\n" + "".join(f"  - {{name: s{i}, {JOB}, outputs: 1}}\n"
                                       for i in range(heads))
    reads = ", ".join("{from: {job: s%d, output: 0}}" % i for i in range(heads))
    line = f"  - {{name: r%d, {READER}, inputs: [{reads}]}}\n"
    return out + "".join(line % i for i in range(max(1, (size - len(out)) // len(line))))


def secrets_in_a_chain(size):
    """Each job of a chain has a secret and is published: pairs of them, and long ways."""
    line = (f"  - {{name: j%06d, {READER}, secrets: [k%d], "
            "inputs: [{from: {job: j%06d, output: 0}}]}\n")
    entry = "  d%06d: {from: {job: j%06d, output: 0}}\n"
    count = max(2, size // (len(line % (0, 999, 0)) + len(entry % (0, 0))))
    return (f"name: d\njobs:\n  - {{name: j000000, {JOB}, outputs: 1, secrets: [k0]}}\n"
            + "".join(line % (i, i, i - 1) for i in range(1, count)) + "publish:\n"
            + "".join(entry % (i, i) for i in range(count)))


def secrets_for_all(size):
    """Jobs with a secret each, all of which one job reads whose outputs are published."""
    count = min(1000, max(1, size // 200))
    line = f"  - {{name: s%d, {JOB}, outputs: 1, secrets: [k%d]}}\n"
    reads = ", ".join("{from: {job: s%d, output: 0}}" % i for i in range(count))
    out = ("name: d\njobs:\n" + "".join(line % (i, i) for i in range(count))
           + f"  - {{name: all, {READER.replace('outputs: 1', 'outputs: 1024')}, "
           f"inputs: [{reads}]}}\npublish:\n")
    entry = "  d%d: {from: {job: all, output: %d}}\n"
    return out + "".join(entry % (i, i) for i in range(
        min(1024, max(1, (size - len(out)) // len(entry % (999, 999))))))


def table(size):
    """A schema of many columns, and indexes over them."""
    names = [f"c{i}" for i in range(min(1000, max(1, size // 100)))]
    columns = "".join(f"        - {{name: {n}, type: text, nullable: false}}\n" for n in names)
    head = (f"name: d\njobs:\n  - {{name: s, {JOB}, outputs: 1, update_strategy: append, "
            f"unique_key: [c0]}}\npublish:\n  p:\n    from: {{job: s, output: 0}}\n"
            f"    write_mode: buffered\n    schema:\n      unique: [c0]\n      columns:\n{columns}"
            "      indexes:\n")
    line = "        - [" + ", ".join(names[:200]) + "]\n"
    return head + line * min(1000, max(1, (size - len(head)) // len(line)))


def long_schedules(size):
    """Sixteen schedules, which in a document of a megabyte are as long as a text may be."""
    schedule = "1" + ",1" * (size // 33)
    return "name: d\njobs:\n" + "".join(
        f"  - {{name: j{i}, {CRON}, source: {{kind: cron, schedule: \"{schedule} * * * *\"}}}}\n"
        for i in range(16))


def wide_keys(size):
    """Datasets of one job, whose keys of a hundred columns are said in another order."""
    names = [f"c{i}" for i in range(100)]
    columns = ", ".join(f"{{name: {n}, type: text, nullable: false}}" for n in names)
    return times(
        lambda i: f"  d{i}: {{from: {{job: s, output: {i % 1024}}}, write_mode: buffered, schema: "
                  f"{{unique: [{', '.join(reversed(names))}], columns: [{columns}]}}}}\n",
        f"name: d\njobs:\n  - {{name: s, {JOB}, outputs: 1024, update_strategy: append, "
        f"unique_key: [{', '.join(names)}]}}\npublish:\n")(size)


def anchored_nest(size):
    """Anchors in each other, sixty deep, and aliases inside all of them."""
    head = "".join(f"&n{i} [" for i in range(50))
    return config("*s , ", f"s: &s x\n      y: {head}", "]" * 50 + "\n")(size)


def utf16(size):
    """Another encoding."""
    return ONE.encode("utf-16") + b"x\0" * (size // 2)


def raw(piece, head=ONE.encode(), tail=b"\n"):
    """Bytes that are no text."""
    return lambda size: head + piece * (size // len(piece)) + tail


TABLE = "&t {unique: [k], columns: [{name: k, type: text, nullable: false}]}"

# What the YAML parser is known to be slow at, or to let pass.
def pair(document, catalog):
    """A document and the catalog that it is judged by."""
    return lambda size: (document(size // 2), catalog(size // 2))


def operator(field):
    """A catalog of one operator, whose `config` has the fields that are given by number."""
    return times(lambda i: f"      {field(i)}\n", "operators:\n  op:\n    config:\n")


def users(name):
    """Jobs of operators, whose names are given by number."""
    return times(lambda i: f"  - {{name: j{i}, {JOB.replace('op,', name(i) + ',')}, outputs: 1}}\n",
                 "name: d\njobs:\n")


def filters(field):
    """Inputs of one job, each with sixty fields in its filter."""
    return readers(lambda i: "[{from: {dataset: d%d}, where: {%s}}]" % (i // 3, ", ".join(
        f"{field(k)}: 1" for k in range(60))))


def datasets(field):
    """Datasets that are filtered by sixty fields each."""
    return times(lambda i: "  d%d: {where: {%s}}\n" % (i, ", ".join(
        field(k) + ": {type: integer}" for k in range(60))), "datasets:\n")


PARSER = {
    "flow lists in each other": times("["),
    "flow maps in each other": times("{"),
    "flow lists and maps in each other": times("[{"),
    "flow maps with keys in each other": times("{a: "),
    "block lists in each other": times("- "),
    "keys in each other": times("? "),
    "items at depth sixty": config("a, ", "x: " + "[" * 58, "]" * 58 + "\n"),
    "maps at depth sixty": config("{a: 1}, ", "x: " + "[" * 57, "]" * 57 + "\n"),
    "one run of blanks": config(" ", "x: a", "b\n"),
    "runs of blanks up to the limit": config(" " * 1000 + "a", "x: ", "\n"),
    "one run, then words": lambda size: config("a b\n        ", "x: b" + " " * 1000)(size),
    "one run, then folded words": lambda size: config(
        "  a\n      ", "x: >\n" + "\n" * 1000 + "        ")(size),
    "one run, then quoted words": lambda size: closed("\"\n", config(
        "a b\n        ", "x: \"b" + " " * 1000))(size),
    "blank lines in a literal": config("\n", "x: |\n        a", "        b\n"),
    "blank lines in a folded text": config("\n" * 900 + "        a\n", "x: >\n        a\n"),
    "TAG directives": times(lambda i: f"%TAG !t{i}! tag:x{i}\n", "", "---\na\n"),
    "YAML directives": times("%YAML 1.1\n", "", "---\na\n"),
    "uses of a long TAG": lambda size: "%TAG !t! " + "x" * (size // 2) + "\n---\n" + times(
        "- !t!a b\n")(size // 2),
    "one long plain text": config("x", "x: "),
    "one long quoted text": config("x", "x: \"", "\"\n"),
    "one long literal": config("        x\n", "x: |\n"),
    "one long key": config("x", "", ": 1\n"),
    "one long anchor": config("x", "x: &", " 1\n"),
    "one long alias": config("x", "x: *", "\n"),
    "one long tag": config("x", "x: !", " 1\n"),
    "one long comment": times("x", ONE + "# ", "\n"),
    "comment lines": times("# x\n", ONE),
    "texts over many lines": config("a\n        ", "x: "),
    "quoted texts over many lines": config("a\n        ", "x: \"", "\"\n"),
    "single quotes": config("''", "x: '", "'\n"),
    "escapes": config("\\u0041", "x: \"", "\"\n"),
    "escapes that stay": config("\\x01", "x: \"", "\"\n"),
    "escaped NULs": listed("\"\\0\","),
    "escaped byte order marks": listed("\"\\uFEFF\","),
    "escaped blanks": config("\\x20" * 900 + "a", "x: \"", "\"\n"),
    "keys without values": config("? a\n      "),
    "keys without colons": config("a\n      "),
    "lists as keys": config("? [a]\n      "),
    "maps as keys in flow": listed("{{a: b}: c},"),
    "flow sets": listed("{a, b},"),
    "empty flow maps": listed("{},"),
    "commas": listed(","),
    "NELs": raw(b"\xc2\x85"),
    "line separators": raw(b"\xe2\x80\xa8"),
    "paragraph separators": raw(b"\xe2\x80\xa9"),
    "lone CRs": raw(b"\r"),
    "CRLF": times("# x\r\n", ONE),
    "tabs": times("\t", ONE),
    "tabs that indent": times("\ta: b\n", ONE),
    "UTF-16": utf16,
    "UTF-32": lambda size: ONE.encode("utf-32") + b"x\0\0\0" * (size // 4),
    "bytes that are no UTF-8": raw(b"\xff"),
    "single bytes that are no UTF-8": raw(b"a\xff"),
    "control characters": raw(b"\x01"),
    "controls of two bytes": raw(b"\xc2\x84"),
    "characters that are none": raw(b"\xef\xbf\xbe"),
    "NUL bytes": raw(b"\0"),
    "byte order marks": raw(b"\xef\xbb\xbf"),
    "tags": listed("!!x a,"),
    "tags with escapes": listed("!!x%00y a,"),
    "bare tags": listed("! 1,"),
    "documents": times("---\na\n"),
    "ends of the document": times("...\n", ONE),
    "text behind the document": times("a\n", ONE + "...\n"),
    "a list that does not end": config("a,", "x: ["),
    "words that readers take for other values": listed("yes, 010, 1:30, ~, 0x1F, .5,"),
    "glued comments": config(lambda i: f"x{i}: |#c\n        a\n      "),
    "merge keys": listed("{<<: a},"),
    "directives in the text": times("%x\n", ONE),
    "lines without a colon": config("a b\n      ", "k: 1\n      "),
    "brackets that the next line leaves open": config(lambda i: f"x{i}: [\n      "),
    "quotes that the next line leaves open": config(lambda i: f"x{i}: \"\n      "),
    "lines between two columns": times("  - name: x\n   a: b\n", "name: d\njobs:\n"),
    "faults below deep maps": times("a b\n" + " " * 50, ONE + "    config:\n" + "".join(
        " " * i + "a:\n" for i in range(6, 50)) + " " * 50 + "k: 1\n" + " " * 50),
    "wide characters": config("\U0001f600", "x: "),
    "wide characters in many texts": listed("\U0001f600,"),
}

# Anchors and aliases.
ALIASES = {
    "an alias bomb": bomb,
    "anchors": listed(lambda i: f"&a{i} 1,"),
    "anchors on nothing": listed(lambda i: f"&a{i} ,"),
    "anchors on aliases": listed(lambda i: f"&a{i} *v ,", "y: &v 1\n      "),
    "anchors on keys": config(lambda i: f"&a{i} k{i}: 1\n      "),
    "long anchors that begin alike": listed(lambda i: f"&{'a' * 400}{i} *{'a' * 400}{i} ,"),
    "anchors in each other": times("&a ["),
    "one anchor again and again": listed("&a 1,"),
    "undefined aliases": listed("*a ,"),
    "undefined aliases near anchors": lambda size: listed(
        lambda i: f"*{'n' * 56}{i}x ,",
        "".join(f"y{i}: &{'n' * 56}{i} 1\n      " for i in range(40)))(size),
    "aliases to a scalar": reused_in_config(lambda size: "a", values),
    "aliases to a long text": reused_in_config(text("x", 60_000), values),
    "aliases to a text that escapes": reused_in_config(text("\\x01", 16_000), values),
    "aliases to an empty list": reused_in_config(lambda size: "[]", values),
    "aliases to a list": reused_in_config(items("{}".format, 9999), values),
    "aliases to a map of long keys": reused_in_config(
        lambda size: "{" + ", ".join(f"{'k' * 400}{i}: 1" for i in range(1 + size // 406)) + "}",
        values),
    "aliases inside their anchor": config("*a ,", "x: &a [", "]\n"),
    "aliases in anchors in each other": anchored_nest,
    "aliases as keys": config("*a : 1\n      ", "y: &a 1\n      "),
    "pairs of anchor and alias": listed(lambda i: f"&a{i} 1, *a{i} ,"),
    "aliases that are merged": listed("{<<: *a },", "y: &a {k: 1}\n      "),
    "aliases to maps in maps": listed(lambda i: f"{{k: *a , l: {{m: *a }}}},",
                                      "y: &a {k: {k: 1}}\n      "),
    "names by aliases": times(f"  - {{name: *a , {JOB}, outputs: 1}}\n",
                              f"name: &a a\njobs:\n  - {{name: b, {JOB}, outputs: 1}}\n"),
    "alias to the alias before": listed(lambda i: f"&a{i + 1} [*a{i} ],", "y: &a0 1\n      "),
    "aliases to a damaged list": listed("*a ,", "y: &a [!!x 1, .nan, {a: 1, a: 2}]\n      "),
    "a job by aliases": times("  - *a\n", f"name: d\njobs:\n  - &a {{name: a, {JOB}}}\n"),
    "a broken job by aliases": times("  - *a\n", "name: d\njobs:\n  - &a {nme: A B, x: 1}\n"),
    "one config for many jobs": reused_in(
        "config", f"{JOB}, outputs: 0", lambda size: f"{{l: {items('{}'.format, 9999)(size)}}}",
        values),
    "one key for many jobs": reused_in(
        "unique_key", f"{JOB}, outputs: 1, update_strategy: append", items("k{}".format), values),
    "one list of secrets for many jobs": reused_in(
        "secrets", f"{JOB}, outputs: 1", items("k{}".format), values),
    "the same secret for many jobs": reused_in(
        "secrets", f"{JOB}, outputs: 1", items(lambda i: "k"), values),
    "one list of inputs for many jobs": reused_in(
        "inputs", READER, items("{{from: {{dataset: d{}}}}}".format), values),
    "one list of empty inputs for many jobs": reused_in(
        "inputs", READER, items(lambda i: "{}"), values),
    "one input many times": reused(
        lambda size: "{from: {dataset: a}}",
        lambda i: f"  - {{name: b{i}, {READER}, inputs: [{'*v ,' * 100}]}}\n",
        lambda value: 5 * 100, line=f"  - {{name: %s, {READER}, inputs: [%s]}}\n"),
    "an empty input many times": reused(
        lambda size: "{}",
        lambda i: f"  - {{name: b{i}, {READER}, inputs: [{'*v ,' * 100}]}}\n",
        lambda value: 100, line=f"  - {{name: %s, {READER}, inputs: [%s]}}\n"),
    "one filter for many inputs": reused(
        lambda size: "{%s}" % ", ".join(f"k{i}: \"v\"" for i in range(60)),
        lambda i: f"  - {{name: b{i}, {READER}, inputs: [{{from: {{dataset: a}}, where: *v }}]}}\n",
        values, line=f"  - {{name: %s, {READER}, "
                     "inputs: [{from: {dataset: a}, where: %s }]}\n"),
    "one long filter for the inputs of one job": closed("]}\n", reused(
        lambda size: "{k: \"%s\"}" % ("\\x01" * min(16_000, size // 4)),
        lambda i: f"      {{from: {{dataset: e{i}}}, where: *v }},\n", values,
        line=f"  - {{name: %s, {READER}, inputs: [{{from: {{dataset: a}}, where: %s }},\n")),
    "one source for many jobs": reused_in(
        "source", CRON, lambda size: '{kind: cron, schedule: "%s * * * *"}' % ",".join(
            str(i % 60) for i in range(max(1, size // 4))), lambda value: 5),
    "one long bundle for many jobs": reused_in(
        "udf", "activation: source, runtime: lambda, operator: op, outputs: 0, "
        "source: {kind: manual}", lambda size: "{bundle_id: %s}" % text("\\x01", 16_000)(size),
        values),
    "one schema for many datasets": publishes(
        lambda i: "{from: {job: s, output: %d}, write_mode: buffered, schema: %s}" % (
            i % 1024, "*t " if i else TABLE)),
    "one entry for many datasets": publishes(
        lambda i: "*p " if i else "&p {from: {job: s, output: 0}, storage: s3}"),
}

# Our own code: findings, words, graphs.
OWN = {
    "one key many times": config("k: 1\n      "),
    "keys, each twice": config(lambda i: f"k{i}: 1\n      k{i}: 2\n      "),
    "many keys": config(lambda i: f"k{i}: 1\n      "),
    "keys from last to first": config(lambda i: f"k{9_999_999 - i}: 1\n      "),
    "long keys that begin alike": config(lambda i: f"{'k' * 400}{i}: 1\n      "),
    "unknown keys": times(lambda i: f"activaton{i}: 1\n    ", ONE + "    "),
    "misspelt words": jobs(", priority: bluk, update_strategy: replaec"),
    "one unknown key many times": times("activaton: 1\n    ", ONE + "    "),
    "unknown keys in many jobs": jobs(", activaton: 1, outptus: 2"),
    "long unknown keys": times(lambda i: f"{'x' * 400}{i}: 1\n    ", ONE + "    "),
    "items that are no job": times("  - 1\n", "name: d\njobs:\n"),
    "empty jobs": times("  - {}\n", "name: d\njobs:\n"),
    "empty jobs in flow": times("{},", "name: d\njobs: [", "]\n"),
    "empty texts": listed("\"\","),
    "numbers that are not finite": listed(".nan,"),
    "empty keys": listed("{\"\": 1},"),
    "keys that are numbers": listed("{1: 1},"),
    "findings below long keys": long_path(["k" * 240] * 4, "*x ,"),
    "findings below keys that pointers escape": long_path(["~" * 240] * 4, "*x ,"),
    "findings below sixty keys": long_path(["kkkkkkkk"] * 50, ".nan,"),
    "findings in a job with a long name": long_job_name(".nan,"),
    "findings in a dataset with a long name": long_dataset_name("1,"),
    "findings about long texts": lambda size: times(
        lambda i: "\\u202e" * 100 + f"{i}\", \"", ONE + "    secrets: [\"", "\"]\n")(size),
    "findings on one wide line": listed("\U0001f600*x ,"),
    "findings behind a long line": config("x: *x # " + "y" * 4000 + "\n      "),
    "bad names": jobs(", secrets: [a b, c d]"),
    "bad durations": jobs(", max_queue_age: 5 minutes, priority: high"),
    "jobs of one name": times(f"  - {{name: a, {JOB}, outputs: 1}}\n", "name: d\njobs:\n"),
    "jobs of two names": times(lambda i: f"  - {{name: j{i // 2}, {JOB}, outputs: 1}}\n",
                               "name: d\njobs:\n"),
    "jobs": jobs(""),
    "jobs from last to first": times(
        lambda i: f"  - {{name: j{9_999_999 - i}, {JOB}, outputs: 1}}\n", "name: d\njobs:\n"),
    "secrets from last to first": jobs(", secrets: [%s]" % ", ".join(
        f"k{i}" for i in range(200, 100, -1))),
    "jobs with defaults": jobs(
        "", "defaults: {heartbeat_timeout_seconds: 61, max_attempts: 4, priority: bulk, "
            "max_queue_depth: 1001, max_queue_age: 365d23h59m59s, backpressure_mode: pause}\n"),
    "unknown jobs": readers(lambda i: "[{from: {job: s%d, output: 0}}]" % i),
    "unknown jobs with long near names": times(
        lambda i: f"  - {{name: {'n' * 56}{i}, {READER}, inputs: [{{from: {{job: {'n' * 56}{i}x, "
                  "output: 0}}]}\n", "name: d\njobs:\n"),
    "unknown outputs": readers(lambda i: "[{from: {job: s, output: %d}}]" % (i + 9)),
    "jobs that read themselves": readers(lambda i: "[{from: {job: r%d, output: 0}}]" % i),
    "one cycle": cycle,
    "cycles of two": readers(lambda i: "[{from: {job: r%d, output: 0}}]" % (i ^ 1)),
    "cycles through datasets": lambda size: readers(
        lambda i: "[{from: {dataset: d%d}}]" % i)(size * 3 // 4) + "publish:\n" + "".join(
            f"  d{i}: {{from: {{job: r{i}, output: 0}}}}\n" for i in range(size // 250)),
    "knots": knot,
    "a chain": readers(lambda i: "[{from: {job: %s, output: 0}}]" % (f"r{i - 1}" if i else "s")),
    "a chain from last to first": chain_back,
    "a star": readers(lambda i: "[{from: {job: s, output: 0}}]"),
    "a fan": fan_out,
    "layers": layers,
    "secrets in a chain": secrets_in_a_chain,
    "secrets for all": secrets_for_all,
    "repeated inputs": readers(lambda i: "[" + ", ".join(["{from: {job: s, output: 0}}"] * 99)
                               + "]"),
    "external datasets": readers(lambda i: "[{from: {dataset: e%d}}]" % i),
    "filters": readers(lambda i: "[{from: {job: s, output: 0}, where: {%s}}]" % ", ".join(
        f"k{k}: \"v\"" for k in range(60))),
    "one source with many filters": readers(lambda i: "[%s]" % ", ".join(
        "{from: {job: s, output: 0}, where: {a: 1, k: %d}}" % k for k in range(99))),
    "bad filters": readers(lambda i: "[{from: {job: s, output: 0}, where: {a: [1], b: 1.5}}]"),
    "published datasets": publishes(lambda i: "{from: {job: s, output: %d}}" % (i % 1024)),
    "one output published again and again": publishes(lambda i: "{from: {job: s, output: 0}}"),
    "schemas": publishes(lambda i: "{from: {job: s, output: %d}, write_mode: buffered, schema: "
                         "{unique: [k], columns: [{name: k, type: text, nullable: false}, "
                         "{name: v, type: jsonb}], indexes: [[v]]}}" % (i % 1024)),
    "a table": table,
    "wide keys": wide_keys,
    "unknown columns": publishes(
        lambda i: "{from: {job: s, output: %d}, write_mode: buffered, schema: {unique: [kk], "
        "columns: [{name: k, type: text}], indexes: [[a], [b]]}}" % (i % 1024)),
    "schedules": times(lambda i: f"  - {{name: j{i}, {CRON}, source: {{kind: cron, "
                       f"schedule: \"{i % 60} 4 1,2,3 */2 MON-FRI\"}}}}\n", "name: d\njobs:\n"),
    "bad schedules": times(lambda i: f"  - {{name: j{i}, {CRON}, source: {{kind: cron, "
                           f"schedule: \"61 25 32 13 8\"}}}}\n", "name: d\njobs:\n"),
    "webhooks": times(lambda i: f"  - {{name: j{i}, {CRON}, source: {{kind: webhook, "
                      f"webhook_path: /a/b/{i}}}}}\n", "name: d\njobs:\n"),
    "one webhook for all": times(lambda i: f"  - {{name: j{i}, {CRON}, source: {{kind: webhook, "
                                 "webhook_path: /a}}\n", "name: d\njobs:\n"),
    "long schedules": long_schedules,
    "long numbers": listed("9" * 1000 + ","),
    "long hexadecimal numbers": listed("0x" + "f" * 800 + ","),
    "one very long hexadecimal number": config("f", "x: 0x"),
    "one very long number": config("9", "x: "),
    "long decimals": listed("0." + "9" * 1000 + "e-900,"),
    "numbers": listed("1,"),
    "texts": listed("a b,"),
    "small maps": listed("{a: b},"),
    "large maps in config": config(lambda i: f"\"k\\t{i}\": \"v\\x01\"\n      "),
}

# Warnings and notes, and what sets them aside.
DOUBTFUL = {
    "words of YAML 1.1": listed("no,"),
    "keys of YAML 1.1": config(lambda i: f"m{i}: {{on: 0x1_F}}\n      "),
    "long numbers of YAML 1.1": listed("1_" + "0" * 200 + ","),
    "credentials": listed("AKIAIOSFODNN7EXAMPLE,"),
    "credentials on lines of their own": config(lambda i: f"api_key{i}_password: abcdefg\n      "),
    "no credentials, but nearly": config("://a:b/", "x: \"", "\""),
    "placeholders": listed("<a>,"),
    "invisible characters": listed("\"a\u200B\","),
    "invisible characters in comments": config("# \u2066\n      ", "x: 1\n      "),
    "repeated defaults": jobs(", max_attempts: 5, priority: bulk",
                              "defaults: {max_attempts: 5, priority: bulk}\n"),
    "overlapping schedules": times(
        lambda i: f"  - {{name: j{i}, {CRON}, source: {{kind: cron, schedule: \"* * * * *\"}}, "
                  "timeout_seconds: 1800}\n", "name: d\njobs:\n"),
    "keys that differ between attempts": jobs(
        ", update_strategy: append, unique_key: [attempt, task_id]"),
    "many unread outputs": times(
        lambda i: f"  - {{name: j{i}, {READER.replace('outputs: 1', 'outputs: 1024')}, inputs: "
                  f"[{{from: {{job: j{max(i, 1) - 1}, output: 0}}}}]}}\n" if i else
                  f"  - {{name: j0, {JOB}, outputs: 1024}}\n", "name: d\njobs:\n"),
    "comments that allow": config(lambda i: f"k{i}: no # tracedag: allow TD801 -- x\n      "),
    "comments that allow nothing": config("# tracedag: allow TD805, TD802\n      ",
                                          "x: 1\n      "),
    "codes in one comment": config("TD801,TD805 ", "# tracedag: allow ", "\n      x: no\n"),
    "comments that are unknown": config("# tracedag: x\n      ", "x: 1\n      "),
    "comments in each other": comments_in_each_other,
    "marks that are no comments": config("tracedag:", "x: "),
}

REQUIRED = operator(lambda i: f"f{i}: {{type: any, required: true}}")
INTEGERS = operator(lambda i: f"f{i}: {{type: integer}}")

# Pairs of a document and a catalog.
JUDGED = {
    "operators of a catalog": pair(
        users("op{}".format),
        times(lambda i: f"  op{i}: {{outputs: {{min: 1, max: 1}}, config: {{}}}}\n",
              "operators:\n")),
    "operators that no catalog has": pair(
        users("far{}away".format),
        times(lambda i: f"  q{i}: {{config: {{}}}}\n", "operators:\n")),
    "operators with long names that begin alike": pair(
        users(lambda i: "n" * 120 + str(i)),
        times(lambda i: f"  {'n' * 120}{i}: {{config: {{}}}}\n", "operators:\n")),
    "fields of one operator": pair(config(lambda i: f"f{i}: 1\n      "), INTEGERS),
    "values of other types": pair(config(lambda i: f"f{i}: text\n      "), INTEGERS),
    "fields that no operator has": pair(config(lambda i: f"far{i}away: 1\n      "), INTEGERS),
    "required fields that many jobs lack": pair(jobs(""), REQUIRED),
    "required fields that an empty config lacks": pair(jobs(", config: {}"), REQUIRED),
    "required fields that maps in a list lack": pair(
        listed("{},"),
        times(lambda i: f"k{i}: {{type: any, required: true}}, ",
              "operators:\n  op:\n    config:\n      x: {type: list, items: {type: map, fields: {",
              "}}}\n")),
    "required fields that one shared config lacks": pair(
        reused_in("config", JOB + ", outputs: 0", lambda size: "{}", lambda value: 1), REQUIRED),
    "fields in each other": pair(
        config(lambda i: f"t{i}: {'{k: ' * 25}x{'}' * 25}\n      "),
        operator(lambda i: f"t{i}: {'{type: map, fields: {k: ' * 25}{{type: integer}}"
                           f"{'}}' * 25}")),
    "values of enums": pair(
        config(lambda i: f"f{i}: [{', '.join(f'v{k}, far{k}away' for k in range(30))}]\n      "),
        operator(lambda i: f"f{i}: {{type: list, items: {{type: string, enum: "
                           f"[{', '.join(f'v{k}' for k in range(90))}]}}}}")),
    "numbers of enums": pair(
        config(lambda i: f"f{i}: [{', '.join(f'{k}e3, 0.{k}1' for k in range(30))}]\n      "),
        operator(lambda i: f"f{i}: {{type: list, items: {{type: number, enum: "
                           f"[{', '.join(f'{k}000.0' for k in range(90))}]}}}}")),
    "numbers against a long bound": pair(
        listed("0.1,"),
        lambda size: "operators: {op: {config: {x: {type: list, items: {type: number, min: 0.1"
                     + "0" * 900 + "1}}}}}\n"),
    "filters of datasets": pair(filters("k{}".format), datasets("k{}".format)),
    "filters by fields that no dataset has": pair(
        filters("far{}away".format), datasets("k{}".format)),
    "filters by fields of one dataset": pair(
        readers(lambda i: "[{from: {dataset: d}, where: {k%d: text}}]" % i),
        times(lambda i: f"k{i}: {{type: integer}}, ", "datasets:\n  d: {where: {", "}}\n")),
}

CLASSES = {**PARSER, **ALIASES, **OWN, **DOUBTFUL, **JUDGED}

# What a quick run looks at: a class for each way that a cost can grow.
QUICK = (
    # the parser
    "flow lists in each other", "items at depth sixty", "one run, then folded words",
    "TAG directives", "escapes that stay", "bare tags", "lines without a colon",
    "quotes that the next line leaves open",
    # anchors and aliases
    "an alias bomb", "anchors", "undefined aliases", "pairs of anchor and alias",
    "alias to the alias before", "aliases to a text that escapes",
    "aliases in anchors in each other", "one list of secrets for many jobs",
    "one list of empty inputs for many jobs", "one config for many jobs",
    # keys, names, findings
    "many keys", "keys, each twice", "long keys that begin alike", "unknown keys",
    "findings below long keys", "findings in a job with a long name", "unknown jobs",
    "unknown jobs with long near names", "unknown columns", "jobs of one name",
    # the graph
    "one cycle", "cycles through datasets", "knots", "a chain", "a star", "a fan", "layers",
    "secrets for all",
    # warnings, and what sets them aside
    "words of YAML 1.1", "credentials", "comments that allow", "comments that allow nothing",
    "comments in each other", "many unread outputs",
    # catalogs
    "operators that no catalog has", "fields that no operator has",
    "required fields that many jobs lack", "filters of datasets",
    # what is written
    "jobs with defaults", "numbers", "texts", "small maps", "schemas",
)


def documents(name, size):
    """The document of a class that has about `size` bytes, and the catalog, where it has one."""
    made = CLASSES[name](size)
    return [text if isinstance(text, bytes) else text.encode()
            for text in (made if isinstance(made, tuple) else (made,))]
