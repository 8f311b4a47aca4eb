#!/usr/bin/env python3
"""The schema in an editor: what yaml-language-server makes of it, asked as an editor asks.

    editor.py COMMAND CASES SERVER

COMMAND is the built `tracedag`, CASES the folder of golden cases, SERVER the yaml-language-server
that npm installed. It speaks the Language Server Protocol on its standard streams. Documents name
the schema by the comment that the README shows.
"""
import json
import queue
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

CATALOG = Path(__file__).resolve().parents[2] / "examples" / "catalog.yaml"
MODELINE = "# yaml-language-server: $schema=trace-dag.schema.json\n"
SECONDS = 60  # that the server may take for an answer
CASE_MOST = 20_000  # bytes

BROKEN = MODELINE + """name: demo
jobs:
  - name: pack
    activation: reactive
    runtime: lambda
    operator: parquet_compact
    outputs: 1
    execution_strategy: PerPartition
    update_strategy: append
    partition: 3
    max_queue_age: 5min
  - name: tick
    activation: source
    runtime: fargate
    operator: trigger_cron
    outputs: 1
    source:
      kind: cron
    inputs: []
"""
# What is said of BROKEN: the line, from 1, and a part of the message.
SAID = (
    (4, 'Missing property "inputs"'),
    (4, 'Missing property "unique_key"'),
    (11, "Property partition is not allowed"),
    (12, "String does not match the pattern"),
    (15, "Value is not accepted"),
    (18, 'Missing property "schedule"'),
    (20, "Property inputs is not allowed"),
)

WRITING = MODELINE + """name: demo
jobs:
  - name: pack
    activation: reactive
    runtime:\x20
    \x20
"""

# A document being written with the schema of the platform's catalog.
KNOWN = MODELINE.replace("trace-dag", "catalog") + """name: demo
jobs:
  - name: follow
    activation: source
    runtime: ecs_platform
    operator: block_follower
    outputs: 2
    source: { kind: always_on }
    config:
      emit_strategy:\x20
      \x20
  - name: route
    activation: reactive
    runtime: ecs_platform
    operator:\x20
    outputs: 1
    inputs:
      - from:
          dataset:\x20
      - from: { dataset: alert_events }
        where:
          severity:\x20
          \x20
"""
# What it completes: the line, from 1, the character, from 0, and names that are among them.
KNOWN_COMPLETIONS = (
    (11, 21, {"per_update", "threshold"}),
    (12, 6, {"chain_id", "rpc_pool", "start_block", "threshold_blocks"}),
    (16, 14, {"parquet_compact", "alert_route", "udf"}),
    (20, 19, {"alert_events", "address_labels"}),
    (23, 20, {"info", "warning", "critical"}),
    (24, 10, {"chain_id", "alert_definition_id"}),
)
KNOWN_BROKEN = MODELINE.replace("trace-dag", "catalog") + """name: demo
jobs:
  - name: follow
    activation: source
    runtime: lambda
    operator: block_follower
    outputs: 1
    source: { kind: cron, schedule: rate(1 day) }
    config: { chain_id: one, rpc_pool: monad, start_blok: 1 }
"""
KNOWN_SAID = (
    (6, "Value is not accepted"),
    (8, "Value is below the minimum of 2"),
    (9, "Value is not accepted"),
    (10, "Incorrect type"),
    (10, 'Missing property "start_block"'),
    (10, "Property start_blok is not allowed"),
)

faults = []


def expect(title, condition, found):
    if not condition:
        faults.append(f"{title}: {found}")


