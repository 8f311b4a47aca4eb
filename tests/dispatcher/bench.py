#!/usr/bin/python3
"""How many deploys a second the dispatcher does.

    TRACEDAG_DISPATCHER=COMMAND tests/dispatcher/postgres.sh tests/dispatcher/bench.py [SECONDS]

What is deployed is examples/good.yaml: as a new version, or as the one that it is already. By the
command each deploy is a process that opens the database; by HTTP a client keeps its connection to
`dispatcher serve`, and that its own to the database. One client, and eight at once, SECONDS (5)
each. Both stores write through to the disk (fsync) before they answer. Prints a table.
"""
import itertools
import sys
import tempfile
import threading
import time
from http.client import HTTPConnection
from pathlib import Path

import http_support
import support

SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 5
DOCUMENT = (support.EXAMPLES / "good.yaml").read_text(encoding="utf-8")


def by_command(org, _):
    def deploy(text):
        answer = org.run("deploy", "-", given=text)
        assert answer.status == support.DONE, answer
    return deploy


def by_http(org, server):
    connection = HTTPConnection(*server.address, timeout=60)
    headers = {"Authorization": "Bearer " + http_support.token("ann"),
               "Content-Type": "application/yaml"}

    def deploy(text):
        connection.request("POST", f"/v1/orgs/{org.name}/dags", text, headers)
        answer = connection.getresponse()
        said = answer.read()
        assert answer.status in (200, 201), said
    return deploy


def client(deploy, numbers, end, counts):
    count = 0
    while time.monotonic() < end:
        deploy(DOCUMENT.replace("range_size: 10000", f"range_size: {next(numbers)}"))
        count += 1
    counts.append(count)


def rate(deploys, numbers):
    """Deploys a second, of all clients together."""
    begun, counts = time.monotonic(), []
    threads = [threading.Thread(target=client, args=(deploy, numbers, begun + SECONDS, counts))
               for deploy in deploys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counts) == len(deploys)
    return sum(counts) / (time.monotonic() - begun)


def measure(kind, folder):
    store = support.new_store(kind, folder)
    server = http_support.Server(folder / "serve", store)
    try:
        for (way, client_of), (title, first) in itertools.product(
                (("command", by_command), ("HTTP", by_http)),
                (("a new one", itertools.count(1)), ("the same again", itertools.repeat(1)))):
            org = support.Organisation(store)
            org.good("member", "set", "ann", "deployer")
            rates = [f"{rate([client_of(org, server) for _ in range(clients)], first):.0f}"
                     for clients in (1, 8)]
            print("|", " | ".join([kind, way, title, *rates]), "|", flush=True)
    finally:
        server.stop()


def main():
    print("| store | by | document | 1 client | 8 clients |\n|---|---|---|---:|---:|")
    for kind in ["sqlite", *["postgres"] * bool(support.POSTGRES)]:
        with tempfile.TemporaryDirectory() as folder:
            measure(kind, Path(folder))


if __name__ == "__main__":
    main()
