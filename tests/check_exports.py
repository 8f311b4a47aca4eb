#!/usr/bin/python3
"""Holds the built libraries against the map and the public header.

    check_exports.py HEADER MAP [--shared FILE] [--static FILE]

Dynamic exports, map and header name the same functions; the library calls nothing that prints,
ends the process, reads files, environment, locale or clock, or starts threads; it has no
mutable globals; and every global symbol of the static library has our prefix. Prints each
breach on a line; status 1 if there is any, 77 when nm or objdump is missing.
"""
import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

FORBIDDEN = re.compile(
    r"_?exit|_Exit|quick_exit|atexit|abort|(__)?v?f?printf(_chk)?|v?dprintf|f?puts|f?putc|putchar"
    r"|fwrite|perror|stdin|stdout|stderr|setlocale|newlocale|uselocale|localeconv"
    r"|(secure_)?getenv|setenv|putenv|signal|sigaction|raise|kill|fork|system|popen"
    r"|pthread_create|thrd_create|f?open(64)?|fdopen|read|write|fread|mmap"
    r"|time|clock|clock_gettime|gettimeofday|localtime(_r)?|gmtime(_r)?|rand|random|srand"
    r"|__ctype_.*|is(alpha|digit|alnum|space|upper|lower|print|xdigit)|to(upper|lower)"
    r"|str(n)?casecmp|strcoll|strtok|strto[dfl].*|ato[fil].*|strerror|__errno_location")


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def header_functions(path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
    return set(re.findall(r"^TRACEDAG_API\s[^;{]*?\b(tracedag_\w+)\s*\(", text, re.M))


def map_functions(path):
    text = re.sub(r"#.*", "", path.read_text())
    return set(re.findall(r"\b(tracedag_\w+)\s*;", text))


def differ(left_name, left, right_name, right):
    return ([f"{name}: in the {left_name}, not in the {right_name}" for name in sorted(left - right)]
            + [f"{name}: in the {right_name}, not in the {left_name}" for name in sorted(right - left)])


def check_shared(path, declared):
    faults = []
    exported = set()
    for line in run("nm", "-D", "--defined-only", path).splitlines():
        kind, name = line.split()[-2:]
        if kind == "A":
            continue  # the version node itself
        plain, _, version = name.partition("@")
        exported.add(plain)
        if not version:
            faults.append(f"{plain}: exported without a version")
    faults += differ("header", declared, "exports", exported)
    for line in run("nm", "-D", "--undefined-only", path).splitlines():
        name = line.split()[-1].partition("@")[0]
        if FORBIDDEN.fullmatch(name):
            faults.append(f"{name}: the library calls it and must not")
    return faults


def check_static(path):
    faults = []
    for line in run("nm", "--extern-only", "--defined-only", path).splitlines():
        words = line.split()
        if len(words) == 3 and not words[2].startswith(("td_", "tracedag_")):
            faults.append(f"{words[2]}: a global symbol without our prefix")
    for line in run("objdump", "--syms", path).splitlines():
        match = re.search(r" O (\.(?:data|bss|tdata|tbss|data\.local))\s+\S+\s+(?:\.hidden )?(\S+)$",
                          line)
        if match:
            faults.append(f"{match[2]}: a mutable global, in {match[1]}")
    return faults


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("header", type=Path)
    parser.add_argument("map", type=Path)
    parser.add_argument("--shared")
    parser.add_argument("--static")
    args = parser.parse_args()
    if not (shutil.which("nm") and shutil.which("objdump")):
        print("nm or objdump is missing")
        return 77
    declared = header_functions(args.header)
    faults = [] if declared else [f"{args.header}: no functions found"]
    faults += differ("header", declared, "map", map_functions(args.map))
    if args.shared:
        faults += check_shared(args.shared, declared)
    if args.static:
        faults += check_static(args.static)
    for fault in faults:
        print(fault)
    print(f"{len(declared)} functions: " + (f"{len(faults)} faults" if faults else "all agree"))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
