"""`dispatcher serve`: its calls, who may make them, and what it bears.

TRACEDAG_DISPATCHER is the program. SQLite is tested always, PostgreSQL when TRACEDAG_TEST_POSTGRES
has a server, as `postgres.sh pytest ...` makes one. TRACEDAG_WRAPPER is put before the server, as
in TRACEDAG_WRAPPER="valgrind -q --error-exitcode=9".
"""
import base64
import hashlib
import hmac
import json
import os
import signal
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import http_support as support
from http_support import GOOD, KEYS, POSTGRES, Postgres, Server, Sqlite, command, token

pytestmark = pytest.mark.skipif(not support.DISPATCHER, reason="TRACEDAG_DISPATCHER is not set")

STORES = {"sqlite": Sqlite, "postgres": Postgres}
DAG = "cross-chain-analytics"
A = "/v1/orgs/alpha"
B = "/v1/orgs/beta"
MEMBERS = {"alpha": {"ann": "deployer", "vic": "viewer", "walt": "worker"},
           "beta": {"bob": "deployer"}}


def dataset(name):
    return name.replace("-", "_") + "_set"


def named(name, document=GOOD):
    """The document under another name, publishing a name of its own."""
    return document.replace(DAG.encode(), name.encode()).replace(b"blocks_parquet",
                                                                 dataset(name).encode())


def changed(document=GOOD, seconds=1801):
    return document.replace(b"1800", str(seconds).encode())


def brief(value):
    """A short name of a test."""
    return repr(value)[:40]


@pytest.fixture(scope="module", params=list(STORES))
def store(request, tmp_path_factory):
    if request.param == "postgres" and not POSTGRES:
        pytest.skip("TRACEDAG_TEST_POSTGRES is not set")
    made = STORES[request.param](tmp_path_factory.mktemp("store"))
    command(made.url, "migrate")
    for org, members in MEMBERS.items():
        command(made.url, "org", "add", org)
        for subject, role in members.items():
            command(made.url, "--org", org, "member", "set", subject, role)
    yield made
    made.close()


def serving(folder, store, **changes):
    server = Server(folder, store, **changes)
    yield server
    assert server.stop() == 0, server.log.read_text()
    log = server.log.read_text()
    assert "ERROR" not in log and "runtime error" not in log and "WARNING" not in log, log
    assert "eyJ" not in log, "a token came into the log"


@pytest.fixture(scope="module")
def server(store, tmp_path_factory):
    yield from serving(tmp_path_factory.mktemp("serve"), store)


@pytest.fixture(scope="module")
def hasty(store, tmp_path_factory):
    """A server that gives its clients little time."""
    yield from serving(tmp_path_factory.mktemp("hasty"), store, request_timeout_seconds=3)


@pytest.fixture(scope="module")
def ann():
    return token("ann")


# ---- the calls ----

def test_health(server):
    answer = server.ask("GET", "/healthz")
    assert (answer.status, answer.json) == (200, {"status": "ok"})
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_deploy_and_look(server, ann):
    dag = f"{A}/dags/looked-at"
    first = server.ask("POST", f"{A}/dags?activate=true", ann, named("looked-at"),
                       Content_Type="application/yaml")
    assert first.status == 201, first.body
    assert first.json["version"] == first.json["active"] == 1 and first.json["created"]
    assert isinstance(first.json["findings"], list)
    again = server.ask("POST", f"{A}/dags", ann, named("looked-at"))
    assert (again.status, again.json["version"], again.json["created"]) == (200, 1, False)
    second = server.ask("POST", f"{A}/dags?activate=false", ann, changed(named("looked-at")),
                        Content_Type="text/yaml; charset=utf-8")
    assert (second.status, second.json["version"], second.json["active"]) == (201, 2, 1)

    assert [v["version"] for v in server.ask("GET", f"{dag}/versions", ann).json] == [2, 1]
    assert {"dag": "looked-at", "versions": 2, "active": 1} in server.ask("GET", f"{A}/dags", ann).json
    for name, version in (("active", 1), ("2", 2), (second.json["yaml_hash"], 2)):
        shown = server.ask("GET", f"{dag}/versions/{name}", ann)
        assert (shown.status, shown.json["version"]) == (200, version), shown.body
    diff = server.ask("GET", f"{dag}/diff?old=1&new=2", ann)
    assert diff.status == 200 and diff.json["changes"], diff.body
    assert server.ask("GET", f"{dag}/diff?new=2", ann).json["changes"] == diff.json["changes"]
    assert dataset("looked-at") in [d["name"] for d in server.ask("GET", f"{A}/datasets", ann).json]


