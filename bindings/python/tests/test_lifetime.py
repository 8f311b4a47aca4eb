"""Handles: closing, collecting, and many threads."""
from __future__ import annotations

import gc
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import Any, Callable

import pytest
import tracedag
from support import BAD, GOOD, python
from tracedag import Dag, _call, _report
from tracedag._call import Handle

THREADS = 8
NOON = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)

READERS: list[Callable[[Dag], Any]] = [
    lambda dag: dag.jobs,
    lambda dag: dag.job("pack"),
    lambda dag: dag.publishes,
    lambda dag: dag.publish("packed"),
    lambda dag: dag.external_datasets,
    lambda dag: dag.order,
    lambda dag: dag.sources,
    lambda dag: dag.origins,
    lambda dag: dag.job_hashes,
    lambda dag: dag.dumps(form="resolved", syntax="yaml"),
    lambda dag: dag.upstream("serve", transitive=True),
    lambda dag: dag.downstream("tick", transitive=True),
    lambda dag: dag.next_runs("tick", NOON, 9),
    lambda dag: dag.flows(),
    lambda dag: dag.trust("json"),
    lambda dag: dag.draw("dot", older=dag),
]


# ---- closing --------------------------------------------------------------------------------


@pytest.mark.parametrize("warm", [False, True], ids=["unread", "read"])
def test_a_closed_dag(warm: bool) -> None:
    dag = tracedag.load(GOOD)
    for read in READERS if warm else []:
        read(dag)
    dag.close()
    dag.close()
    assert dag.closed and repr(dag).endswith(" closed>")
    for read in READERS:
        with pytest.raises(ValueError, match="^this Dag is closed$"):
            read(dag)
    with pytest.raises(ValueError, match="is closed"), dag:
        pass
    assert dag.hash.startswith("td1:") and dag.name == "demo"


@pytest.mark.parametrize("warm", [False, True], ids=["unread", "read"])
def test_a_closed_report(warm: bool) -> None:
    report = tracedag.check(BAD)
    if warm:
        list(report)
    report.close()
    report.close()
    assert report.closed and not report.valid
    for read in (len, list, str, lambda r: r[0], lambda r: r.errors, lambda r: r.dropped,
                 lambda r: r.render("json"), lambda r: r.position(0)):
        with pytest.raises(ValueError, match="^this Report is closed$"):
            read(report)
    with pytest.raises(ValueError, match="is closed"), report:
        pass


def test_context_managers_close() -> None:
    with tracedag.check(GOOD) as report, report.dag as dag:
        jobs = dag.jobs
    assert report.closed and dag.closed
    assert jobs[0].name == "hook"


def test_a_report_and_its_dag_close_in_any_order() -> None:
    report = tracedag.check(GOOD)
    report.close()
    assert report.dag.dumps()
    report = tracedag.check(GOOD)
    report.dag.close()
    assert str(report).startswith("-: accepted")


def test_the_finalizer_drops_once() -> None:
    dropped: list[int] = []
    handle = Handle("Thing", 7, dropped.append)
    handle.close()
    handle.close()
    del handle
    gc.collect()
    assert dropped == [7]


def test_what_nobody_refers_to_is_dropped() -> None:
    dropped: list[int] = []
    handle = Handle("Thing", 7, dropped.append)
    watch = weakref.ref(handle)
    del handle
    gc.collect()
    assert watch() is None and dropped == [7]


def test_memory_goes_when_the_last_call_has_ended() -> None:
    dropped: list[int] = []
    handle = Handle("Thing", 7, dropped.append)
    with handle as pointer:
        handle.close()
        assert pointer == 7 and not dropped
        with pytest.raises(ValueError, match="this Thing is closed"), handle:
            pass
    assert dropped == [7]


def test_parts_live_without_the_dag() -> None:
    jobs = tracedag.load(GOOD).jobs
    finding = tracedag.check(BAD)[0]
    gc.collect()
    assert jobs[1].config["exact"] and "tock" in finding.message


def test_open_handles_at_exit_do_no_harm() -> None:
    result = python("-X", "dev", "-c", "import tracedag, sys, threading\n"
                    f"dag = tracedag.load({GOOD!r})\n"
                    f"sys.modules['kept'] = tracedag.check({BAD!r})\n"
                    "def run():\n"
                    "    while True: dag.dumps()\n"
                    "threading.Thread(target=run, daemon=True).start()\n")
    assert (result.returncode, result.stderr) == (0, b"")


def test_nothing_is_dropped_at_exit() -> None:
    """A daemon thread may be in a call then."""
    result = python("-c", "import sys; from tracedag._call import Handle\n"
                    "sys.kept = Handle('Thing', 'dropped', print)")
    assert (result.returncode, result.stdout) == (0, b"")


