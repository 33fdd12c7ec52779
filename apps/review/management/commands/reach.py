"""`manage.py reach`: what manifests allow, without a database or a server."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser

from apps.engine import PROFILES, assumptions_for, compute_reach, parse_cluster
from apps.engine.model import Assumptions, Cluster
from apps.reachability import tables
from apps.reachability.batch import answer_text
from apps.reachability.results import by_service, by_workload, only_notes
from apps.review.guardrail_rows import result_rows
from apps.review.guardrails import Checker, Guardrail, GuardrailRefused, Outcome, read_guardrails
from apps.snapshots.check import find_problems
from apps.snapshots.manifests import read_paths

_BAD_INPUT = 2
_NOT_HELD = 3

Form = Callable[[Cluster, Assumptions, str | None, str | None], dict[str, Any]]
_FORMS: Mapping[str, tuple[Form, Callable[[dict[str, Any]], tables.Rows]]] = {
    "service": (by_service, tables.edge_rows),
    "workload": (by_workload, tables.connection_rows),
}


class Command(BaseCommand):
    help = "Work out from manifests which namespaces can reach which Services, or which workloads."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "paths", nargs="*", metavar="PATH", help="files, folders, or - for standard input"
        )
        parser.add_argument("--by", choices=tuple(_FORMS), default="service")
        parser.add_argument("--format", choices=("table", "json", "csv"), default="table")
        parser.add_argument("--from", dest="source", metavar="NAMESPACE", help="only from this namespace")
        parser.add_argument("--to", dest="target", metavar="NAMESPACE[/SERVICE[:PORT]]", help="only to this")
        parser.add_argument("--cluster-domain", default="cluster.local", metavar="DOMAIN")
        parser.add_argument("--plugin", choices=tuple(PROFILES), default="generic")
        parser.add_argument("--assume", action="append", default=[], type=_pair, metavar="KEY=VALUE")
        parser.add_argument(
            "--guardrails",
            action="append",
            default=[],
            metavar="FILE",
            help="check these instead of printing edges; exit status 3 if one is broken or unknown",
        )
        parser.add_argument(
            "--batch", metavar="FILE", help="answer one JSON object a line; - reads standard input"
        )

    def handle(self, *_: str, **options: Any) -> None:
        if options["batch"]:
            self._batch(options["batch"], options["cluster_domain"])
        else:
            self._reach(options)

    def _reach(self, options: Mapping[str, Any]) -> None:
        assumptions = self._assumptions(options)
        self._check_target(options)
        if not options["paths"]:
            self._refuse(["PATH: name at least one file or folder, or - for standard input"])
        guardrails = self._guardrails(options["guardrails"])
        reading = read_paths(options["paths"], stdin=sys.stdin.buffer)
        problems = find_problems(reading)
        if problems:
            self._refuse(map(str, problems))
        cluster = parse_cluster((each.body for each in reading.objects), domain=options["cluster_domain"])
        if guardrails:
            self._check(guardrails, cluster, assumptions, options["format"])
            return
        compute, rows = _FORMS[options["by"]]
        result = compute(cluster, assumptions, options["source"], options["target"])
        self._print(result, rows(result), options["format"])

    def _check(
        self, guardrails: list[Guardrail], cluster: Cluster, assumptions: Assumptions, form: str
    ) -> None:
        """Prints what each guardrail came to; exit status 3 unless all of them pass."""
        checker = Checker(cluster, compute_reach(cluster, assumptions), assumptions)
        results = [checker.check(guardrail) for guardrail in guardrails]
        told = {"guardrails": [result.tell() for result in results], **only_notes(cluster, assumptions)}
        self._print(told, result_rows(results), form)
        for result in results:
            for warning in filter(None, (result.vacuous, result.gap)):
                self.stderr.write(f"warning: Guardrail/{result.name}: {warning}")
        if any(result.outcome is not Outcome.PASS for result in results):
            raise SystemExit(_NOT_HELD)

    def _guardrails(self, files: list[str]) -> list[Guardrail]:
        if not files:
            return []
        try:
            return read_guardrails(read_paths(files, stdin=sys.stdin.buffer))
        except GuardrailRefused as refusal:
            self._refuse(map(str, refusal.problems))

    def _print(self, result: dict[str, Any], rows: tables.Rows, form: str) -> None:
        for note in result["notes"]:
            self.stderr.write(f"{note['level']}: {note['object']}: {note['message']}")
        if form == "json":
            self.stdout.write(json.dumps(result, indent=2))
        else:
            self.stdout.write(tables.as_csv(rows) if form == "csv" else tables.as_table(rows), ending="")

    def _batch(self, file: str, domain: str) -> None:
        if file == "-":
            self._answer(sys.stdin, domain)
            return
        try:
            with Path(file).open(encoding="utf-8") as lines:
                self._answer(lines, domain)
        except (OSError, UnicodeDecodeError) as error:
            self._refuse([f"{file}: cannot be read: {error}"])

    def _answer(self, lines: Iterable[str], domain: str) -> None:
        for line in lines:
            if line.strip():
                self.stdout.write(json.dumps(answer_text(line, domain=domain)))
                self.stdout.flush()

    def _assumptions(self, options: Mapping[str, Any]) -> Assumptions:
        try:
            return assumptions_for(options["plugin"], dict(options["assume"]))
        except ValueError as error:
            self._refuse([f"--{error}"])

    def _check_target(self, options: Mapping[str, Any]) -> None:
        """`NAMESPACE[/SERVICE[:PORT]]`; workloads are only asked for by namespace."""
        target = options["target"] or ""
        service, _, port = target.partition(":")
        if ":" in target and not (port.isdigit() and "/" in service):
            self._refuse(
                [f"--to: must be NAMESPACE, NAMESPACE/SERVICE or NAMESPACE/SERVICE:PORT, not {target}"]
            )
        if "/" in target and options["by"] == "workload":
            self._refuse(["--to: with --by workload it names a namespace only"])

    def _refuse(self, messages: Iterable[str]) -> NoReturn:
        """One line a problem on standard error, and exit status 2."""
        for message in messages:
            self.stderr.write(message)
        raise SystemExit(_BAD_INPUT)


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise ArgumentTypeError(f"must be KEY=VALUE, not {text!r}")
    return key, value