def test_activate_and_roll_back(server, ann):
    dag = f"{A}/dags/moved"
    for seconds in (1801, 1802, 1803):
        done = server.ask("POST", f"{A}/dags?activate=true", ann, changed(named("moved"), seconds))
    assert done.json["version"] == 3
    hash_of_two = server.ask("GET", f"{dag}/versions/2", ann).json["yaml_hash"]

    def move(verb, body, status=200):
        answer = server.ask("POST", f"{dag}/{verb}", ann, body)
        assert answer.status == status, answer.body
        return answer.json

    assert move("activate", {"version": 1})["previous"] == 3
    assert move("activate", {"version": 1})["changed"] is False
    assert move("activate", {"version": hash_of_two})["version"] == 2
    assert move("rollback", {})["version"] == 1
    assert move("rollback", None)["version"] == 2
    assert move("rollback", {"version": 3})["version"] == 3
    move("activate", {"version": 77}, 404)
    for body in ({}, {"version": None}, {"version": True}, {"version": 1.5}, {"version": [1]},
                 {"version": 1, "versoin": 2}, [1]):
        assert move("activate", body, 400)["error"]["code"] == "misuse"
    history = server.ask("GET", f"{dag}/history", ann).json
    assert history[0]["version"] == 3 and {move["actor"] for move in history} == {"ann"}


def test_rejected(server, ann):
    broken = b"name: demo\njobs: []\n"
    answer = server.ask("POST", f"{A}/dags", ann, broken)
    assert (answer.status, answer.code) == (422, "rejected") and answer.json["findings"]
    sarif = server.ask("POST", f"{A}/validate", ann, broken, Accept="application/sarif+json")
    assert sarif.status == 422 and sarif.json["version"] == "2.1.0"
    assert sarif.headers["Content-Type"] == "application/sarif+json"
    text = server.ask("POST", f"{A}/validate", ann, broken,
                      Accept="text/html, text/plain;q=0.5, */*")
    assert text.status == 422 and b"error" in text.body
    assert text.headers["Content-Type"].startswith("text/plain")
    for body in (b"", b"\x00\xff\xfe", b"[" * 5000, b"a: &a [*a]\n", b"%YAML 9.9\n---\n"):
        assert server.ask("POST", f"{A}/dags", ann, body).status == 422


def test_validate_stores_nothing(server):
    viewer = token("vic")
    before = server.ask("GET", f"{A}/dags", viewer).json
    answer = server.ask("POST", f"{A}/validate", viewer, named("only-looked"))
    assert answer.status == 200 and isinstance(answer.json["findings"], list)
    assert server.ask("GET", f"{A}/dags", viewer).json == before


def test_catalog(server, store, ann):
    command(store.url, "--org", "alpha", "org", "catalog", str(support.EXAMPLES / "catalog.yaml"))
    odd = GOOD.replace(b"parquet_compact", b"parquet_compakt")
    assert server.ask("POST", f"{A}/validate", ann, odd).status == 422
    assert server.ask("POST", f"{B}/validate", token("bob"), odd).status == 200


def test_work(server, store, ann):
    walt = token("walt")
    server.ask("POST", f"{A}/dags?activate=true", ann, named("worked"))
    dag = f"{A}/dags/worked"
    fired = server.ask("POST", f"{dag}/jobs/daily_trigger/fire", ann,
                       {"key": "monday", "payload": {"n": 1}})
    assert fired.status == 200 and fired.json["tasks"][0]["created"], fired.body
    again = server.ask("POST", f"{dag}/jobs/daily_trigger/fire", ann, {"key": "monday"})
    assert again.json["tasks"][0]["created"] is False
    event = server.ask("POST", f"{dag}/jobs/block_follower/outputs/0/events", ann, {"key": "e1"})
    assert event.status == 200 and event.json["tasks"], event.body
    command(store.url, "pulse")
    listed = server.ask("GET", f"{A}/tasks?dag=worked&most=10", ann).json
    assert {task["job"] for task in listed} >= {"daily_trigger", "block_range_aggregate"}

    claimed = server.ask("POST", f"{A}/tasks/claim", walt, {"runtime": "lambda"}).json
    assert claimed["job"] == "daily_trigger" and claimed["cause"]
    task = f"{A}/tasks/{claimed['id']}"
    lease = {"attempt": claimed["attempt"], "token": claimed["token"]}
    assert server.ask("POST", f"{task}/heartbeat", walt, lease).json["lease_until"]
    stale = server.ask("POST", f"{task}/heartbeat", walt, {**lease, "token": "other"})
    assert (stale.status, stale.code) == (409, "stale")
    assert server.ask("POST", f"{task}/complete", walt, {**lease, "outputs": []}).status == 200
    assert server.ask("POST", f"{task}/complete", walt, lease).status in (200, 409)

    claimed = server.ask("POST", f"{A}/tasks/claim", walt, {"runtime": "ecs_platform"}).json
    lease = {"attempt": claimed["attempt"], "token": claimed["token"], "reason": "no luck"}
    failed = server.ask("POST", f"{A}/tasks/{claimed['id']}/fail", walt, lease)
    assert failed.status == 200 and failed.json["state"], failed.body
    assert server.ask("POST", f"{A}/tasks/claim", walt, {"runtime": "dispatcher"}).json is None
    for path in ("tasks/999999/heartbeat", "tasks/-1/heartbeat", "tasks/x/complete"):
        body = {"attempt": 1, "token": "x"}
        assert server.ask("POST", f"{A}/{path}", walt, body).status in (404, 409)


