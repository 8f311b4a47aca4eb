"""Builds the wheel: with the library in it, or without.

TRACEDAG_BUNDLE names a libtracedag.so.0 to put into the wheel, which is then for its platform
alone; `build-wheel` makes such a library. Unset, the wheel has no library and uses the system's.
A library that would not work elsewhere is refused: it must have its soname, need nothing but
the C library, and export the public functions alone.
"""
from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SONAME = "libtracedag.so.0"
PLACE = f"tracedag/{SONAME}"

# Numbers of ELF machines, and how platform tags call them.
MACHINES = {62: "x86_64", 183: "aarch64"}

# What all installers know; an older C library than this has no modern Python.
LEAST_GLIBC = 17

# Versions of the C library that are named for what they can do: the N of 2.N that has it first.
NAMED_GLIBC = {"GLIBC_ABI_DT_RELR": 36}


def objdump(*arguments: str) -> str:
    return subprocess.run(
        ["objdump", *arguments], check=True, capture_output=True, text=True,
        env={**os.environ, "LC_ALL": "C"},  # it translates what is looked for
    ).stdout


def machine(library: Path) -> str:
    """The name of the machine that a little-endian ELF file of 64 bits is for."""
    head = library.read_bytes()[:20]
    number = int.from_bytes(head[18:20], "little")
    if head[:6] != b"\x7fELF\x02\x01" or number not in MACHINES:
        raise ValueError(f"{library} is no library for {' or '.join(MACHINES.values())}")
    return MACHINES[number]


def glibc_minor(version: str) -> int:
    """The N of the first C library 2.N that has a version; ValueError where none is known."""
    numbered = re.fullmatch(r"GLIBC_2\.(\d+)(?:\.\d+)?", version)
    if not numbered and version not in NAMED_GLIBC:
        raise ValueError(f"no C library is known that has the version {version}")
    return int(numbered[1]) if numbered else NAMED_GLIBC[version]


def oldest_glibc(headers: str) -> int:
    """The N of the oldest C library 2.N that has all that is used."""
    used = headers.partition("\nVersion References:\n")[2]
    versions = re.findall(r"^\s+0x[0-9a-f]+ 0x[0-9a-f]+ \d+ (\S+)$", used, re.M)
    return max(map(glibc_minor, versions), default=0)


def platform_tag(library: Path) -> str:
    """The platform that the library runs on; ValueError where it should not be bundled."""
    name = machine(library)
    headers = objdump("-p", str(library))
    symbols = objdump("-T", str(library))
    soname = re.findall(r"^\s*SONAME\s+(\S+)", headers, re.M)
    if soname != [SONAME]:
        raise ValueError(f"{library} has the soname {soname}, not {SONAME}")
    needed = re.findall(r"^\s*NEEDED\s+(\S+)", headers, re.M)
    if needed != ["libc.so.6"]:
        raise ValueError(f"{library} must need libc.so.6 alone, and needs {needed}")
    exported = re.findall(r"^[0-9a-f]+ g\s+D[FO]\s+\.\S+\s+\S+\s+\S+\s+(\S+)$", symbols, re.M)
    foreign = [symbol for symbol in exported if not symbol.startswith("tracedag_")]
    if foreign or not exported:
        raise ValueError(f"{library} must export tracedag_ functions alone, and has {foreign}")
    return f"manylinux_2_{max(oldest_glibc(headers), LEAST_GLIBC)}_{name}"


class BundleHook(BuildHookInterface[Any]):
    """Adds the library to a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if (Path(self.root) / "src" / PLACE).exists():
            raise ValueError(f"src/{PLACE} is in the way: name the library by TRACEDAG_BUNDLE")
        bundle = os.environ.get("TRACEDAG_BUNDLE")
        if self.target_name != "wheel" or version == "editable" or not bundle:
            return
        library = Path(bundle).resolve()
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform_tag(library)}"
        build_data["force_include"][str(library)] = PLACE
