"""What is wrong with the queue, its URL or the environment; and what is sent where all is right."""
import ssl
import subprocess

import pytest

from probe import AWS, KEY, OURS, REGION, SECRET, TOKEN, Probe, opened
from servers import Server, answer


def test_no_such_queue(queue):
    with Probe(queue.url + "x") as probe:
        for command in ("send acme 17 0", "receive 1"):
            assert probe(command) == (
                "misuse: there is no such queue (QueueDoesNotExist): make it, or give another URL"
                " or AWS_REGION")


def test_a_queue_of_another_region(queue):
    with Probe(queue.url, AWS_REGION="us-west-2") as probe:
        assert probe("receive 1").startswith("misuse: there is no such queue")


@pytest.mark.parametrize("missing", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"])
@pytest.mark.parametrize("value", [None, ""])
def test_credentials_are_needed(missing, value):
    assert opened("http://127.0.0.1:1/1/q", **{missing: value}) == (
        f"misuse: a queue of SQS needs {missing} in the environment: set AWS_ACCESS_KEY_ID,"
        " AWS_SECRET_ACCESS_KEY and AWS_REGION")


@pytest.mark.parametrize("name", list(AWS)[:3])
@pytest.mark.parametrize("value", ["a\r\nX-Other: b", "a b", "a\x01", "ä"])
def test_credentials_that_would_be_more_than_a_value(name, value):
    assert opened("http://127.0.0.1:1/1/q", **{name: value}) == \
        f"misuse: {name} has a character that cannot be in it"


def test_a_region_is_one_word():
    for region in ("eu:s3", "EU", "eu/1", "e" * 65):
        assert opened("http://127.0.0.1:1/1/q", AWS_REGION=region) == \
            "misuse: AWS_REGION is not the name of a region, such as `eu-central-1`"


def test_the_table_is_no_queue():
    probe = Probe("table")
    assert probe.opened == "done" and probe.process.wait(10) == 0


@pytest.mark.parametrize("url", [
    "", "Table", "queue", "sqs.eu-central-1.amazonaws.com/1/q", "ftp://127.0.0.1/1/q",
    "file:///etc/passwd", "gopher://127.0.0.1/1/q", "https://", "https://127.0.0.1",
    "https://127.0.0.1/", "https://127.0.0.1/1/q?x=1", "https://127.0.0.1/1/q#x",
    "https://127.0.0.1:99999/1/q", "https://user:word@127.0.0.1/1/q",
    "https://user@127.0.0.1/1/q",
    "https://127.0.0.1/1/q q", "https://127.0.0.1/1/q\n", "https://127.0.0.1/1/ü"])
def test_urls_that_name_no_queue(url):
    assert opened(url) == ("misuse: a queue is `table` or the URL that SQS gives it,"
                           " `https://SERVER/ACCOUNT/NAME`, without user, query and fragment")


@pytest.mark.parametrize("token", [TOKEN, None])
def test_signed_as_amazon_does(token):
    with Server(answer()) as server, Probe(server.url, AWS_SESSION_TOKEN=token) as probe:
        assert probe("send acme 17 0") == "done"
        assert probe("receive 3") == "none"
        assert server.connections == 1
    send, receive = server.requests
    for request in (send, receive):
        assert (request.method, request.path) == ("POST", "/")
        signed, expected = request.signature_by_botocore(KEY, SECRET, token, REGION)
        assert request.headers["authorization"] == expected
        assert {"content-type", "host", "x-amz-date", "x-amz-target"} <= set(signed)
        assert ("x-amz-security-token" in signed) == bool(token)
        assert request.headers.get("x-amz-security-token") == token
        assert request.headers["content-type"] == "application/x-amz-json-1.0"
    assert send.headers["x-amz-target"] == "AmazonSQS.SendMessage"
    assert send.json == {"QueueUrl": server.url, "MessageBody": OURS}
    assert receive.headers["x-amz-target"] == "AmazonSQS.ReceiveMessage"
    assert receive.json == {"QueueUrl": server.url, "MaxNumberOfMessages": 1, "WaitTimeSeconds": 3}


@pytest.mark.parametrize("key, secret, region", [
    ("AKIAI44QH8DHBEXAMPLE", SECRET, REGION), (KEY, SECRET[:-1], REGION),
    (KEY, SECRET, "us-east-1")])
def test_another_key_or_region_is_another_signature(key, secret, region):
    with Server(answer()) as server, Probe(server.url) as probe:
        assert probe("send acme 17 0") == "done"
    _, expected = server.requests[0].signature_by_botocore(key, secret, TOKEN, region)
    assert server.requests[0].headers["authorization"] != expected


def test_proxies_of_the_environment_are_not_used(queue):
    proxy = "http://127.0.0.1:1"
    with Probe(queue.url, http_proxy=proxy, https_proxy=proxy, ALL_PROXY=proxy) as probe:
        assert probe("send acme 17 0") == "done"


def test_a_certificate_that_nobody_vouches_for(tmp_path):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", "key",
         "-out", "certificate", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
        cwd=tmp_path, check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "certificate", tmp_path / "key")
    with Server(answer(), tls=tls) as server:
        with Probe(server.url.replace("http:", "https:")) as probe:
            said = probe("send acme 17 0")
    assert said.startswith("unavailable: the queue does not answer: ") and "certificate" in said
    assert server.requests == []


def test_redirects_are_not_followed():
    with Server(answer()) as other:
        for status in (301, 302, 303, 307, 308):
            with Server(answer(status, head=f"Location: {other.url}\r\n")) as server:
                with Probe(server.url) as probe:
                    assert probe("send acme 17 0").startswith(
                        f"misuse: the queue answers with a redirect (status {status})")
        assert other.requests == []