def test_bodies_of_calls(server, ann):
    fire = f"{A}/dags/worked/jobs/daily_trigger/fire"
    for body in (b"{", b"[]", b'{"key": 1}', b'{"kex": "a"}', b'{"key": "a", "key": "b"}',
                 b'{"key": "\\u0000"}', b'{"key": "\xff"}', b"[" * 100000, b"null", b"\x00"):
        answer = server.ask("POST", fire, ann, body, Content_Type="application/json")
        assert (answer.status, answer.code) == (400, "misuse"), (body[:20], answer.body)
    assert server.ask("POST", f"{A}/tasks/claim", token("walt"), {"attempt": 1}).status == 400
    assert server.ask("POST", f"{A}/tasks/1/complete", token("walt"), {"attempt": "1"}).status == 400


# ---- paths, methods, types ----

@pytest.mark.parametrize("path,allow", [
    ("/healthz", "GET, HEAD"), (f"{A}/dags", "GET, HEAD, POST"), (f"{A}/validate", "POST"),
    (f"{A}/dags/x/versions", "GET, HEAD"), (f"{A}/tasks/claim", "POST")])
def test_methods(server, path, allow):
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "QUERY"):
        answer = server.ask(method, path)
        assert (answer.status, answer.headers["Allow"]) == (405, allow)


def test_head(server, ann):
    got, head = server.ask("GET", f"{A}/dags", ann), server.ask("HEAD", f"{A}/dags", ann)
    assert head.status == 200 and head.body == b""
    assert head.headers["Content-Length"] == str(len(got.body))
    assert server.ask("HEAD", "/nothing").status == 404


def test_content_types(server, ann):
    for kind in ("application/yaml", "application/x-yaml", "TEXT/YAML", "text/plain"):
        answer = server.ask("POST", f"{A}/validate", ann, named("typed"), Content_Type=kind)
        assert answer.status == 200
    for kind in ("application/json", "multipart/form-data; boundary=x", "x", "application/yamlx"):
        answer = server.ask("POST", f"{A}/validate", ann, GOOD, Content_Type=kind)
        assert (answer.status, answer.code) == (415, "unsupported_media_type")
    answer = server.ask("POST", f"{A}/tasks/claim", token("walt"), b"{}", Content_Type="text/plain")
    assert answer.status == 415


@pytest.mark.parametrize("part,status", [
    ("%00", 400), ("a%00b", 400), ("%ff", 400), ("%c0%80", 400), ("%ed%a0%80", 400), ("%", 400),
    ("%4", 400), ("%zz", 400), ("%2f", 404), ("..", 404), ("%2e%2e%2f%2e%2e", 404), (".", 404),
    ("'%20OR%20'1'='1", 404), ("%27;DROP%20TABLE%20members;--", 404), ("%22", 404), ("$1", 404),
    ("a%0d%0aX-Evil:%201", 404), ("%e2%80%ae", 404), ("*", 404), ("%25s%25n", 404),
    ("a" * 4000, 404), ("%f0%9f%92%a3" * 300, 404)], ids=brief)
def test_odd_names(server, ann, part, status):
    for path in (f"/v1/orgs/{part}/dags", f"{A}/dags/{part}/versions",
                 f"{A}/dags/{part}/versions/{part}", f"{A}/dags/looked-at/versions/{part}"):
        answer = server.ask("GET", path, ann)
        # A version that cannot be one may be said to be misuse.
        assert answer.status == status or (answer.status == 400 and path.count("versions/")), path
        assert "X-Evil" not in answer.headers
        assert len(answer.json["error"]["message"]) < 512
    fired = server.ask("POST", f"{A}/dags/worked/jobs/{part}/fire", ann, {})
    assert fired.status == status
    asked = server.ask("GET", f"{A}/tasks?dag={part}", ann)
    assert asked.status in ((200, 404) if status == 404 else (400,))


def test_odd_values(server, ann):
    for text in ("'; DROP TABLE tasks; --", "\U0001f4a3", "\u202e", "a" * 20000, "%s%n"):
        body = {"key": text, "payload": {text: text}}
        answer = server.ask("POST", f"{A}/dags/worked/jobs/daily_trigger/fire", ann, body)
        assert answer.status in (200, 400), answer.body
    assert server.ask("GET", f"{A}/tasks", ann).status == 200


@pytest.mark.parametrize("path", [
    "/", "//", "/v1", "/v1/orgs", "/v1/orgs//dags", "/v1/orgs/alpha", "/v1/orgs/alpha/dags/",
    "//v1/orgs/alpha/dags", "/v1/orgs/alpha/../beta/dags", "/V1/orgs/alpha/dags",
    "/v1/orgs/alpha%2fdags", "/healthz/", "/healthz%00", "/v1/orgs/alpha/dags/a/b/versions"])
