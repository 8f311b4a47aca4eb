#!/usr/bin/env python3
"""Applies the fixes of findings, each alone, and looks at what comes of it.

    check_fixes.py TRACEDAG CASES

A fix of a document in CASES/invalid or CASES/valid that is to be applied has to mend what it
stands at: the document can be read as far as before, its finding is gone, there are fewer errors
than before where it mended one, and every comment is still there.

Then `fix` itself, on documents of CASES/valid with one fault each (check_faults.py): it never
leaves more errors, takes nothing more when it is run again, keeps what is accepted, and keeps all
comments.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # the tests write nothing among the sources
import check_faults  # noqa: E402

# Cases that show what a fault hides: mended, the document has the error that was hidden, and so
# `fix` leaves them alone.
HIDES = {
    "td107-column-at-fault-is-no-wrong-type",
    "td107-document-ends-behind-a-fault",
    "td107-second-colon",
    "td107-two-colons-and-a-glued-one",
    "td107-value-at-fault-and-a-missing-key",
    "td108-in-front-of-a-line-further-left",
    "td108-nine-digits",
    "td108-one-digit-of-two",
    "td108-seven-digits-and-a-blank",
    "td109-behind-blank-lines",
    "td109-lines-under-a-block-scalar",
    "td118-in-a-job",
    "td118-in-publish",
    "td118-in-where",
    "td202-dataset-key-with-a-backslash",
    "td202-misspelt-activation-silences-its-rules",
    "td202-misspelt-outputs-has-a-poisoned-value",
    "td202-root-misspelt-jobs-is-no-missing-key",
    "td205-activation-poisoned-silences-its-rules",
    "td205-fault-in-an-anchored-map-is-reported-once",
    "td205-storage-misspelt",
    "td214-inputs",
    "td214-inputs-tilde",
    "td302-silent-activation-poisoned",
    "td304-silent-strategy-poisoned",
    "td313-silent-strategy-misspelt",
    "td402-of-the-second-input",
    "td503-s3-buffered-with-schema",
    "td503-silent-storage-poisoned",
    "td503-silent-td511",
    "td504-silent-write-mode-poisoned",
    "td507-unique",
    "td507-unique-other-case",
}
FIXES_LEAST = 200
MENDED_LEAST = 300
EACH = 31  # of so many mutants one is looked at


def read(path):
    with open(path, "rb") as file:
        return file.read()


def documents(cases):
    for kind in ("invalid", "valid"):
        folder = os.path.join(cases, kind)
        for name in sorted(os.listdir(folder)):
            if name.endswith(".yaml"):
                yield name[:-len(".yaml")], read(os.path.join(folder, name))


def reports(command, texts):
    """The findings of each text."""
    with tempfile.TemporaryDirectory() as folder:
        for i, text in enumerate(texts):
            with open(f"{folder}/{i:08}.yaml", "wb") as out:
                out.write(text)
        done = subprocess.run([command, "validate", "--format", "json", folder],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{command}: status {done.returncode}: {done.stderr[:500]!r}")
    found = [[] for _ in texts]
    for line in done.stdout.splitlines():
        record = json.loads(line)
        if record["type"] == "diagnostic":
            found[int(os.path.basename(record["file"])[:8])].append(record)
    return found


def apply(text, fix):
    for edit in reversed(fix["edits"]):
        text = text[:edit["start"]] + edit["text"].encode() + text[edit["end"]:]
    return text


def errors(found):
    return [f for f in found if f["severity"] == "error"]


def same_code(found, code):
    return sum(f["code"] == code for f in found)


def comments(text):
    """What looks like comments; quotes are not looked at, for no fix changes the text in them."""
    return sorted(re.findall(rb"(?:^|[ \t])#[^\r\n]*", text, re.M))


def faults_of_fix(name, before, finding, after):
    spared = finding["severity"] == "error"
    if name in HIDES:
        if len(errors(after)) < len(errors(before)):
            yield "it hides no error"
        return
    if same_code(after, finding["code"]) >= same_code(before, finding["code"]):
        yield "its finding is still there"
    if len(errors(after)) > len(errors(before)) - spared:
        new = {f["message"] for f in errors(after)} - {f["message"] for f in errors(before)}
        yield "there are %d errors, and were %d; new: %s" % (
            len(errors(after)), len(errors(before)), sorted(new))


def check_each(command, cases):
    texts = list(documents(cases))
    tried = []
    for (name, text), found in zip(texts, reports(command, [text for _, text in texts])):
        for finding in found:
            for fix in finding["fixes"]:
                if fix["safety"] != "display":
                    tried.append((name, found, finding, fix, text, apply(text, fix)))
    after = reports(command, [row[-1] for row in tried])
    bad = 0
    for (name, before, finding, fix, text, fixed), found in zip(tried, after):
        said = list(faults_of_fix(name, before, finding, found))
        if comments(text) != comments(fixed):
            said.append("a comment is gone")
        for words in said:
            bad += 1
            print(f"{name}: {finding['code']} {fix['safety']} `{fix['title']}`: {words}")
    kinds = sorted({finding["code"] for _, _, finding, *_ in tried})
    print(f"{len(tried)} fixes of {len(kinds)} codes, {bad} faults: {' '.join(kinds)}")
    return bad == 0 and len(tried) >= FIXES_LEAST


def fixed_all(command, texts, *options):
    """Each text as `fix` leaves it, in its own file."""
    with tempfile.TemporaryDirectory() as folder:
        for i, text in enumerate(texts):
            with open(f"{folder}/{i:08}.yaml", "wb") as out:
                out.write(text)
        done = subprocess.run([command, "fix", *options, folder], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, check=False)
        if done.returncode not in (0, 1):
            sys.exit(f"{command}: status {done.returncode}: {done.stderr[-500:]!r}")
        return [read(f"{folder}/{i:08}.yaml") for i in range(len(texts))]


def mutants(cases):
    for i, (kind, name, _, text) in enumerate(check_faults.faults(os.path.join(cases, "valid"))):
        if i % EACH == 0:
            yield f"{name}, {kind}", text.encode()


def check_command(command, cases):
    """What holds for `fix` on documents of all kinds."""
    bad = mended = 0
    rows = list(documents(cases)) + list(mutants(cases))
    texts = [text for _, text in rows]
    before = reports(command, texts)
    for options in ((), ("--unsafe",)):
        fixed = fixed_all(command, texts, *options)
        after = reports(command, fixed)
        again = fixed_all(command, fixed, *options)
        for (name, text), old, new, now, twice in zip(rows, before, fixed, after, again):
            mended += new != text
            said = []
            if len(errors(now)) > len(errors(old)):
                said.append(f"{len(errors(now))} errors, and {len(errors(old))} before")
            if comments(text) != comments(new):
                said.append("a comment is gone")
            if twice != new:
                said.append("a second run finds more")
            if new != text and name in HIDES and len(old) == 1:
                said.append("a fix that uncovers an error was kept")
            for words in said:
                bad += 1
                print(f"{name} {' '.join(options)}: {words}")
    print(f"fix: {len(rows)} documents, {mended} mended, {bad} faults")
    return bad == 0 and mended >= MENDED_LEAST


def main():
    command, cases = sys.argv[1:]
    fine = [check_each(command, cases), check_command(command, cases)]
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main())
