#!/usr/bin/python3
"""The field reference of tracedag(5) is what the validator's table says.

    check_fields.py [--update] PROGRAM

Compares what stands between the two marks in man/tracedag.5 with what PROGRAM (the built
`print_fields`) prints; with --update, writes it there.
"""
import difflib
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "man" / "tracedag.5"
BEGIN = '.\\" fields: begin\n'
END = '.\\" fields: end\n'


def main():
    words = sys.argv[1:]
    update = words[0] == "--update"
    program = Path(words[-1]).resolve()
    made = subprocess.run([program], check=True, text=True,
                          capture_output=True).stdout
    head, begin, rest = PAGE.read_text().partition(BEGIN)
    found, end, tail = rest.partition(END)
    if not begin or not end or not made:
        print("tracedag.5 has no marks" if made else "the program prints nothing")
        return 1
    if update:
        PAGE.write_text(head + begin + made + end + tail)
        return 0
    if found == made:
        print("the field reference is that of the table")
        return 0
    sys.stdout.writelines(difflib.unified_diff(found.splitlines(True), made.splitlines(True),
                                               "man/tracedag.5", "the table", n=1))
    print(f"the field reference is another one; to refresh it:\n"
          f"python3 tests/check_fields.py --update {program}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