def test_no_such_path(server, ann, path):
    answer = server.ask("GET", path, ann)
    assert (answer.status, answer.code) == (404, "not_found")


@pytest.mark.parametrize("query", ["activate=1", "activate", "activate=", "aktivate=true", "x",
                                   "activate=true&activate=true", "activate=true%00",
                                   "activate=%zz", "activate=%ff", "=", "a=b&activate=true"])
def test_odd_queries(server, ann, query):
    answer = server.ask("POST", f"{A}/dags?{query}", ann, named("never-stored"))
    assert (answer.status, answer.code) == (400, "misuse")
    assert "never-stored" not in str(server.ask("GET", f"{A}/dags", ann).json)


# ---- tokens ----

def unsigned(header, body):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")
    return part(header) + b"." + part(body)


def confused():
    """Signed by HS256 with the public key as the secret."""
    text = unsigned({"alg": "HS256", "typ": "JWT", "kid": "first"}, support.claims("ann"))
    mac = hmac.new(support.key_file("RS256"), text, hashlib.sha256).digest()
    return (text + b"." + base64.urlsafe_b64encode(mac).rstrip(b"=")).decode()


def none(algorithm, signature=""):
    text = unsigned({"alg": algorithm, "kid": "first"}, support.claims("ann"))
    return text.decode() + "." + signature


def other_body():
    head, _, signature = token("walt").split(".")
    return ".".join((head, token("ann").split(".")[1], signature))


def other_key():
    return support.rsa.generate_private_key(public_exponent=65537, key_size=2048)


NOW = int(time.time())
FORGED = {
    "no token": lambda: "",
    "no JWT": lambda: "abc",
    "dots": lambda: "..",
    "four parts": lambda: token("ann") + ".x",
    "another body": other_body,
    "another key": lambda: token("ann", key=other_key()),
    "no signature": lambda: token("ann").rsplit(".", 1)[0] + ".",
    "cut signature": lambda: token("ann")[:-8],
    "trailing byte": lambda: token("ann") + "=",
    "spaces inside": lambda: token("ann").replace(".", ". ", 1),
    "alg none": lambda: none("none"),
    "alg None": lambda: none("None", "eA"),
    "alg nONE": lambda: none("nONE", "eA"),
    "alg empty": lambda: none("", "eA"),
    "alg rs256": lambda: none("rs256", token("ann").rsplit(".", 1)[1]),
    "HS by the public key": confused,
    "HS256": lambda: token("ann", "HS256"),
    "ES256": lambda: token("ann", "ES256"),
    "RS512": lambda: token("ann", "RS512", key=KEYS["RS256"]),
    "expired": lambda: token("ann", exp=int(time.time()) - 1),
    "expired long ago": lambda: token("ann", exp=1),
    "negative exp": lambda: token("ann", exp=-1),
    "no exp": lambda: token("ann", exp=None),
    "text exp": lambda: token("ann", exp="9999999999"),
    "true exp": lambda: token("ann", exp=True),
    "not yet": lambda: token("ann", nbf=int(time.time()) + 90),
    "text nbf": lambda: token("ann", nbf="0"),
    "issued later": lambda: token("ann", iat=int(time.time()) + 90),
    "no issuer": lambda: token("ann", iss=None),
    "wrong issuer": lambda: token("ann", iss=support.ISSUER + "/"),
    "no audience": lambda: token("ann", aud=None),
    "wrong audience": lambda: token("ann", aud="dispatcher2"),
    "wrong audiences": lambda: token("ann", aud=["a", "b"]),
    "empty audiences": lambda: token("ann", aud=[]),
    "nested audience": lambda: token("ann", aud=[["dispatcher"]]),
    "no kid": lambda: token("ann", kid=None),
    "unknown kid": lambda: token("ann", kid="second"),
    "path as kid": lambda: token("ann", kid="../../../../dev/null"),
    "empty kid": lambda: token("ann", kid=""),
    "no subject": lambda: token(None),
    "empty subject": lambda: token(""),
    "number as subject": lambda: token(7),
    "long subject": lambda: token("a" * 256),
    "NUL in subject": lambda: token("ann\0x"),
    "unknown crit": lambda: token("ann", headers={"crit": ["x"], "x": 1}),
    "long": lambda: token("ann", pad="x" * 9000),
}


@pytest.mark.parametrize("name", FORGED)
def test_forged(server, name):
    answer = server.ask("GET", f"{A}/dags", FORGED[name]())
    assert (answer.status, answer.code) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.body == server.ask("GET", f"{A}/dags").body, "it says why"


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer ", "Basic YTpi", "Token {}", "{}",
                                   "Bearer{}", "Bearer {},{}", "Bearer {} x", "Bearer\t{}"])
