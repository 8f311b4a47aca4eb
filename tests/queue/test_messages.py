"""Messages through a server of SQS, written and read by boto3 as well."""
import threading
import time

import pytest

from probe import OURS, Probe, Queue


def test_what_is_sent_boto3_reads(queue):
    with Probe(queue.url) as probe:
        assert probe("send acme 17 0") == "done"
        assert probe("send a-1 9223372036854775807 3") == "done"
    found = queue.receive()
    assert sorted(message["Body"] for message in found) == \
        ['{"org":"a-1","task":9223372036854775807}', OURS]
    assert all("MessageGroupId" not in message["Attributes"] for message in found)


def test_what_boto3_sends_is_received(queue):
    with Probe(queue.url) as probe:
        for body in (OURS, ' { "task" : 17 , "org" : "\\u0061cme" } '):
            queue.send(body)
            assert probe("receive 1") == "message acme 17"
            assert probe("delete") == "done"
        assert queue.counts() == (0, 0)
        assert probe("receive 0") == "none"


def test_held_until_deleted(queue):
    with Probe(queue.url) as one, Probe(queue.url) as other:
        assert one("send acme 17 0") == "done"
        assert one("receive 1") == "message acme 17"
        assert queue.counts() == (0, 1)
        assert other("receive 0") == "none"
        assert one("delete") == "done"
        assert queue.counts() == (0, 0)
        assert one("delete") == "nothing is held"


def test_comes_again_when_it_is_not_deleted(sqs):
    queue = Queue(sqs, "short", VisibilityTimeout="1")
    with Probe(queue.url) as lost, Probe(queue.url) as other:
        assert lost("send acme 17 0") == "done"
        assert lost("receive 1") == "message acme 17"
        assert other("receive 0") == "none"
        assert other("receive 5") == "message acme 17"
        assert other("delete") == "done"
        assert queue.counts() == (0, 0)
        assert lost("delete").split(":")[0] in ("done", "stale")


def test_given_back(queue):
    with Probe(queue.url) as one, Probe(queue.url) as other:
        queue.send(OURS)
        assert one("receive 1") == "message acme 17"
        assert one("return") == "done"
        assert other("receive 1") == "message acme 17"


def test_waits_for_a_message(queue):
    with Probe(queue.url) as probe:
        start = time.monotonic()
        assert probe("receive 2") == "none"
        assert 1.5 < time.monotonic() - start < 5
        threading.Timer(1, queue.send, [OURS]).start()
        start = time.monotonic()
        assert probe("receive 20") == "message acme 17"
        assert 0.5 < time.monotonic() - start < 5
        for seconds in (-1, 21):
            assert probe(f"receive {seconds}").startswith("misuse: ")


def test_fifo_takes_an_attempt_once(fifo):
    with Probe(fifo.url) as probe:
        for attempt in (0, 0, 1, 0, 1):
            assert probe(f"send acme 17 {attempt}") == "done"
        assert probe("send beta 18 0") == "done"
        assert fifo.counts() == (3, 0)
        found = [(message["Attributes"]["MessageGroupId"],
                  message["Attributes"]["MessageDeduplicationId"]) for message in fifo.receive()]
        assert sorted(found) == [("acme", "17-0"), ("acme", "17-1"), ("beta", "18-0")]


def test_fifo_in_order(fifo):
    with Probe(fifo.url) as probe, Probe(fifo.url) as other:
        for task in range(1, 6):
            assert probe(f"send acme {task} 0") == "done"
        for task in range(1, 6):
            assert probe("receive 1") == f"message acme {task}"
            assert other("receive 0") == "none" # one of an organisation at a time
            assert probe("delete") == "done"


@pytest.mark.parametrize("org, task", [
    ("A", 1), ('a"b', 1), ("a\\b", 1), ("é", 1), ("日本", 1), ("a" * 64, 1), ("-a", 1),
    ("1a", 1), ("a_b", 1), ("a{", 1), ("acme", 0), ("acme", -1)])
def test_no_message_about_what_cannot_be(queue, org, task):
    with Probe(queue.url) as probe:
        assert probe(f"send {org} {task} 0").startswith("misuse: ")
    assert queue.counts() == (0, 0)


@pytest.mark.parametrize("body", [
    "hello", "{", "[]", "null", '"acme"', "{}", '{"org":"acme"}', '{"task":1}',
    '{"org":"Acme","task":1}', '{"org":"","task":1}', '{"org":"a\\"b","task":1}',
    '{"org":"日本","task":1}', '{"org":"a\\u0000","task":1}', f'{{"org":"{"a" * 64}","task":1}}',
    '{"org":"acme","task":0}', '{"org":"acme","task":-1}', '{"org":"acme","task":"1"}',
    '{"org":"acme","task":1.5}', '{"org":"acme","task":true}', '{"org":["acme"],"task":1}',
    '{"org":"acme","task":9223372036854775808}', '{"org":"acme","task":1,"more":2}',
    '{"org":"acme","task":1,"task":2}', '{"org":"acme","task":1} x', "[" * 200000,
    "ä" * 100000, '"' * 200000], ids=lambda body: body[:40])
def test_foreign_messages_are_reported_and_deleted(queue, body):
    queue.send(body)
    with Probe(queue.url) as probe:
        assert probe("receive 1").startswith("rejected: a message in the queue is not about a task")
        assert queue.counts() == (0, 0)
        assert probe("receive 0") == "none"
