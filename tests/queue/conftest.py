"""moto, a server of SQS, on loopback; and queues in it."""
import itertools

import pytest
from moto.server import ThreadedMotoServer

from probe import Queue, client

numbers = itertools.count()


@pytest.fixture(scope="session")
def moto():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def sqs(moto):
    return client(*moto.get_host_and_port())


@pytest.fixture
def queue(sqs):
    made = Queue(sqs, f"q{next(numbers)}", VisibilityTimeout="30")
    yield made
    sqs.delete_queue(QueueUrl=made.url)


@pytest.fixture
def fifo(sqs):
    made = Queue(sqs, f"q{next(numbers)}.fifo", FifoQueue="true")
    yield made
    sqs.delete_queue(QueueUrl=made.url)