def test_odd_authorization(server, ann, value):
    answer = server.ask("GET", f"{A}/dags", Authorization=value.replace("{}", ann))
    assert answer.status == 401


def test_two_tokens(server, ann):
    line = f"Authorization: Bearer {ann}\r\n"
    text = f"GET {A}/dags HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    assert server.raw((text + line + "\r\n").encode()).startswith(b"HTTP/1.1 200")
    assert server.raw((text + line + line.lower() + "\r\n").encode()).startswith(b"HTTP/1.1 40")


@pytest.mark.parametrize("good", [
    lambda: token("ann", aud=["other", "dispatcher"]),
    lambda: token("ann", nbf=int(time.time()) + 20, iat=int(time.time()) + 20),
    lambda: token("ann", exp=time.time() + 60.5), lambda: token("ann", iat=None)])
def test_accepted(server, good):
    assert server.ask("GET", f"{A}/dags", good()).status == 200
    assert server.ask("GET", f"{A}/dags", Authorization="bearer  " + good()).status == 200


@pytest.mark.parametrize("algorithm", ["ES256", "HS256"])
def test_other_algorithms(store, tmp_path, algorithm):
    for server in serving(tmp_path / "serve", store, algorithm=algorithm):
        for other in KEYS:
            answer = server.ask("GET", f"{A}/dags", token("ann", other))
            assert answer.status == (200 if other == algorithm else 401)
        assert server.ask("GET", f"{A}/dags", confused()).status == 401


def test_several_keys(store, tmp_path):
    second = other_key()
    (tmp_path / "second.pem").write_bytes(support.pem(second))
    keys = {"first": "first.key", "second": str(tmp_path / "second.pem")}
    for server in serving(tmp_path / "serve", store, keys=keys):
        def status(key, kid):
            return server.ask("GET", f"{A}/dags", token("ann", key=key, kid=kid)).status
        assert status(KEYS["RS256"], "first") == status(second, "second") == 200
        assert status(KEYS["RS256"], "second") == status(second, "first") == 401


# ---- members ----

def test_strangers(server, ann):
    """Nobody learns which organisations there are, or what they have."""
    wanted = server.ask("GET", "/v1/orgs/nowhere/dags", ann)
    assert (wanted.status, wanted.code) == (404, "not_found")
    for path in ("beta/dags", "beta/datasets", "beta/tasks", f"beta/dags/{DAG}/versions",
                 f"beta/dags/{DAG}/versions/1", "nowhere/tasks"):
        answer = server.ask("GET", f"/v1/orgs/{path}", ann)
        assert (answer.status, answer.body) == (404, wanted.body)
    for path, body in (("dags", GOOD), ("validate", GOOD), (f"dags/{DAG}/rollback", {}),
                       ("tasks/claim", {}), ("tasks/1/complete", {"attempt": 1, "token": "x"})):
        answer = server.ask("POST", f"{B}/{path}", ann, body)
        assert (answer.status, answer.body) == (404, wanted.body)
    assert server.ask("GET", f"{A}/dags", token("nobody")).body == wanted.body


def test_roles(server):
    statuses = {}
    for subject in ("walt", "vic", "ann"):
        who = token(subject)
        statuses[subject] = [
            server.ask("POST", f"{A}/tasks/claim", who, {"runtime": "dispatcher"}).status,
            server.ask("GET", f"{A}/dags", who).status,
            server.ask("POST", f"{A}/validate", who, GOOD).status,
            server.ask("POST", f"{A}/dags", who, named("by-role")).status,
            server.ask("POST", f"{A}/dags/by-role/activate", who, {"version": 1}).status,
            server.ask("POST", f"{A}/dags/by-role/jobs/daily_trigger/fire", who, {}).status]
    assert statuses == {"walt": [200, 403, 403, 403, 403, 403],
                        "vic": [200, 200, 200, 403, 403, 403],
                        "ann": [200, 200, 200, 201, 200, 200]}


def test_removed_member(server, store):
    command(store.url, "--org", "alpha", "member", "set", "tom", "viewer")
    tom = token("tom")
    assert server.ask("GET", f"{A}/dags", tom).status == 200
    command(store.url, "--org", "alpha", "member", "remove", "tom")
    assert server.ask("GET", f"{A}/dags", tom).status == 404


def test_work_of_others(server, store, ann):
    """Who knows the number and the token of a task of another organisation gets nowhere."""
    bob = token("bob")
    server.ask("POST", f"{A}/dags?activate=true", ann, named("guarded"))
    server.ask("POST", f"{A}/dags/guarded/jobs/daily_trigger/fire", ann, {})
    command(store.url, "pulse")
    claimed = server.ask("POST", f"{A}/tasks/claim", ann, {"runtime": "lambda"}).json
    body = {"attempt": claimed["attempt"], "token": claimed["token"]}
    for verb, more in (("heartbeat", {}), ("complete", {}), ("fail", {"reason": "x"})):
        answer = server.ask("POST", f"{B}/tasks/{claimed['id']}/{verb}", bob, {**body, **more})
        assert answer.status in (404, 409)
    assert server.ask("POST", f"{B}/tasks/claim", bob, {"task": claimed["id"]}).json is None
    assert server.ask("POST", f"{A}/tasks/{claimed['id']}/heartbeat", ann, body).status == 200