def test_a_report_is_dropped_when_its_dag_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    dropped: list[Any] = []

    class Spy:
        def tracedag_report_unref(self, pointer: Any) -> None:
            dropped.append(pointer)
            tracedag.lib.tracedag_report_unref(pointer)

    def fail(pointer: Any) -> None:
        tracedag.lib.tracedag_dag_unref(pointer)
        raise MemoryError

    monkeypatch.setattr(_report, "lib", Spy())
    monkeypatch.setattr(tracedag, "Dag", fail)
    with pytest.raises(MemoryError):
        tracedag.check(GOOD)
    gc.collect()
    assert len(dropped) == 1


def test_what_the_library_hands_over_is_freed(monkeypatch: pytest.MonkeyPatch) -> None:
    freed: list[Any] = []

    class Spy:
        def __getattr__(self, name: str) -> Any:
            return getattr(tracedag.lib, name)

        def tracedag_free(self, owned: Any) -> None:
            freed.append(owned)
            tracedag.lib.tracedag_free(owned)

    dag, report = tracedag.load(GOOD), tracedag.check(BAD)
    assert dag.jobs
    monkeypatch.setattr(_call, "lib", Spy())
    for owned in (dag.dumps, report.render, lambda: dag.origins, lambda: dag.job_hashes,
                  lambda: dag.upstream("serve"), lambda: dag.downstream("tick"),
                  lambda: dag.next_runs("tick", NOON, 9), dag.flows, dag.trust):
        freed.clear()
        assert owned()
        assert len(freed) == 1 and freed[0]


def test_memory_comes_back() -> None:
    """Forty documents of 8 MB are never in memory together; allocators keep some of it."""
    result = python("-c", "import resource, tracedag\n"
                    "text = b'# ' + b'x' * (8 << 20) + b'\\n' + " f"{GOOD!r}\n"
                    "def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
                    "limits = dict(input_bytes=16 << 20)\n"
                    "def use():\n"
                    "    tracedag.load(text, **limits).dumps()\n"
                    "    str(tracedag.check(text + b'x: 1', **limits))\n"
                    "use(); before = peak()\n"
                    "for _ in range(20): use()\n"
                    "print((peak() - before) // 1024)")
    assert result.returncode == 0, result.stderr
    assert int(result.stdout) < 100


# ---- threads --------------------------------------------------------------------------------


def in_threads(work: Callable[[int], Any]) -> list[Any]:
    """What `work` gives in each of the threads, which begin together."""
    barrier = threading.Barrier(THREADS)

    def run(number: int) -> Any:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def test_threads_share_a_dag() -> None:
    for _ in range(20):
        dag = tracedag.load(GOOD)
        first, *others = in_threads(lambda _: [read(dag) for read in READERS])
        for other in others:
            assert other == first
            assert other[0] is first[0]


def test_threads_share_a_report() -> None:
    for _ in range(20):
        report = tracedag.check(BAD)
        results = in_threads(lambda _: (report.findings, str(report), report.errors))
        assert all(result == results[0] for result in results)
        assert len({id(result[0]) for result in results}) == 1


def test_threads_share_options() -> None:
    options = tracedag.Options(jobs=3)
    for reports in in_threads(lambda _: [tracedag.check(GOOD, options=options)
                                         for _ in range(20)]):
        assert all(len(report) == 1 for report in reports)


def test_checks_of_their_own() -> None:
    def work(number: int) -> set[str]:
        document = GOOD.replace(b"name: demo", b"name: demo%d" % number)
        return {tracedag.hash(document) for _ in range(50)}

    results = in_threads(work)
    assert all(len(result) == 1 for result in results)
    assert len(set.union(*results)) == THREADS


def test_closing_races() -> None:
    """Whatever the order, a reader gets the whole or a ValueError."""
    expected = tracedag.dumps(GOOD)

    for _ in range(100):
        dag = tracedag.load(GOOD)

        def work(number: int, dag: Dag = dag) -> bool:
            try:
                for _ in range(number):
                    assert dag.dumps() == expected
                    assert dag.jobs
            except ValueError as error:
                assert str(error) == "this Dag is closed"
            dag.close()
            return dag.closed

        assert all(in_threads(work))


def test_other_threads_run_while_a_document_is_checked() -> None:
    """A call that kept the lock would let them run as it begins and as it ends, and no more."""
    large = b"# " + b"x" * (30 << 20) + b"\n" + GOOD
    options = tracedag.Options(input_bytes=64 << 20, heap_bytes=1 << 30)
    ticks: list[float] = []
    stop = threading.Event()

    def tick() -> None:
        while not stop.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.0005)

    ticker = threading.Thread(target=tick)
    ticker.start()
    start = time.monotonic()
    try:
        assert tracedag.check(large, options=options).valid
    finally:
        end = time.monotonic()
        stop.set()
        ticker.join()
    assert sum(start < moment < end for moment in ticks) >= 5
