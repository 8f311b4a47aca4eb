#!/usr/bin/python3
"""What the shells complete behind `tracedag`, in the shells themselves.

    test_completion.py COMMAND

What is expected is read from the help of COMMAND. In each shell that is installed keys are typed at
a terminal, TAB among them, and the words that the shell then runs the command with are those meant.
bash and fish also list all that they would complete.
"""
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMMAND = str(Path(sys.argv[1]).resolve())
SECONDS = 30  # that a shell may take for a line

# The keys, and the words of the command line that they make. `--x=y` and `--x y` are the same.
TYPED = (
    ("val\t", "validate"),
    ("validate --form\tjs\tgoo\t", "validate --format json good.yaml"),
    ("validate --limit\tdep\t7 goo\t", "validate --limit depth=7 good.yaml"),
    ("hash --sour\tgoo\t", "hash --source good.yaml"),
    ("diff --brea\tgoo\tgoo\t", "diff --breaking good.yaml good.yaml"),
    ("completion z\t", "completion zsh"),
    ("help can\t", "help canonicalize"),
)

# How to begin without the settings of this machine, and what reads the completions.
SHELLS = {
    "bash": (("bash", "--norc", "--noprofile", "-i"), "source {file}"),
    "zsh": (("zsh", "-f", "-i"),
            "autoload -U compinit; compinit -D -u; setopt interactive_comments; source {file}"),
    "fish": (("fish", "--no-config", "-i"), "source {file}"),
}
RECORD = {
    "bash": 'tracedag() {{ printf "%s\\n" "$@" >{out}.new; mv {out}.new {out}; }}',
    "zsh": 'tracedag() {{ printf "%s\\n" "$@" >{out}.new; mv {out}.new {out}; }}',
    "fish": 'function tracedag; printf "%s\\n" $argv >{out}.new; mv {out}.new {out}; end',
}

faults = []


def say(*args):
    return subprocess.run([COMMAND, *args], capture_output=True, text=True).stdout


def help_tables():
    """The commands; and of each the options, with the words that they take."""
    commands = re.findall(r"^  ([a-z]+)  ", say("help"), re.M)
    options = {}
    for command in commands:
        rows = re.findall(r"^  --([a-z-]+)(?:, -[a-z])?(?: ([A-Z][A-Z=]*|\S+\|\S+))?\s+\S",
                          say("help", command), re.M)
        options[command] = {f"--{name}": words.split("|") if "|" in words else []
                            for name, words in rows}
    options.pop("help")
    return commands, options


def expect(shell, line, found, wanted):
    if sorted(found) != sorted(wanted):
        faults.append(f"{shell}: `{line}` completes {sorted(found)}, not {sorted(wanted)}")


# ---- all that is listed ------------------------------------------------------------------------


def listed_by_bash(file, line):
    words = line.split(" ")
    script = ('compopt() { :; }; source "$1"; shift; COMP_WORDS=("$@"); '
              'COMP_CWORD=$(($# - 1)); _tracedag; printf "%s\\n" "${COMPREPLY[@]}"')
    done = subprocess.run(["bash", "--norc", "-c", script, "bash", file, *words], text=True,
                          capture_output=True)
    if done.stderr:
        faults.append(f"bash: {done.stderr}")
    return done.stdout.split()


def listed_by_fish(file, line):
    done = subprocess.run(["fish", "--no-config", "-c", f'source {file}; complete -C "{line}"'],
                          text=True, capture_output=True)
    if done.stderr:
        faults.append(f"fish: {done.stderr}")
    return [row.split("\t")[0] for row in done.stdout.splitlines()]


def check_lists(shell, file, listed):
    commands, options = help_tables()
    expect(shell, "tracedag ", [word for word in listed(file, "tracedag ") if word[0] != "-"],
           commands)
    expect(shell, "tracedag help ", listed(file, "tracedag help "),
           [command for command in commands if command != "help"])
    for command, rows in options.items():
        line = f"tracedag {command} --"
        expect(shell, line, listed(file, line), rows)
        for option, words in rows.items():
            if words:
                line = f"tracedag {command} {option} "
                expect(shell, line, listed(file, line), words)


# ---- keys at a terminal ------------------------------------------------------------------------


class Terminal:
    """A shell that reads keys."""

    def __init__(self, shell, folder):
        pid, self.keys = pty.fork()
        if pid == 0:
            os.chdir(folder)
            os.environ.update(TERM="xterm", HOME=str(folder), PS1="> ", HISTFILE="")
            os.execvp(SHELLS[shell][0][0], SHELLS[shell][0])
        self.pid = pid
        self.said = b""

    def type(self, keys, done):
        """Types keys and waits for a file; what the shell writes is read, so that it goes on."""
        os.write(self.keys, keys.encode())
        end = time.monotonic() + SECONDS
        while not done.exists() and time.monotonic() < end:
            if select.select([self.keys], [], [], 0.05)[0]:
                self.said += os.read(self.keys, 4096)
        return done.exists()

    def end(self):
        os.close(self.keys)
        os.waitpid(self.pid, 0)


def check_keys(shell, file, folder):
    out, ready = folder / "out", folder / "ready"
    terminal = Terminal(shell, folder)
    lines = (SHELLS[shell][1].format(file=file), RECORD[shell].format(out=out), f"touch {ready}")
    if not terminal.type("".join(line + "\n" for line in lines), ready):
        faults.append(f"{shell} does not begin: {terminal.said!r}")
        return
    for keys, words in TYPED:
        out.unlink(missing_ok=True)
        if not terminal.type(f"tracedag {keys}\n", out):
            faults.append(f"{shell}: {keys!r} runs nothing: {terminal.said!r:.2000}")
            break
        found = " ".join(out.read_text().split("\n")).strip()
        if re.sub("(--[a-z]+)=", r"\1 ", found) != words:
            faults.append(f"{shell}: {keys!r} becomes `{found}`, not `{words}`")
    terminal.end()


def main():
    if not (shutil.which("touch") and shutil.which("mv")):
        print("skipped: no touch or mv, by which the shells tell what they did")
        return 77
    shells = [shell for shell in SHELLS if shutil.which(shell)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "good.yaml").touch()
        for shell in shells:
            file = folder / f"completions.{shell}"
            file.write_text(say("completion", shell))
            check_keys(shell, file, folder)
        check_lists("bash", folder / "completions.bash", listed_by_bash)
        if "fish" in shells:
            check_lists("fish", folder / "completions.fish", listed_by_fish)
    for fault in faults:
        print(fault)
    print("something is wrong" if faults else f"completions work in {', '.join(shells)}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
