"""Servers that fail, or are none of SQS."""
import threading
import time

import pytest
from moto.server import ThreadedMotoServer

from probe import KEY, OURS, SECRET, TOKEN, Probe, Queue, client
from servers import Server, answer, endless, raw


def test_down_and_up_again():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    queue = Queue(client(host, port), "patient")
    with Probe(queue.url) as probe:
        assert probe("send acme 1 0") == "done"
        server.stop()
        assert probe("send acme 2 0").startswith("unavailable: the queue does not answer: ")
        assert probe("receive 1").startswith("unavailable: the queue does not answer: ")
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
        server.start()
        assert probe("send acme 3 0") == "done"
    assert len(queue.receive()) == 2
    server.stop()


def test_a_server_that_nobody_knows():
    with Probe("https://sqs.invalid/1/q") as probe:
        assert probe("send acme 17 0").startswith("unavailable: the queue does not answer: ")


def test_fails_then_serves():
    busy = answer(500, b"<html>oops</html>")
    with Server(busy, answer(503, {"__type": "ServiceUnavailable"}), answer()) as server:
        with Probe(server.url) as probe:
            assert probe("send acme 17 0") == \
                "unavailable: the queue cannot serve now: no reason given (status 500)"
            assert probe("send acme 17 0").startswith("unavailable: ")
            assert probe("send acme 17 0") == "done"


@pytest.mark.parametrize("status, name, word", [
    (400, "com.amazonaws.sqs#RequestThrottled", "unavailable"),
    (400, "ThrottlingException", "unavailable"), (429, None, "unavailable"),
    (403, "OverLimit", "unavailable"), (500, "InternalFailure", "unavailable"),
    (502, None, "unavailable"), (504, None, "unavailable"),
    (403, "InvalidClientTokenId", "misuse"), (400, "UnrecognizedClientException", "misuse"),
    (400, "InvalidSignatureException", "misuse"), (403, "SignatureDoesNotMatch", "misuse"),
    (400, "com.amazonaws.sqs#AccessDeniedException", "misuse"),
    (400, "ExpiredTokenException", "misuse"), (403, None, "misuse"), (401, None, "misuse"),
    (400, "com.amazonaws.sqs#QueueDoesNotExist", "misuse"), (404, None, "misuse"),
    (400, "AWS.SimpleQueueService.NonExistentQueue", "misuse"),
    (400, "com.amazonaws.sqs#ReceiptHandleIsInvalid", "stale"),
    (400, "com.amazonaws.sqs#InvalidMessageContents", "misuse")])
def test_errors(status, name, word):
    body = {"message": "This is why"}
    if name:
        body["__type"] = name
    with Server(answer(status, body)) as server, Probe(server.url) as probe:
        said = probe("send acme 17 0")
    assert said.split(":")[0] == word
    assert (name.split("#")[-1] if name else f"status {status}") in said


def test_errors_that_quote_what_was_signed():
    """As SignatureDoesNotMatch does; the token is part of it."""
    quoted = f"The Canonical String should have been\nx-amz-security-token:{TOKEN}\n"
    for status, name in ((403, "SignatureDoesNotMatch"), (400, "Other"), (500, f"x{TOKEN}"),
                         (400, f"{KEY}"), (400, f"{SECRET}")):
        with Server(answer(status, {"__type": name, "message": quoted})) as server:
            with Probe(server.url) as probe:
                assert "anonical" not in probe("send acme 17 0")


def test_errors_with_odd_texts():
    for body in ({"__type": 7, "message": ["x"]}, {"__type": "A\x1b[31m\n" * 1000,
                 "message": "é\x9b\x00\n" * 10000}, {"__type": "#", "message": ""}, ["__type"], 7):
        with Server(answer(400, body)) as server, Probe(server.url) as probe:
            assert probe("send acme 17 0").startswith("misuse: the queue refuses the call: ")


@pytest.mark.parametrize("body", [b"", b"hello", b"<html></html>", b"[]", b"7", b'{"Messages":',
                                  b"\xff\xfe", b"{}{}", b"[" * 100000])
def test_answers_that_are_not_of_sqs(body):
    with Server(answer(200, body)) as server, Probe(server.url) as probe:
        for command in ("send acme 17 0", "receive 1"):
            assert probe(command) == \
                "unavailable: the queue answers with what is no JSON object of SQS"


@pytest.mark.parametrize("messages", [None, [], {}, "x", 7])
def test_no_messages(messages):
    with Server(answer(200, {"Messages": messages})) as server, Probe(server.url) as probe:
        assert probe("receive 1") == "none"


@pytest.mark.parametrize("message", [None, 7, "x", [], {}, {"Body": OURS},
                                     {"Body": OURS, "ReceiptHandle": 7}])
def test_messages_without_receipt(message):
    with Server(answer(200, {"Messages": [message]})) as server, Probe(server.url) as probe:
        assert probe("receive 1") == "unavailable: the queue gives a message without a receipt"


def test_the_longest_message_of_others():
    found = {"Messages": [{"ReceiptHandle": "r", "Body": "é" * (1 << 19)}]}
    with Server(answer(200, found), answer()) as server, Probe(server.url) as probe:
        assert probe("receive 1").startswith("rejected: ")
    assert server.requests[1].headers["x-amz-target"] == "AmazonSQS.DeleteMessage"
    assert server.requests[1].json == {"QueueUrl": server.url, "ReceiptHandle": "r"}


def test_a_message_that_cannot_be_deleted():
    found = answer(200, {"Messages": [{"ReceiptHandle": "r", "Body": "x"}]})
    with Server(found, answer(500)) as server, Probe(server.url) as probe:
        assert probe("receive 1").startswith("unavailable: ")


@pytest.mark.parametrize("action", [
    raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{}"),
    raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
    raw(b"HTTP/1.1 200 OK\r\n\r\n{\"Mess"), raw(b"HTTP/1.1 200 OK\r\nConte"), raw(b"{}"), raw()])
def test_answers_that_break_off(action):
    with Server(action, answer()) as server, Probe(server.url) as probe:
        assert probe("receive 1").startswith("unavailable: ")
        assert probe("send acme 17 0") == "done"


@pytest.mark.parametrize("start, part", [
    (b"HTTP/1.1 200 OK\r\n\r\n", b" " * 65536),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
     b"10000\r\n" + b" " * 65536 + b"\r\n"),
    (b"HTTP/1.1 500 OK\r\nContent-Length: 999999999999\r\n\r\n", b" " * 65536)])
def test_answers_without_an_end(start, part):
    with Server(endless(start, part)) as server, Probe(server.url) as probe:
        assert probe("receive 0") == ("unavailable: the queue answers with more than 4194304 bytes,"
                                      " which SQS never does")


def test_headers_without_an_end():
    begin = time.monotonic()
    action = endless(b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"x" * 8000 + b"\r\n")
    with Server(action) as server, Probe(server.url) as probe:
        assert probe("receive 0").startswith("unavailable: ")
    assert time.monotonic() - begin < 12


def test_answers_that_do_not_come():
    stop = threading.Event()
    drops = (bytes([byte]) for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for action in (raw(b"x", wait=60, stop=stop), raw(*drops, wait=1, stop=stop)):
        begin = time.monotonic()
        with Server(action) as server, Probe(server.url) as probe:
            assert probe("send acme 17 0").startswith("unavailable: the queue does not answer: ")
            assert 9 < time.monotonic() - begin < 12
    stop.set()
