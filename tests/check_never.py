#!/usr/bin/python3
"""Holds the built libraries to what tracedag.h promises under "Never".

    check_never.py [--no-asserts] [--shared FILE]... [--static FILE]...

They call nothing that prints, ends or starts a process, raises a signal, reads or writes files,
environment, locale, clock or chance, or starts threads, and they keep no mutable globals. A
build with asserts calls __assert_fail; --no-asserts says that this one has none, as release
builds have not. Prints each breach on a line; status 1 if there is any, 77 when nm or objdump
is missing.
"""
import argparse
import re
import shutil
import subprocess
import sys

FORBIDDEN = {
    "prints": r"(__)?v?(f|d|s|sn|as|fw|sw|w)?printf(_chk)?|f?puts|f?putc|putchar|fwrite|perror"
              r"|std(in|out|err)|v?(err|warn)x?|v?syslog",
    "ends the process": r"_?exit|_Exit|quick_exit|at_quick_exit|atexit|abort|(__)?longjmp(_chk)?",
    "handles signals": r"signal|sigaction|sigprocmask|pthread_sigmask|raise|kill|alarm|setitimer",
    "starts a process or a thread": r"v?fork|clone|exec(l|le|lp|v|ve|vp|vpe)|posix_spawnp?|system"
                                    r"|popen|pthread_(create|atfork|once|key_create)|thrd_create"
                                    r"|call_once|tss_create|dlopen|dlsym",
    "touches files": r"f?open(64|at)?|fdopen|freopen|close|fclose|p?read(64)?|p?write(64)?|fread"
                     r"|fgets|fgetc|getline|mmap(64)?|f?stat(64)?|access|unlink|remove|rename"
                     r"|opendir|mkstemp(64)?|tmpfile(64)?|socket|connect",
    "reads the environment": r"(secure_)?getenv|setenv|putenv|unsetenv|environ",
    "depends on the locale": r"setlocale|newlocale|uselocale|localeconv|nl_langinfo(_l)?"
                             r"|__ctype_.*|is(alpha|digit|alnum|space|upper|lower|print|xdigit)"
                             r"|to(upper|lower)|str(n)?casecmp|strcoll|strxfrm|strto[dfl].*"
                             r"|ato[fil].*|(__isoc99_)?s?scanf|mbs?r?towcs?|wcs?r?tombs?",
    "reads a clock or chance": r"time|clock(_.*)?|gettimeofday|localtime(_r)?|gmtime(_r)?|mktime"
                               r"|u?sleep|nanosleep|rand(om)?|srand|getrandom|getentropy",
    "keeps state between calls": r"strtok|strerror|__errno_location|___errno_location|hsearch",
}
ASSERTS = r"__assert(_fail|_func|_rtn)?"
SYMBOL = re.compile(r"^[0-9a-f]+ (.{7}) (\S+)\s+[0-9a-f]+ +(?:\.hidden )?(\S+)$", re.M)
WRITABLE = re.compile(r"\.t?(data|bss)(?!\.rel\.ro)|\*COM\*")


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def check_calls(path, forbidden, *options):
    lines = run("nm", "--undefined-only", *options, path).splitlines()
    names = {line.split()[-1].partition("@")[0] for line in lines if " U " in line}
    return [f"{path}: calls {name}, which {what}" for what, pattern in forbidden.items()
            for name in sorted(names) if re.fullmatch(pattern, name)]


def check_globals(path):
    """Symbols in a writable section, but for the sections themselves (flag `d`)."""
    faults = []
    for flags, section, name in SYMBOL.findall(run("objdump", "--syms", path)):
        if WRITABLE.match(section) and "d" not in flags:
            faults.append(f"{path}: {name} is a mutable global, in {section}")
    return faults


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--no-asserts", action="store_true")
    parser.add_argument("--shared", action="append", default=[])
    parser.add_argument("--static", action="append", default=[])
    args = parser.parse_args()
    if not (shutil.which("nm") and shutil.which("objdump")):
        print("nm or objdump is missing")
        return 77
    forbidden = dict(FORBIDDEN)
    if args.no_asserts:
        forbidden["ends the process"] += "|" + ASSERTS
    faults = []
    for path in args.shared:
        faults += check_calls(path, forbidden, "-D")
    for path in args.static:
        faults += check_calls(path, forbidden) + check_globals(path)
    for fault in faults:
        print(fault)
    print("the libraries do " + (f"{len(faults)} things too many" if faults else "nothing of it"))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
