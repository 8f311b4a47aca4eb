"""The Dispatcher, whose path is in DISPATCHER, with a queue: from an event to a task that is done,
and what may be lost, doubled or late on the way."""
import json
import os
import signal
import subprocess
import threading
import time
import uuid

import pytest
from moto.server import ThreadedMotoServer

from probe import AWS, Queue, client
from servers import Server

DAG = """
name: sums
jobs:
  - name: arrival
    activation: source
    runtime: lambda
    operator: follower
    outputs: 1
    source: { kind: cron, schedule: "rate(366 days)" }
  - name: other
    activation: source
    runtime: ecs_platform
    operator: follower
    outputs: 1
    source: { kind: cron, schedule: "rate(366 days)" }
"""


class Dispatcher:
    """The command with a database of its own."""

    def __init__(self, folder, database, url):
        self.database = database
        self.url = url
        self.keys = 0
        (folder / "dag.yaml").write_text(DAG)
        self("migrate")
        for org in ("acme", "beta"):
            self("org", "add", org)
            self("deploy", str(folder / "dag.yaml"), "--activate", org=org)

    def start(self, *words, org="acme", url=None):
        return subprocess.Popen(
            [os.environ["DISPATCHER"], "--db", self.database, "--queue", url or self.url,
             "--org", org, "--as", "test", *words],
            text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**AWS, "LC_ALL": "C.UTF-8"})

    def end(self, process, status=0):
        out, err = process.communicate(timeout=60)
        assert process.returncode == status, err
        assert AWS["AWS_SECRET_ACCESS_KEY"] not in err and AWS["AWS_SESSION_TOKEN"] not in err
        return (json.loads(out) if out else None) if status == 0 else err

    def __call__(self, *words, status=0, **more):
        return self.end(self.start(*words, **more), status)

    def fire(self, job="arrival", **more):
        self.keys += 1
        tasks = self("fire", "sums", job, "--key", f"k{self.keys}", **more)["tasks"]
        return tasks[0]["id"]

    def complete(self, task):
        return self("complete", str(task["id"]), str(task["attempt"]), task["token"])

    def states(self, **more):
        return sorted(task["state"] for task in self("tasks", **more))


