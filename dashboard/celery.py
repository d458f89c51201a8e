"""Celery. The database is the schedule and beat only rings the bell: losing a message, the broker, a worker or the
clock loses nothing (RELIABILITY facts 5 and 6; the settings are those of its section 2).

Web code publishes nothing: it writes rows, and the tick finds them.
"""

import logging
import math
import os
import time
import warnings
from contextlib import suppress
from typing import Any, Self

from celery import Celery, bootsteps, signals
from celery.app.amqp import AMQP
from celery.beat import EmbeddedService, Scheduler
from celery.platforms import SecurityWarning
from kombu import Connection

from dashboard import requestid
from dashboard.startup import read_env_file, refuse_half_restored, require_api_key

if "DJANGO_SETTINGS_MODULE" not in os.environ:  # a process of its own
    read_env_file()
require_api_key()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")

from django.conf import settings  # noqa: E402

_IN_PROCESS = "memory://localhost/"
_SOCKET_SECONDS = 5
# it warns root of messages that carry pickles; only JSON is accepted here
warnings.filterwarnings("ignore", category=SecurityWarning)


class SteadyConnection(Connection):
    """Looks for a lost broker every 3 s at most; Celery's own pauses grow to 30 s and cannot be set."""

    def ensure_connection(self, *args: Any, **options: Any) -> Self:
        """As kombu's."""
        return super().ensure_connection(*args, **{"interval_max": 3, **options})

    def maybe_close_channel(self, channel: Any) -> None:
        """As kombu's. A channel that closes with rings in its hands, its broker gone, fails in a way that kombu does
        not expect, and the worker ended of it; a lost ring is worth nothing.
        """
        with suppress(AttributeError):
            super().maybe_close_channel(channel)


class SteadyAMQP(AMQP):
    """Celery's, with our connection."""

    Connection = SteadyConnection


app = Celery(
    "dashboard",
    amqp=SteadyAMQP,
    broker=settings.BROKER_URL or _IN_PROCESS,
    include=["audiences.tasks", "operations.tasks"],
)
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    # With memory:// the processes of a pool read from one pipe under one lock, and one that is killed while it
    # waits there keeps the lock: measured, no task ran again. Threads die with the worker, which is then restarted.
    worker_pool="prefork" if settings.BROKER_URL else "threads",
    worker_concurrency=4,  # two for exports at most, so that what people wait for has a place
    worker_prefetch_multiplier=1,
    result_backend=None,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_soft_time_limit=45,
    task_time_limit=60,
    task_publish_retry=False,
    worker_cancel_long_running_tasks_on_connection_loss=True,  # the broker hands them out again
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_connection_timeout=_SOCKET_SECONDS,
    enable_utc=True,
    beat_scheduler="dashboard.celery:Clock",
    beat_schedule={
        # a ring that nobody took while it was new is worth nothing: the next one does the same
        "tick": {"task": "audiences.tasks.tick", "schedule": 2.0, "options": {"expires": 10}},
        "export": {"task": "audiences.tasks.export", "schedule": 1.0, "options": {"expires": 5}},
        "mail": {"task": "audiences.tasks.send_mail", "schedule": 10.0, "options": {"expires": 10}},
        # whether a backup is due is the database's to say
        "backup": {"task": "operations.tasks.backup", "schedule": 120.0, "options": {"expires": 120}},
        "clear old": {"task": "audiences.tasks.clear_old", "schedule": 3600.0, "options": {"expires": 600}},
        "clear dead": {"task": "operations.tasks.clear_old", "schedule": 3600.0, "options": {"expires": 600}},
        "refresh account groups": {
            "task": "audiences.tasks.refresh_account_groups",
            "schedule": 600.0,
            "options": {"expires": 600},
        },
    },
)
if settings.BROKER_URL:
    app.conf.broker_transport_options = {
        "visibility_timeout": 120,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": _SOCKET_SECONDS,
        "socket_connect_timeout": _SOCKET_SECONDS,
        "health_check_interval": 10,
    }


@signals.celeryd_init.connect
def _refuse_half_restored(**_: Any) -> None:
    """Before the worker makes its pool."""
    refuse_half_restored()


@signals.setup_logging.connect
def _keep_djangos_logging(**_: Any) -> None:
    """Being connected is enough: Celery then leaves the logging of the settings alone."""


def _on_one_line(record: logging.LogRecord) -> bool:
    # every ring that a silent broker swallows would print two stack traces
    if record.exc_info and record.exc_info[1]:
        record.msg, record.args, record.exc_info = "%s", (str(record.exc_info[1]),), None
    return True


logging.getLogger("celery.beat").addFilter(_on_one_line)


@signals.worker_ready.connect
def _start_clock(**_: Any) -> None:
    # -B starts a process, which cannot reach a broker that lives in this one
    if not settings.BROKER_URL:
        EmbeddedService(app, thread=True, scheduler_cls=Clock).start()


class Clock(Scheduler):
    """Celery's in memory (a file would be a second source of truth), which says now and then that it lives."""

    _said = -math.inf

    def tick(self, *args: Any, **options: Any) -> float:
        """As Celery's."""
        if time.monotonic() - self._said >= heartbeat().EVERY:
            self._said = time.monotonic()
            heartbeat().write(heartbeat().Kind.BEAT)
        return float(super().tick(*args, **options))

    def close(self) -> None:
        """As Celery's."""
        super().close()
        heartbeat().end(heartbeat().Kind.BEAT)


class Lives(bootsteps.StartStopStep):
    """Has a worker say now and then that it lives, whether or not anything is rung."""

    requires = ("celery.worker.components:Timer",)
    _timer: Any = None

    def start(self, worker: Any) -> None:
        """From now on, and every so often."""
        self._say()
        self._timer = worker.timer.call_repeatedly(heartbeat().EVERY, self._say)

    def stop(self, worker: Any) -> None:
        """The worker ends as it should."""
        if self._timer is not None:
            self._timer.cancel()
        heartbeat().end(heartbeat().Kind.WORKER)

    terminate = stop

    def _say(self) -> None:
        heartbeat().write(heartbeat().Kind.WORKER)


app.steps["worker"].add(Lives)


@signals.task_prerun.connect
def _name_what_is_logged(task_id: str = "", **_: Any) -> None:
    requestid.begin(task_id)


def heartbeat() -> Any:
    """The module, once Django's apps are ready: the worker's step and the clock come before that."""
    from operations import heartbeat

    return heartbeat
