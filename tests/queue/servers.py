"""Servers on loopback that are no SQS: they do what they are told."""
import json
import re
import socketserver
import threading

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


class Request:
    """One request as it came."""

    def __init__(self, head, body, port):
        first, *lines = head.decode("ascii").split("\r\n")
        self.method, self.path, _ = first.split(" ")
        self.headers = {}
        for line in lines:
            name, value = line.split(":", 1)
            assert name.lower() not in self.headers, f"{name} twice"
            self.headers[name.lower()] = value.strip()
        self.body = body
        self.port = port

    @property
    def json(self):
        return json.loads(self.body)

    def signature_by_botocore(self, key, secret, token, region):
        """What the Authorization header has to be, by Amazon's own code."""
        signed = re.search("SignedHeaders=([^,]*),", self.headers["authorization"])[1].split(";")
        assert signed == sorted(signed)
        again = AWSRequest(method=self.method, url=f"http://127.0.0.1:{self.port}{self.path}",
                           headers={name: self.headers[name] for name in signed}, data=self.body)
        again.context["timestamp"] = self.headers["x-amz-date"]
        auth = SigV4Auth(Credentials(key, secret, token), "sqs", region)
        canonical = auth.canonical_request(again)
        signature = auth.signature(auth.string_to_sign(again, canonical), again)
        return signed, (f"AWS4-HMAC-SHA256 Credential={auth.scope(again)}, "
                        f"SignedHeaders={';'.join(signed)}, Signature={signature}")


def answer(status=200, body=b"{}", head=""):
    """Answers at once; a body that is no bytes becomes JSON."""
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()

    def act(send, _):
        send(f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n{head}\r\n".encode() + body)
        return True
    return act


def raw(*parts, wait=0.0, stop=None):
    """Sends bytes, with a pause before each."""
    def act(send, _):
        for part in parts:
            if wait and stop.wait(wait):
                return
            send(part)
    return act


def endless(start, part):
    """Sends until the caller hangs up."""
    def act(send, _):
        send(start)
        while True:
            send(part)
    return act


class Server(socketserver.ThreadingTCPServer):
    """Does one of `actions` for each request, the last one again and again. An action gets what sends,
    and the request, and is true when the connection stays."""
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, *actions, tls=None, port=0):
        super().__init__(("127.0.0.1", port), Handler)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        self.actions = list(actions)
        self.requests = []
        self.connections = 0
        self.stop = threading.Event()
        self.port = self.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/123456789012/work"
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def handle_error(self, request, client_address):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.shutdown()
        self.server_close()


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        self.server.connections += 1
        while True:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                line = self.rfile.readline()
                if not line:
                    return
                head += line
            length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
            body = self.rfile.read(length)
            self.server.requests.append(Request(head[:-4], body, self.server.port))
            actions = self.server.actions
            action = actions.pop(0) if len(actions) > 1 else actions[0]
            if not action(self.request.sendall, self.server.requests[-1]):
                return # the end of the connection is part of it
