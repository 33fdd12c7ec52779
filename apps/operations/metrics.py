"""What Prometheus scrapes: from the database and the broker alone, so that any web process may answer."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from . import vitals


def write_metrics() -> bytes:
    """The text of https://prometheus.io/docs/instrumenting/exposition_formats/."""
    registry = CollectorRegistry()
    registry.register(_Vitals())
    return generate_latest(registry)


class _Vitals(Collector):
    def collect(self) -> Iterator[GaugeMetricFamily]:
        queue = vitals.queue()
        yield _one("portolan_broker_up", "Whether the broker answers.", queue.messages is not None)
        if queue.messages is not None:
            yield _one("portolan_queue_messages", "Tasks that wait for a worker.", queue.messages)
        yield self._pulses()
        found = vitals.clusters()
        yield from self._times(found)
        yield from self._sizes(found)

    def _pulses(self) -> GaugeMetricFamily:
        family = GaugeMetricFamily(
            "portolan_pulse_age_seconds", "Since the last sign of life.", labels=["part"]
        )
        for part, at in vitals.pulses().items():
            family.add_metric([part], (timezone.now() - at).total_seconds())
        return family

    def _times(self, found: list[vitals.ClusterVitals]) -> Iterator[GaugeMetricFamily]:
        ages = _by_cluster("portolan_snapshot_age_seconds", "Since the newest stored snapshot ended.")
        durations = _by_cluster("portolan_snapshot_duration_seconds", "How long that snapshot took.")
        failures = _by_cluster("portolan_snapshot_failures", "Snapshots that failed in the last 24 hours.")
        late = _by_cluster("portolan_snapshot_late", "Whether twice the interval passed without one.")
        for each in found:
            slug = [each.cluster.slug]
            if each.age is not None:
                ages.add_metric(slug, each.age.total_seconds())
            if each.duration is not None:
                durations.add_metric(slug, each.duration.total_seconds())
            failures.add_metric(slug, each.failures)
            late.add_metric(slug, each.is_late)
        yield from (ages, durations, failures, late)

    def _sizes(self, found: list[vitals.ClusterVitals]) -> Iterator[GaugeMetricFamily]:
        objects = _by_cluster("portolan_objects", "What the newest stored snapshot holds.", "kind")
        for each in found:
            if each.newest is None:
                continue
            for kind, count in each.newest.counts.items():
                objects.add_metric([each.cluster.slug, kind], count)
        yield objects
        edges = _by_cluster("portolan_edges", "Its edges: from a namespace to a Service port.", "verdict")
        for each in found:
            for verdict, count in each.edges.items():
                edges.add_metric([each.cluster.slug, verdict], count)
        yield edges


def _one(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, value=value)


def _by_cluster(name: str, meaning: str, *further: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, labels=["cluster", *further])
