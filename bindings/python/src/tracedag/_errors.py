"""What is raised besides Python's own exceptions, and how a status becomes one."""
from __future__ import annotations

__all__ = ["InternalError"]

OK = 0
REJECTED = 1
NO_MEMORY = 5


class InternalError(RuntimeError):
    """A fault of the library or of this package: please report it."""


def fault(status: int, text: str) -> Exception:
    """The exception for a status that is neither OK nor REJECTED; `text` says it in words."""
    if status == NO_MEMORY:
        return MemoryError(text)
    return InternalError(f"status {status}: {text}")