def test_conflict(server, ann):
    """A name that is another DAG's: the error says so, beside the findings."""
    taken = named("second").replace(dataset("second").encode(), dataset("first").encode())
    assert server.ask("POST", f"{A}/dags?activate=true", ann, named("first")).status == 201
    for accept in ("application/json", "text/plain", "application/sarif+json"):
        answer = server.ask("POST", f"{A}/dags?activate=true", ann, taken, Accept=accept)
        assert (answer.status, answer.code) == (409, "conflict")
        assert dataset("first") in answer.json["error"]["message"]
    # Another organisation may use the name.
    assert server.ask("POST", f"{B}/dags?activate=true", token("bob"), taken).status == 201


def test_many_organisations(server, store):
    """50 clients at the same time, each in an organisation of its own, see only what is theirs."""
    names = [f"many-{i}" for i in range(50)]
    for name in names:
        command(store.url, "org", "add", name)
        command(store.url, "--org", name, "member", "set", f"boss-{name}", "deployer")
    start = threading.Barrier(len(names))

    def work(name):
        who, org = token(f"boss-{name}"), f"/v1/orgs/{name}"
        start.wait()
        done = server.ask("POST", f"{org}/dags?activate=true", who, named(f"dag-{name}"))
        assert done.status == 201, done.body
        fired = server.ask("POST", f"{org}/dags/dag-{name}/jobs/daily_trigger/fire", who, {})
        assert fired.status == 200, fired.body
        for _ in range(3):
            assert [d["dag"] for d in server.ask("GET", f"{org}/dags", who).json] == [f"dag-{name}"]
            assert [d["name"] for d in server.ask("GET", f"{org}/datasets", who).json] == [
                dataset(f"dag-{name}")]
            assert {t["dag"] for t in server.ask("GET", f"{org}/tasks", who).json} == {
                f"dag-{name}"}
        neighbour = names[(names.index(name) + 1) % len(names)]
        assert server.ask("GET", f"/v1/orgs/{neighbour}/dags", who).status == 404
        assert server.ask("GET", f"{org}/dags/dag-{neighbour}/versions", who).status == 404

    with ThreadPoolExecutor(len(names)) as crew:
        for done in [crew.submit(work, name) for name in names]:
            done.result()


# ---- limits ----

LIMIT = 1048576 + 65536


def chunked(size, piece=65536):
    for start in range(0, size, piece):
        yield b"#" * min(piece, size - start)


def test_large_bodies(server, ann):
    for size, status in ((LIMIT, 422), (LIMIT + 1, 413)):
        answer = server.ask("POST", f"{A}/dags", ann, b"#" * size)
        assert answer.status == status
        answer = server.ask("POST", f"{A}/dags", ann, chunked(size))
        assert answer.status == status
    for length in ("99999999999999999999999999", str(2 ** 64), str(10 ** 12)):
        text = (f"POST {A}/dags HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {ann}\r\n"
                f"Content-Length: {length}\r\n\r\n")
        assert server.raw(text.encode()).split()[1] in (b"413", b"400")
    assert server.ask("GET", "/healthz").status == 200


def test_expect(server, ann):
    """Who asks before sending learns at once that there is no need."""
    def ask(bearer, length):
        text = (f"POST {A}/validate HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {bearer}\r\n"
                f"Content-Length: {length}\r\nExpect: 100-continue\r\n\r\n")
        with server.connect() as end:
            end.sendall(text.encode())
            return end.recv(4096).split()[1]
    assert ask(ann, 5) == b"100"
    assert ask(ann, LIMIT + 1) == b"413"
    assert ask("x", 5) == b"401"


def test_refused_with_body(server):
    """A refused request with a body leaves the connection usable."""
    connection = support.HTTPConnection(*server.address, timeout=60)
    for _ in range(3):
        connection.request("POST", f"{A}/dags", b"#" * 900000)
        answer = connection.getresponse()
        assert answer.status == 401 and answer.read()
    connection.request("GET", "/healthz")
    assert connection.getresponse().status == 200
    connection.close()


@pytest.mark.parametrize("framing", [
    "Content-Length: 4\r\nTransfer-Encoding: chunked", "Content-Length: 4\r\nContent-Length: 40",
    "Content-Length: 4\r\ncontent-length: 4", "Content-Length : 4", "Transfer-Encoding : chunked",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip", "Content-Length: +4",
    "Content-Length: 4, 4", "Content-Length: 0x4"])
