"""What test_http.py works with: a store, a server, tokens, a client of HTTP."""
import json
import os
import select
import signal
import socket
import subprocess
import threading
import time
import uuid
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

DISPATCHER = os.environ.get("TRACEDAG_DISPATCHER")
POSTGRES = os.environ.get("TRACEDAG_TEST_POSTGRES")
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
GOOD = (EXAMPLES / "good.yaml").read_bytes()
ISSUER = "https://issuer.example"
AUDIENCE = "dispatcher"


def command(url, *words):
    done = subprocess.run([DISPATCHER, "--db", url, *words], timeout=120, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 0, (words, done.stderr)
    return done.stdout


# ---- stores ----

def socket_of(uri):
    """The folder of the socket of a server of PostgreSQL, as postgres.sh gives it."""
    return parse_qs(urlsplit(uri).query)["host"][0]


class Postgres:
    """A database of its own, which can be cut off as if the server had stopped."""

    def __init__(self, folder):
        self.name = "http_" + uuid.uuid4().hex[:12]
        self.sql(f'CREATE DATABASE "{self.name}"')
        self.folder = folder / "proxy"
        self.folder.mkdir()
        self.real = f"{socket_of(POSTGRES)}/.s.PGSQL.5432"
        self.direct = f"postgresql://postgres@/{self.name}?host={socket_of(POSTGRES)}"
        self.url = f"postgresql://postgres@/{self.name}?host={self.folder}"
        self.listener = None
        self.pairs = []
        self.start()

    def sql(self, text, database="postgres"):
        return subprocess.run(["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-h", socket_of(POSTGRES),
                               "-U", "postgres", "-d", database, "-c", text], check=True,
                              timeout=60, stdout=subprocess.PIPE, text=True).stdout

    def start(self):
        path = self.folder / ".s.PGSQL.5432"
        path.unlink(missing_ok=True)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(64)
        threading.Thread(target=self.accept, args=(self.listener,), daemon=True).start()

    def accept(self, listener):
        while True:
            try:
                near = listener.accept()[0]
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(self.real)
            self.pairs.append((near, far))
            threading.Thread(target=self.copy, args=(near, far), daemon=True).start()

    @staticmethod
    def copy(near, far):
        other = {near: far, far: near}
        try:
            while True:
                for ready in select.select([near, far], [], [])[0]:
                    data = ready.recv(65536)
                    if not data:
                        raise OSError
                    other[ready].sendall(data)
        except (OSError, ValueError):
            for end in (near, far):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def stop(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        (self.folder / ".s.PGSQL.5432").unlink()
        for pair in self.pairs:
            for end in pair:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
        self.pairs = []

    def terminate(self):
        """Ends the connections, as an administrator does."""
        return self.sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                        f" WHERE datname = '{self.name}'")

    def close(self):
        self.stop()
        self.sql(f'DROP DATABASE "{self.name}" WITH (FORCE)')


class Sqlite:
    def __init__(self, folder):
        self.url = self.direct = f"sqlite:{folder}/store"

    def close(self):
        pass


# ---- tokens ----

def pem(key):
    return key.public_key().public_bytes(serialization.Encoding.PEM,
                                         serialization.PublicFormat.SubjectPublicKeyInfo)


KEYS = {"RS256": rsa.generate_private_key(public_exponent=65537, key_size=2048),
        "ES256": ec.generate_private_key(ec.SECP256R1()),
        "HS256": bytes(range(1, 49))}


def key_file(algorithm):
    return KEYS[algorithm] if algorithm == "HS256" else pem(KEYS[algorithm])


def claims(subject, **changes):
    now = int(time.time())
    whole = {"iss": ISSUER, "aud": AUDIENCE, "sub": subject, "iat": now, "exp": now + 300}
    whole.update(changes)
    return {name: value for name, value in whole.items() if value is not None}


def token(subject, algorithm="RS256", key=None, kid="first", headers=None, **changes):
    head = {"kid": kid} if kid is not None else {}
    head.update(headers or {})
    return jwt.encode(claims(subject, **changes), key or KEYS[algorithm], algorithm, headers=head)


# ---- the server ----

class Server:
    def __init__(self, folder, store, algorithm="RS256", **changes):
        folder.mkdir(exist_ok=True)
        (folder / "first.key").write_bytes(key_file(algorithm))
        self.config = {"listen": "127.0.0.1:0", "db": store.url, "issuer": ISSUER,
                       "audience": AUDIENCE, "algorithm": algorithm,
                       "keys": {"first": "first.key"}}
        self.config.update(changes)
        (folder / "serve.json").write_text(json.dumps(self.config))
        self.log = folder / "log"
        environment = {name: value for name, value in os.environ.items()
                       if name != "DISPATCHER_DB"}
        wrapper = os.environ.get("TRACEDAG_WRAPPER", "").split()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*wrapper, DISPATCHER, "serve", "--config", str(folder / "serve.json")],
                stdout=subprocess.PIPE, stderr=log, env=environment)
        line = self.process.stdout.readline()
        assert line, self.log.read_text()
        self.address = ("127.0.0.1", int(json.loads(line)["listening"].rsplit(":", 1)[1]))

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        status = self.process.wait(timeout=60)
        self.process.stdout.close()
        return status

    def connect(self, timeout=60):
        return socket.create_connection(self.address, timeout=timeout)

    def raw(self, *pieces, timeout=60):
        """Sends bytes as they are; what comes back until the server closes."""
        with self.connect(timeout) as end:
            try:
                for piece in pieces:
                    end.sendall(piece)
                end.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            return read_all(end)

    def ask(self, method, path, bearer=None, body=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if bearer:
            headers["Authorization"] = "Bearer " + bearer
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        connection = HTTPConnection(*self.address, timeout=60)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()


def read_all(end):
    data = b""
    try:
        while piece := end.recv(65536):
            data += piece
    except ConnectionResetError:
        pass
    return data


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json["error"]["code"]
