"""`manage.py report CLUSTER -o FILE` makes a report; `--verify FILE` says whether it was made here."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from apps.reports.make import draw_report, keep_file
from apps.reports.models import Report
from apps.reports.options import FORMATS, KINDS, PAPERS, Options, OptionsRefused, check_options, find_stored
from apps.reports.render import RenderFailed
from apps.reports.seal import verify_file
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.queries import NothingStored, latest_complete

_NOT_OURS, _BAD_INPUT = 1, 2


class Command(BaseCommand):
    help = "Make a report of a stored snapshot, or say whether a file is one that this server made."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("cluster", nargs="?", metavar="CLUSTER", help="its name in addresses (slug)")
        parser.add_argument("--snapshot", type=int, metavar="N", help="default: the latest")
        parser.add_argument("-o", "--output", metavar="FILE", help="default: a name made of the above")
        parser.add_argument("--kind", choices=KINDS, default="full")
        parser.add_argument("--paper", choices=PAPERS, default="a4")
        parser.add_argument("--format", choices=FORMATS, default="pdf")
        parser.add_argument("--namespace", action="append", default=[], metavar="NS", help="repeatable")
        parser.add_argument("--guardrail", default="", metavar="NAME")
        parser.add_argument("--against", type=int, metavar="N", help="default: the last signed review")
        parser.add_argument("--verify", metavar="FILE", help="was this file made by this server?")

    def handle(self, *_: str, **options: Any) -> None:
        if options["verify"]:
            self._verify(Path(options["verify"]))
        else:
            self._make(options)

    def _make(self, options: dict[str, Any]) -> None:
        try:
            snapshot = self._snapshot(options["cluster"], options["snapshot"])
            wanted = check_options(snapshot, _wanted(options))
            content_sha256, data = draw_report(snapshot, wanted)
            report = _keep(snapshot, wanted, content_sha256, data)
            file = Path(options["output"] or report.file_name)
            file.write_bytes(data)
        except OptionsRefused as refused:
            self._refuse([f"--{refused.field.replace('namespaces', 'namespace')}: {refused.message}"])
        except (NothingStored, RenderFailed, OSError) as error:
            self._refuse([str(error)])
        self.stdout.write(f"{file}: {len(data)} bytes")
        self.stdout.write(f"content sha256 {content_sha256}")
        self.stdout.write(f"file sha256 {report.file_sha256}")

    def _snapshot(self, slug: str | None, number: int | None) -> Snapshot:
        cluster = Cluster.objects.filter(slug=slug or "").first()
        if cluster is None:
            self._refuse([f"CLUSTER: there is no cluster {slug!r}" if slug else "CLUSTER: name a cluster"])
        snapshot = latest_complete(cluster) if number is None else find_stored(cluster, number)
        if snapshot is None:
            which = "no finished snapshot" if number is None else f"no finished snapshot {number}"
            self._refuse([f"--snapshot: {cluster.slug} has {which}"])
        return snapshot

    def _verify(self, file: Path) -> None:
        try:
            found = verify_file(file.read_bytes())
        except OSError as error:
            self._refuse([f"--verify: {error}"])
        self.stdout.write(found.says)
        if not found.made_here:
            raise SystemExit(_NOT_OURS)

    def _refuse(self, messages: Iterable[str]) -> NoReturn:
        for message in messages:
            self.stderr.write(message)
        raise SystemExit(_BAD_INPUT)


def _wanted(options: dict[str, Any]) -> Options:
    names = ("kind", "paper", "format", "guardrail", "against")
    return Options(**{name: options[name] for name in names}, namespaces=tuple(options["namespace"]))


def _keep(snapshot: Snapshot, options: Options, content_sha256: str, data: bytes) -> Report:
    """Known from now on, so that `--verify` finds it."""
    report = Report.objects.create(
        cluster=snapshot.cluster,
        snapshot=snapshot,
        snapshot_number=snapshot.number,
        options=options.as_json(),
        by="command line",
        state=Report.State.RUNNING,
        holder="command line",
        started=timezone.now(),
    )
    keep_file(report, content_sha256, data)
    report.refresh_from_db()
    return report