def test_two_lengths(server, ann, framing):
    """Of a request whose end can be read in two ways, nothing behind it is a request."""
    text = (f"POST {A}/validate HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {ann}\r\n{framing}\r\n\r\n"
            "0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    answer = server.raw(text.encode())
    assert answer.split()[1] == b"400" and b" 200 " not in answer


@pytest.mark.parametrize("text", [
    b"", b"\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00",
    b"GET /healthz HTTP/1.1\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x00" * 5000,
    b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 50000 + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + b"b" * 100000 + b"\r\n\r\n",
    b"POST /v1/orgs/alpha/dags HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"POST /v1/orgs/alpha/dags HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST /v1/orgs/alpha/dags HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"], ids=brief)
def test_no_http(server, text):
    answer = server.raw(text)
    assert not answer or answer.split()[1][:1] in b"45", answer[:100]
    assert server.ask("GET", "/healthz").status == 200


def test_pipelining(server, ann):
    get = f"GET {A}/dags HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {ann}\r\n\r\n"
    post = (f"POST {A}/validate HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {ann}\r\n"
            f"Content-Length: {len(GOOD)}\r\n\r\n{GOOD.decode()}")
    last = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    answer = server.raw(((get + post) * 20 + last).encode())
    assert answer.count(b"HTTP/1.1 200 OK") == 41


def drip(server, first, piece, most):
    """How long the server bears a client that never stops, a byte at a time."""
    begin = time.monotonic()
    with server.connect() as end:
        end.settimeout(0.2)
        try:
            end.sendall(first)
            while time.monotonic() - begin < most:
                try:
                    end.sendall(piece)
                    if not end.recv(4096):
                        break
                except socket.timeout:
                    pass
        except OSError:
            pass
    return time.monotonic() - begin


@pytest.mark.parametrize("part", ["nothing", "line", "headers", "body", "chunks"])
def test_slow_clients(hasty, ann, part):
    upload = f"POST {A}/dags HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {ann}\r\n".encode()
    first, piece = {"nothing": (b"", b""), "line": (b"GET /", b"a"),
                    "headers": (b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ", b"a"),
                    "body": (upload + b"Content-Length: 100000\r\n\r\n", b"#"),
                    "chunks": (upload + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n#\r\n"),
                    }[part]
    assert drip(hasty, first, piece, 60) < 25
    assert hasty.ask("GET", "/healthz").status == 200


def test_slow_reader(hasty, ann):
    """Answers that nobody takes are given up."""
    hasty.ask("POST", f"{A}/dags", ann, named("large") + b"# much is said here\n" * 40000)
    get = (f"GET {A}/dags/large/versions/1 HTTP/1.1\r\nHost: x\r\n"
           f"Authorization: Bearer {ann}\r\n\r\n").encode()
    with socket.socket() as end:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        end.settimeout(60)
        end.connect(hasty.address)
        begin = time.monotonic()
        with pytest.raises(OSError):
            while time.monotonic() - begin < 60:
                end.sendall(get * 100)
                time.sleep(0.05)
        assert time.monotonic() - begin < 45


def test_many_idle(server):
    """Clients that do nothing do not keep others out."""
    ends = [server.connect() for _ in range(300)]
    try:
        assert server.ask("GET", "/healthz").status == 200
    finally:
        for end in ends:
            end.close()


# ---- the database goes away ----

def statuses(server, bearer, count=12):
    with ThreadPoolExecutor(count) as crew:
        return [done.status for done in crew.map(
            lambda _: server.ask("GET", f"{A}/dags", bearer), range(count))]


def test_terminated_connections(server, store, ann):
    if not isinstance(store, Postgres):
        pytest.skip("SQLite has no connections")
    for _ in range(3):
        assert set(statuses(server, ann)) == {200}
        store.terminate()
        assert set(statuses(server, ann)) <= {200, 503}
        assert set(statuses(server, ann)) == {200}


def test_stopped_database(server, store, ann):
    if not isinstance(store, Postgres):
        pytest.skip("SQLite has no server")
    assert set(statuses(server, ann)) == {200}
    store.stop()
    assert set(statuses(server, ann)) == {503}
    answer = server.ask("POST", f"{A}/dags", ann, named("stopped"))
    assert (answer.status, answer.code) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0 and b"PGSQL" not in answer.body
    assert server.ask("GET", "/healthz").status == 503
    assert server.ask("GET", f"{A}/dags").status == 401
    store.start()
    assert set(statuses(server, ann)) == {200}
    assert server.ask("GET", "/healthz").status == 200


def test_slow_database(store, tmp_path, ann):
    """A statement takes as long as the URI says, and no longer."""
    if not isinstance(store, Postgres):
        pytest.skip("SQLite waits for its lock")
    url = store.url + "&options=-c%20statement_timeout%3D500ms"
    for server in serving(tmp_path / "serve", store, db=url):
        with subprocess.Popen(["psql", "-qX", "-d", store.direct], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as other:
            other.stdin.write(b"BEGIN; LOCK TABLE members; SELECT 1;\n")
            other.stdin.flush()
            other.stdout.readline()
            begin = time.monotonic()
            assert server.ask("GET", f"{A}/dags", ann).status == 503
            assert time.monotonic() - begin < 10
            other.stdin.close()
        assert server.ask("GET", f"{A}/dags", ann).status == 200


def test_lost_file(store, tmp_path, ann):
    if not isinstance(store, Sqlite):
        pytest.skip("PostgreSQL has no file")
    path = tmp_path / "store"
    mine = Sqlite(tmp_path)
    command(mine.url, "migrate")
    server = Server(tmp_path / "serve", mine)
    for file in tmp_path.glob("store*"):
        file.rename(tmp_path / f"away-{file.name}")
    path.mkdir()
    # What is open stays open; a new connection finds no file.
    assert set(statuses(server, ann)) <= {404, 503}
    path.rmdir()
    for file in tmp_path.glob("away-*"):
        file.rename(tmp_path / file.name[5:])
    assert set(statuses(server, ann)) == {404}
    assert server.stop() == 0


# ---- the program ----

@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ends_cleanly(store, tmp_path, ann, number):
    """What is under way is answered, what is idle does not keep it."""
    server = Server(tmp_path / "serve", store)
    idle = server.connect()
    with server.connect() as end:
        end.sendall(f"POST {A}/validate HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {ann}\r\n"
                    f"Content-Length: {len(GOOD)}\r\n\r\n".encode())
        time.sleep(0.3)
        server.process.send_signal(number)
        time.sleep(0.3)
        with pytest.raises(OSError):
            server.connect(1)
        end.sendall(GOOD)
        assert end.recv(4096).startswith(b"HTTP/1.1 200")
    begin = time.monotonic()
    assert server.process.wait(timeout=60) == 0
    assert time.monotonic() - begin < 20
    idle.close()
    server.process.stdout.close()


BAD_CONFIGS = {
    "lissten": {"lissten": "x"}, "listen": {"listen": "localhost:80"},
    "listen port": {"listen": "127.0.0.1:99999"}, "no port": {"listen": "127.0.0.1"},
    "number": {"issuer": 7}, "empty issuer": {"issuer": ""}, "none": {"algorithm": "none"},
    "rs256": {"algorithm": "rs256"}, "no keys": {"keys": {}}, "key": {"keys": {"a": 1}},
    "lost key": {"keys": {"a": "nothing.pem"}}, "no threads": {"threads": 0},
    "many threads": {"threads": 100000}, "no time": {"request_timeout_seconds": 0},
    "text": {"max_body_bytes": "1"}, "confused": {"algorithm": "HS256"}, "db": {"db": "mysql://x"},
    "no db": {"db": None}}


@pytest.mark.parametrize("name", BAD_CONFIGS)
def test_bad_configuration(store, tmp_path, name):
    config = {"listen": "127.0.0.1:0", "db": store.url, "issuer": "i", "audience": "a",
              "algorithm": "RS256", "keys": {"first": "first.key"}}
    (tmp_path / "first.key").write_bytes(support.key_file("RS256"))
    config.update(BAD_CONFIGS[name])
    (tmp_path / "serve.json").write_text(json.dumps({k: v for k, v in config.items() if v is not None}))
    done = subprocess.run([support.DISPATCHER, "serve", "--config", str(tmp_path / "serve.json")],
                          timeout=30, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env={k: v for k, v in os.environ.items() if k != "DISPATCHER_DB"})
    assert done.returncode in (2, 3) and done.stderr.startswith("dispatcher: "), done
    if name == "lissten":
        assert "lissten" in done.stderr


def test_private_key_and_short_secret(store, tmp_path):
    private = KEYS["RS256"].private_bytes(
        support.serialization.Encoding.PEM, support.serialization.PrivateFormat.PKCS8,
        support.serialization.NoEncryption())
    for algorithm, bytes_of in (("RS256", private), ("RS256", b"x" * 99), ("HS256", b"short"),
                                ("RS256", b""),
                                ("RS256", b"-----BEGIN CERTIFICATE-----\n")):
        (tmp_path / "k").write_bytes(bytes_of)
        (tmp_path / "serve.json").write_text(json.dumps(
            {"listen": "127.0.0.1:0", "db": store.url, "issuer": "i", "audience": "a",
             "algorithm": algorithm, "keys": {"first": "k"}}))
        done = subprocess.run([support.DISPATCHER, "serve", "--config", str(tmp_path / "serve.json")],
                              timeout=30, stderr=subprocess.PIPE)
        assert done.returncode == 2, done


def test_needs_tables(tmp_path):
    command(f"sqlite:{tmp_path}/other", "migrate")
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(AssertionError, match="migrate"):
        Server(tmp_path / "serve", Sqlite(tmp_path), db=f"sqlite:{tmp_path}/empty")
