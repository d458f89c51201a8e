"""What Prometheus asks for (`manage.py metrics`, at METRICS_ADDRESS), for the whole deployment at once.

Requests and calls are counted by all processes into the cache they share (audiences.measures); what waits, fills and
lives is read from the database. No label holds an id, a name or an address of anybody.
"""

import threading
from collections.abc import Iterator

from django.db import DatabaseError, connection
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from audiences import calls, measures
from audiences.api.messages import Operation
from dashboard import health, observing
from operations import backed_up, heartbeat, queues

_FAMILIES = ("1xx", "2xx", "3xx", "4xx", "5xx")
_READS = {"hit": "fresh", "stale": "stale", "miss": "none"}


class Deployment(Collector):
    """Everything, read anew at each scrape. A part that cannot be read is left out: `dashboard_up` says why."""

    def collect(self) -> Iterator[Metric]:
        """As Prometheus's client wants it."""
        yield from _requests()
        yield from _calls()
        yield _reads()
        yield _up()
        try:
            yield from _rows()
        except DatabaseError:
            return
        finally:
            connection.close()


def views() -> list[str]:
    """The names of all views, as requests are counted by them."""
    found = {observing.STATIC, observing.NOWHERE}
    todo: list[URLPattern | URLResolver] = list(get_resolver().url_patterns)
    while todo:
        entry = todo.pop()
        if isinstance(entry, URLResolver):
            todo.extend(entry.url_patterns)
        elif entry.name:
            found.add(entry.name)
    return sorted(found)


def _requests() -> Iterator[Metric]:
    names = {f"requests-{view}-{family}": (view, family) for view in views() for family in _FAMILIES}
    counter = CounterMetricFamily("dashboard_requests", "Requests answered.", labels=("view", "status"))
    counts = measures.totals(names)
    for name, many in counts.items():
        counter.add_metric(names[name], many)
    yield counter
    limits = {f"request-le-{limit}": limit for limit in observing.BUCKETS}
    found = measures.totals([*limits, "request-us"])
    buckets = [(str(limit), float(found.get(name, 0))) for name, limit in limits.items()]
    times = HistogramMetricFamily("dashboard_request_seconds", "Seconds from a request to its answer.")
    times.add_metric([], [*buckets, ("+Inf", float(sum(counts.values())))], found.get("request-us", 0) / 1e6)
    yield times


def _calls() -> Iterator[Metric]:
    names = {
        f"api-{operation}-{outcome}": (operation, outcome) for operation in Operation for outcome in calls.OUTCOMES
    }
    counter = CounterMetricFamily("dashboard_api_calls", "Calls of the API.", labels=("endpoint", "outcome"))
    for name, many in measures.totals(names).items():
        counter.add_metric(names[name], many)
    yield counter
    spans = {f"api-us-{operation}": operation for operation in Operation}
    seconds = CounterMetricFamily("dashboard_api_seconds", "Seconds spent in calls of the API.", labels=("endpoint",))
    for name, micro in measures.totals(spans).items():
        seconds.add_metric((spans[name],), micro / 1e6)
    yield seconds
    held = CounterMetricFamily("dashboard_api_held", "Calls not sent: AUDIENCES_API_RATE was used up.")
    held.add_metric((), measures.totals(["held"]).get("held", 0))
    yield held


def _reads() -> Metric:
    counter = CounterMetricFamily("dashboard_cache_reads", "What pages asked, by what was kept.", labels=("kept",))
    for name, many in measures.totals(_READS).items():
        counter.add_metric((_READS[name],), many)
    return counter


def _up() -> Metric:
    gauge = GaugeMetricFamily("dashboard_up", "Whether a part of the deployment works.", labels=("part",))
    for part, word in health.parts().items():
        if word != "none":
            gauge.add_metric((part,), float(word == "ok"))
    return gauge


def _rows() -> Iterator[Metric]:
    ages = GaugeMetricFamily("dashboard_queue_age_seconds", "Since the first row became due.", labels=("queue",))
    waiting = GaugeMetricFamily("dashboard_queue_waiting", "Rows that are due.", labels=("queue",))
    for queue in queues.queues():
        ages.add_metric((queue.name,), queue.age)
        waiting.add_metric((queue.name,), queue.waiting)
    yield from (ages, waiting)
    filling = GaugeMetricFamily("dashboard_audiences_populating", "Audiences being populated.", labels=("state",))
    for state, many in queues.filling().items():
        filling.add_metric((state,), many)
    yield filling
    yield _gauge(
        "dashboard_oldest_check_seconds", "Since the audience looked at longest ago was.", queues.oldest_check()
    )
    alive = GaugeMetricFamily("dashboard_processes", "Workers and clocks seen within a minute.", labels=("kind",))
    for kind in heartbeat.Kind:
        alive.add_metric((kind.value,), heartbeat.alive(kind))
    yield alive
    if last := backed_up.last_good():
        age = (timezone.now() - last.started_at).total_seconds()
        yield _gauge("dashboard_backup_age_seconds", "Since the last good dump of the database was begun.", age)


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)


def serve(host: str, port: int) -> threading.Thread:
    """Answer whoever asks, in a thread of its own, which is given. Raises OSError when that is no place to listen."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Deployment())
    _, thread = start_http_server(port, host, registry=registry)
    return thread
