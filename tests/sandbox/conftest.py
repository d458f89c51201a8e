import pytest

from tests.sandbox.running import launch


@pytest.fixture(scope="session")
def sandbox():
    """The one server most tests share; a created audience takes 0.4 s to become ready."""
    running = launch("--populate-seconds", "0.4")
    yield running
    running.stop()


@pytest.fixture
def start():
    """Starts further servers with options of their own, and stops them."""
    started = []

    def begin(*arguments):
        started.append(launch(*arguments))
        return started[-1]

    yield begin
    for running in started:
        running.stop()
