"""`manage.py rebuild_history [CLUSTER …] [--all]`: since when edges are as they are, from what is stored."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.reachability.rebuild import PrunedHistory, lacks_history, rebuild_history
from apps.snapshots.models import Cluster


class Command(BaseCommand):
    help = "Makes the history of clusters whose snapshots were stored before there was one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "clusters", nargs="*", metavar="CLUSTER", help="by slug; without one, every cluster"
        )
        parser.add_argument("--all", action="store_true", help="also where nothing is missing")

    def handle(self, *_: Any, **options: Any) -> None:
        clusters = Cluster.objects.filter(slug__in=options["clusters"]) if options["clusters"] else None
        found = list(Cluster.objects.all() if clusters is None else clusters)
        if unknown := set(options["clusters"]) - {cluster.slug for cluster in found}:
            raise CommandError(f"There is no cluster {', '.join(sorted(unknown))}")
        for cluster in found:
            if options["all"] or lacks_history(cluster):
                self._rebuild(cluster)

    def _rebuild(self, cluster: Cluster) -> None:
        try:
            for snapshot in rebuild_history(cluster):
                self.stdout.write(f"{cluster.slug} #{snapshot.number}")
        except PrunedHistory as error:
            raise CommandError(str(error)) from None
