"""A whole deployment, each part started by its documented command, and each of which can be killed.

Two web servers of two processes each, two workers, a clock, PostgreSQL, a Redis for the cache and one for the broker,
and an API that counts.
"""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil
from django.db import DatabaseError, connections
from django.utils import timezone

from audiences.models import Watch
from dashboard import processes
from dashboard.supervisor import Guard
from team.models import User
from tests.conftest import Redis, start_redis
from tests.dashboard.running import Running, wait
from tests.deployed.mortal import MortalApi
from tests.postgres import Cluster, new_database, running_cluster
from tests.shared.conftest import another_port
from tests.shared.deployment import Deployment, answers, deployed

# what is committed survives the server's processes, if not the machine's end
LIVES_ON = ("fsync=off", "full_page_writes=off")
CACHE = {"maxmemory": "64mb", "maxmemory-policy": "allkeys-lru"}
BROKER = {"maxmemory-policy": "noeviction"}
PARTS = ("web process", "web server", "worker", "beat", "broker", "cache", "database", "API")
SUPERVISORS_PAUSE = 0.1  # seconds until what died is started again
DOWN = 1.0  # seconds that a server which keeps data is away


class Service:
    """A command that is kept running: killed with all of its children, it starts again."""

    def __init__(self, here: Deployment, guard: Guard, command: list[str]) -> None:
        self._here, self._guard, self._command = here, guard, command
        self.start()

    def start(self) -> None:
        self.running: Running = self._here.start(self._command)
        self._guard.add(self.running.process.pid)

    def die(self) -> None:
        os.killpg(self.running.process.pid, signal.SIGKILL)
        self.gone()

    def gone(self) -> None:
        """Wait until it has ended."""
        self.running.process.wait(30)
        self._guard.remove(self.running.process.pid)

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.running.process.pid).children()


class WebServer(Service):
    """Two processes at one address."""

    def __init__(self, here: Deployment, guard: Guard) -> None:
        port = another_port()
        self.url = f"http://127.0.0.1:{port}"
        super().__init__(here, guard, processes.web("127.0.0.1", port))

    def wait(self) -> None:
        wait(lambda: answers(self.url), 30)


class Store:
    """A Redis that comes back where it was, with nothing in it."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self._folder, self._settings = folder, settings
        self.redis: Redis = start_redis(folder, another_port(), settings)

    def start(self) -> None:
        self.redis = start_redis(self._folder, self.redis.port, self._settings)


class Ensemble:
    """All of it, running."""

    def __init__(self, here: Deployment, guard: Guard, cluster: Cluster, cache: Store, broker: Store) -> None:
        self._guard, self.here, self.cluster, self.cache, self.broker = guard, here, cluster, cache, broker
        assert isinstance(here.api, MortalApi)
        self.api = here.api
        self.servers = [WebServer(here, guard) for _ in range(2)]
        self.workers = [Service(here, guard, processes.worker()) for _ in range(2)]
        self.beat = Service(here, guard, processes.beat())
        for server in self.servers:
            server.wait()

    def kill(self, part: str) -> None:
        """One of PARTS, at random where there are two of it; returns when it is up again."""
        kills: dict[str, Callable[[], None]] = {
            "web process": self._web_process,
            "web server": self._web_server,
            "worker": lambda: self._again(random.choice(self.workers)),
            "beat": lambda: self._again(self.beat),
            "broker": lambda: self._store(self.broker),
            "cache": lambda: self._store(self.cache),
            "database": self._database,
            "API": self._api,
        }
        kills[part]()

    @property
    def urls(self) -> list[str]:
        return [server.url for server in self.servers]

    def _web_process(self) -> None:
        server = random.choice(self.servers)
        before = server.children()
        random.choice(before).kill()
        wait(lambda: len(server.children()) == 2 and server.children() != before, 10)
        server.wait()

    def _web_server(self) -> None:
        self._again(server := random.choice(self.servers))
        server.wait()

    def _again(self, service: Service) -> None:
        service.die()
        self.let_pass(SUPERVISORS_PAUSE)
        service.start()

    def _store(self, store: Store) -> None:
        store.redis.kill()
        self.let_pass(DOWN)
        store.start()

    def _database(self) -> None:
        self.cluster.kill()
        self.let_pass(DOWN)
        self.cluster.start()
        self.hang_up()

    def _api(self) -> None:
        self.api.die()
        self.let_pass(DOWN)
        self.api.live()

    def restart(self, server: WebServer) -> None:
        """As an upgrade does: told to end, it may finish what it has begun."""
        server.running.process.send_signal(signal.SIGTERM)
        server.gone()
        server.start()
        server.wait()

    def second_clock(self) -> Service:
        """One too many."""
        return Service(self.here, self._guard, processes.beat())

    def hang_up(self) -> None:
        """This process' own connection is to a server that is gone."""
        connections[self.here.rows(User).db].close()

    def let_pass(self, seconds: float, ids: list[str] | None = None) -> None:
        """Time, in which these audiences are due each second."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if ids:
                self._make_due(ids)
            time.sleep(max(0.0, min(1.0, end - time.monotonic())))

    def _make_due(self, ids: list[str]) -> None:
        late = self.here.rows(Watch).filter(audience_id__in=ids, next_check_at__gt=timezone.now())
        try:
            late.update(next_check_at=timezone.now())
        except DatabaseError:
            self.hang_up()


@contextmanager
def ensemble(folder: Path, **variables: Any) -> Iterator[Ensemble]:
    """Everything runs, and nothing does after the block, nor once the process of the tests was killed. The caller lets
    the database be used.
    """
    with ExitStack() as stack:
        guard = Guard()
        stack.callback(guard.close)
        cluster = stack.enter_context(running_cluster(another_port(), LIVES_ON))
        stores = [_store(stack, folder / name, settings) for name, settings in (("cache", CACHE), ("broker", BROKER))]
        api = MortalApi()
        for end in (api.server_close, api.release, api.shutdown):
            stack.callback(end)
        variables |= {"REDIS_URL": stores[0].redis.url, "BROKER_URL": stores[1].redis.url, "WEB_WORKERS": 2}
        database = new_database(cluster.url)
        here = stack.enter_context(deployed(folder, api, DATABASE_URL=database, **variables))
        yield Ensemble(here, guard, cluster, *stores)


def _store(stack: ExitStack, folder: Path, settings: dict[str, str]) -> Store:
    folder.mkdir()
    store = Store(folder, settings)
    stack.callback(lambda: store.redis.kill())
    return store
