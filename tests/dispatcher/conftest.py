"""Fixtures: each test runs on both stores, in an organisation of its own."""
import pytest

import support


def pytest_sessionstart():
    if not support.COMMAND:
        pytest.exit("TRACEDAG_DISPATCHER has to name the command `dispatcher`", returncode=2)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def store(request, tmp_path_factory):
    if request.param == "postgres" and not support.POSTGRES:
        pytest.skip("TRACEDAG_TEST_POSTGRES names no server: see postgres.sh")
    return support.new_store(request.param, tmp_path_factory.mktemp("store"))


@pytest.fixture
def org(store):
    return support.Organisation(store)