class Server:
    """A language server and what it says, read by a thread of its own."""

    def __init__(self, program, folder):
        self.process = subprocess.Popen([program, "--stdio"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        self.folder = folder
        self.count = 0
        self.answers = queue.Queue()
        self.diagnostics = queue.Queue()
        threading.Thread(target=self.listen, daemon=True).start()
        folders = [{"uri": folder.as_uri(), "name": "test"}]
        self.ask("initialize", processId=None, rootUri=folder.as_uri(), workspaceFolders=folders,
                 capabilities={
                     "workspace": {"configuration": True, "workspaceFolders": True},
                     "textDocument": {"completion": {"completionItem": {"snippetSupport": True}}}})
        self.tell("initialized")

    def send(self, **message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def tell(self, method, **params):
        self.send(method=method, params=params)

    def ask(self, method, **params):
        self.count += 1
        self.send(id=self.count, method=method, params=params)
        answer = self.answers.get(timeout=SECONDS)
        assert answer["id"] == self.count and "result" in answer, answer
        return answer["result"]

    def read(self):
        size = 0
        for line in iter(self.process.stdout.readline, b"\r\n"):
            if not line:
                return None
            name, _, value = line.partition(b":")
            size = int(value) if name.lower() == b"content-length" else size
        return json.loads(self.process.stdout.read(size))

    def listen(self):
        for message in iter(self.read, None):
            if message.get("method") == "workspace/configuration":
                self.send(id=message["id"], result=[self.settings(item.get("section"))
                                                    for item in message["params"]["items"]])
            elif "method" in message and "id" in message:
                self.send(id=message["id"], result=None)
            elif message.get("method") == "textDocument/publishDiagnostics":
                self.diagnostics.put(message["params"])
            elif "id" in message:
                self.answers.put(message)

    @staticmethod
    def settings(section):
        """The public list of schemas is on the network, and does not know this one."""
        yaml = {"validate": True, "completion": True, "hover": True,
                "schemaStore": {"enable": False},
                "schemas": {"./trace-dag.schema.json": "dags/*.yaml"}}
        return yaml if section == "yaml" else {}

    def open(self, name, text):
        """Opens a document, as an editor does; gives its address and what is said of it."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        self.tell("textDocument/didOpen", textDocument={
            "uri": path.as_uri(), "languageId": "yaml", "version": 1, "text": text})
        while True:
            said = self.diagnostics.get(timeout=SECONDS)
            if said["uri"] == path.as_uri():
                return said["uri"], said["diagnostics"]

    def at(self, method, uri, line, character):
        return self.ask(f"textDocument/{method}", textDocument={"uri": uri},
                        position={"line": line - 1, "character": character})

    def end(self):
        self.ask("shutdown")
        self.tell("exit")
        self.process.wait(SECONDS)


def check_findings(server, name, text, wanted):
    _, found = server.open(name, text)
    said = [(one["range"]["start"]["line"] + 1, one["message"].replace("\n", " ")) for one in found]
    for line, part in wanted:
        expect(f"a finding on line {line}, `{part}`",
               any(line == at and part in words for at, words in said), said)
    print(f"{len(said)} findings in {name}")
    for line, words in said:
        print(f"  {line}: {words}")


def check_settings(server):
    """The same document without the comment: below `dags` a setting names its schema, and nothing
    does elsewhere."""
    text = BROKEN.replace(MODELINE, "")
    _, found = server.open("dags/broken.yaml", text)
    expect("findings by a setting", len(found) == len(SAID), found)
    _, found = server.open("elsewhere.yaml", text)
    expect("no findings without comment or setting", not found, found)


def labels(answer):
    items = answer["items"] if isinstance(answer, dict) else answer
    return {item["label"] for item in items}


def check_completion(server):
    uri, _ = server.open("writing.yaml", WRITING)
    found = labels(server.at("completion", uri, 6, 13))
    expect("values of `runtime`", found >= {"lambda", "ecs_platform", "dispatcher"}, found)
    found = labels(server.at("completion", uri, 7, 4))
    wanted = {"operator", "outputs", "inputs", "execution_strategy", "udf", "max_attempts"}
    expect("fields of a job", found >= wanted, found)
    expect("no field that is there", not found & {"name", "activation"}, found)
    print(f"{len(found)} fields of a job are completed")
    hover = server.at("hover", uri, 5, 7)
    expect("a description of `activation`", hover and "What starts the job" in str(hover), hover)


def check_catalog(server):
    """With the schema of a catalog: names of operators and datasets, and what is theirs."""
    uri, _ = server.open("known.yaml", KNOWN)
    for line, character, wanted in KNOWN_COMPLETIONS:
        found = labels(server.at("completion", uri, line, character))
        expect(f"completions on line {line}", found >= wanted, found)
    check_findings(server, "known-broken.yaml", KNOWN_BROKEN, KNOWN_SAID)


def check_cases(server, cases):
    """Of what is accepted, the schema has nothing to say here either. What the YAML of the server
    itself says of odd layouts is no matter."""
    count = 0
    for case in sorted(cases.glob("valid/*.yaml")):
        data = case.read_bytes()
        if len(data) > CASE_MOST or data.startswith(b"\xef\xbb\xbf"):
            continue
        count += 1
        _, found = server.open(case.name, MODELINE + data.decode())
        said = [one["message"] for one in found if one.get("source", "").startswith("yaml-schema")]
        expect(f"valid/{case.name}", not said, said)
    print(f"{count} accepted documents")


def main():
    command, cases, program = sys.argv[1:]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        schema = subprocess.run([command, "schema"], capture_output=True, check=True).stdout
        (folder / "trace-dag.schema.json").write_bytes(schema)
        schema = subprocess.run([command, "schema", "--catalog", CATALOG], capture_output=True,
                                check=True).stdout
        (folder / "catalog.schema.json").write_bytes(schema)
        (folder / "dags").mkdir()
        server = Server(program, folder)
        check_findings(server, "broken.yaml", BROKEN, SAID)
        check_settings(server)
        check_completion(server)
        check_catalog(server)
        check_cases(server, Path(cases))
        server.end()
    for fault in faults:
        print(fault)
    print("something is wrong" if faults else "the schema works in the editor")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
