"""What the tests share: where things are, and documents to try."""
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
TOP = PACKAGE.parents[1]
CASES = TOP / "tests" / "cases"
HEADERS = TOP / "include" / "tracedag"
COMMAND = os.environ.get("TRACEDAG_COMMAND")

GOOD = b"""name: demo
defaults: { max_attempts: 5 }
jobs:
  - name: tick
    activation: source
    runtime: lambda
    operator: trigger_cron
    outputs: 2  # tracedag: allow TD802
    source: { kind: cron, schedule: "rate(1 day)" }
    max_attempts: 7
  - name: hook
    activation: source
    runtime: lambda
    operator: trigger_webhook
    outputs: 1
    source: { kind: webhook, webhook_path: /hooks/a }
    bootstrap: { reset_outputs: true }
  - name: pack
    activation: reactive
    runtime: ecs_platform
    operator: compact
    outputs: 1
    update_strategy: append
    unique_key: [b, a]
    execution_strategy: PerPartition
    secrets: [z_key, a_key]
    timeout_seconds: 30
    # tracedag: allow TD801
    config: { exact: 0.1, big: 123456789012345678901234567890, list: [1, null, true, "x"] }
    inputs:
      - from: { job: tick, output: 1 }
        where: { chain_id: 7, hot: true, kind: "a" }
      - from: { dataset: labels }
  - name: serve
    activation: reactive
    runtime: lambda
    operator: udf
    outputs: 0
    execution_strategy: PerUpdate
    udf: { bundle_id: b-1, entrypoint: a.b }
    inputs:
      - from: { dataset: packed }
      - from: { job: hook, output: 0 }
publish:
  packed:
    from: { job: pack, output: 0 }
    write_mode: buffered
    schema:
      columns:
        - { name: a, type: text, nullable: false }
        - { name: b, type: bigint, nullable: false }
        - { name: c, type: json }
      unique: [a, b]
      indexes: [[c], [b, c]]
"""
BAD = GOOD.replace(b"job: tick", b"job: tock")


def python(*arguments: str | bytes, **more: object) -> subprocess.CompletedProcess[bytes]:
    """Runs this Python, with the package on its path."""
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE / "src"), **more.pop("env", {})}
    more.setdefault("stdin", subprocess.DEVNULL)
    more.setdefault("stdout", subprocess.PIPE)
    more.setdefault("stderr", subprocess.PIPE)
    return subprocess.run([sys.executable, *arguments], env=environment, timeout=120, **more)