@pytest.fixture
def store(request, tmp_path):
    """A new database: in SQLite, unless the test asks for PostgreSQL."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return f"sqlite:{tmp_path}/db"
    server = os.environ.get("TRACEDAG_TEST_POSTGRES")
    if not server:
        pytest.skip("TRACEDAG_TEST_POSTGRES names no server: see dispatcher/postgres.sh")
    name = f"queue{uuid.uuid4().hex}"
    subprocess.run(["psql", "-q", server, "-c", f"CREATE DATABASE {name}"], check=True)
    assert "/postgres?" in server
    return server.replace("/postgres?", f"/{name}?")


both = pytest.mark.parametrize("store", ["sqlite", "postgres"], indirect=True)


@pytest.fixture
def dispatcher(tmp_path, store, queue):
    return Dispatcher(tmp_path, store, queue.url)


def sends(queue):
    """An action that sends on to a queue, and does not answer; and what is set when it did."""
    done = threading.Event()

    def act(_, request):
        queue.send(request.json["MessageBody"],
                   **{name: value for name, value in request.json.items()
                      if name in ("MessageGroupId", "MessageDeduplicationId")})
        done.set()
        time.sleep(20)
    return act, done


@both
def test_from_event_to_done(dispatcher, queue):
    task = dispatcher.fire()
    assert queue.counts() == (0, 0) and dispatcher("claim") is None
    assert dispatcher("pulse")["sent"] == 1
    assert queue.counts() == (1, 0)
    assert dispatcher("pulse")["sent"] == 0
    leased = dispatcher("claim", "--wait", "10")
    assert leased["id"] == task and leased["attempt"] == 1
    assert queue.counts() == (0, 0)
    assert dispatcher("claim") is None
    dispatcher.complete(leased)
    assert dispatcher.states() == ["done"]


def test_who_waits_is_told(dispatcher):
    waiting = dispatcher.start("claim", "--wait", "30")
    time.sleep(1.5)
    task = dispatcher.fire()
    dispatcher("pulse")
    begin = time.monotonic()
    assert dispatcher.end(waiting)["id"] == task
    assert time.monotonic() - begin < 5


def test_who_waits_without_a_queue(dispatcher):
    waiting = dispatcher.start("claim", "--wait", "30", url="table")
    time.sleep(1.5)
    task = dispatcher.fire()
    dispatcher("pulse", url="table")
    assert dispatcher.end(waiting)["id"] == task


@pytest.mark.parametrize("url", [None, "table"])
def test_waits_no_longer_than_asked(dispatcher, url):
    begin = time.monotonic()
    assert dispatcher("claim", "--wait", "2", url=url) is None
    assert 1 < time.monotonic() - begin < 5


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_who_waits_can_be_ended(dispatcher, number):
    # What runs in the background may have SIGINT ignored, and so may all that it starts.
    before = signal.signal(number, signal.SIG_DFL)
    try:
        waiting = dispatcher.start("claim", "--wait", "30")
    finally:
        signal.signal(number, before)
    time.sleep(1)
    waiting.send_signal(number)
    assert waiting.wait(2) == -number


@both
def test_a_message_twice_is_one_lease(dispatcher, queue):
    task = dispatcher.fire()
    dispatcher("pulse")
    for _ in range(3):
        queue.send(f'{{"org":"acme","task":{task}}}')
    workers = [dispatcher.start("claim", "--wait", "3") for _ in range(4)]
    found = [dispatcher.end(worker) for worker in workers]
    assert [one["id"] for one in found if one] == [task]
    assert queue.counts() == (0, 0)
    dispatcher.complete(next(one for one in found if one))
    assert dispatcher.states() == ["done"]


def killed_while_sending(dispatcher, queue, task):
    act, done = sends(queue)
    with Server(act) as server:
        pulse = dispatcher.start("pulse", url=queue.url.replace(
            queue.url.split("/")[2], f"127.0.0.1:{server.port}"))
        assert done.wait(10)
        pulse.kill()
        pulse.communicate()
    assert dispatcher("pulse", url=queue.url)["sent"] == 1
    return task


@both
def test_killed_between_send_and_mark(dispatcher, queue):
    task = killed_while_sending(dispatcher, queue, dispatcher.fire())
    assert queue.counts() == (2, 0)
    assert dispatcher("claim", "--wait", "5")["id"] == task
    assert dispatcher("claim", "--wait", "2") is None
    assert queue.counts() == (0, 0)


def test_killed_between_send_and_mark_fifo(dispatcher, fifo):
    task = killed_while_sending(dispatcher, fifo, dispatcher.fire())
    assert fifo.counts() == (1, 0)
    assert dispatcher("claim", "--wait", "5", url=fifo.url)["id"] == task


def test_a_message_that_is_lost(dispatcher, queue):
    task = dispatcher.fire()
    dispatcher("pulse")
    for message in queue.receive():
        queue.sqs.delete_message(QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"])
    assert dispatcher("claim")["id"] == task


@both
def test_a_message_of_another_organisation(dispatcher, queue):
    task = dispatcher.fire(org="beta")
    dispatcher("pulse")
    assert dispatcher("claim", "--wait", "2") is None
    assert queue.counts() == (1, 0)
    assert dispatcher("claim", "--wait", "5", org="beta")["id"] == task
    assert queue.counts() == (0, 0)


def test_a_message_for_another_runtime(dispatcher, queue):
    task = dispatcher.fire("other")
    dispatcher("pulse")
    assert dispatcher("claim", "--wait", "2", "--runtime", "lambda") is None
    assert queue.counts() == (1, 0)
    assert dispatcher("claim", "--wait", "5", "--runtime", "ecs_platform")["id"] == task
    assert queue.counts() == (0, 0)


def test_a_message_of_a_task_that_is_not(dispatcher, queue):
    queue.send('{"org":"acme","task":999}')
    queue.send('{"org":"nobody","task":1}')
    assert dispatcher("claim", "--wait", "2") is None
    assert queue.counts() == (0, 0)


def test_a_foreign_message(dispatcher, queue):
    queue.send("hello")
    assert "not about a task" in dispatcher("claim", "--wait", "2", status=1)
    assert queue.counts() == (0, 0)
    task = dispatcher.fire()
    dispatcher("pulse", url="table")
    queue.send("hello")
    assert dispatcher("claim")["id"] == task


def test_the_queue_is_down(dispatcher):
    down = "http://127.0.0.1:1/1/q"
    task = dispatcher.fire()
    for _ in range(2):
        assert "does not answer" in dispatcher("pulse", url=down, status=3)
    assert "does not answer" in dispatcher("claim", url=down, org="beta", status=3)
    assert dispatcher("claim", url=down)["id"] == task


def test_a_queue_that_is_wrong(dispatcher):
    dispatcher.fire()
    assert "no such queue" in dispatcher("pulse", url=dispatcher.url + "x", status=2)
    assert "no such queue" in dispatcher("claim", url=dispatcher.url + "x", status=2)
    assert dispatcher("pulse")["sent"] == 1


def test_runs_on_until_the_queue_is_back(dispatcher):
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = Queue(client(host, port), "back").url
    server.stop()
    dispatcher.fire()
    running = dispatcher.start("run", url=url)
    time.sleep(2)
    assert running.poll() is None
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    deadline = time.monotonic() + 10
    queue = Queue(client(host, port), "back")
    while queue.counts() == (0, 0) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert queue.counts() == (1, 0)
    assert dispatcher("claim", "--wait", "10", url=url)["attempt"] == 1
    running.terminate()
    assert "does not answer" in running.communicate(timeout=10)[1] and running.returncode == 0
    server.stop()


@both
def test_many_tasks_and_workers(dispatcher, queue):
    tasks = sorted(dispatcher.fire() for _ in range(24))
    for url in (queue.url, queue.url):
        dispatcher("pulse", url=url)
    done = []

    def work():
        while task := dispatcher("claim", "--wait", "1"):
            dispatcher.complete(task)
            done.append(task["id"])
    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(done) == tasks
    assert queue.counts() == (0, 0)
