"""What a report says: the same as REST, all of its scope, and equal for equal snapshots."""

from __future__ import annotations

import json
import re
from io import BytesIO

import pikepdf
import pytest
from django.contrib.auth.models import AbstractBaseUser
from rest_framework.test import APIClient

from apps.reachability.queries import load_reach
from apps.reports.contents import tell_report
from apps.reports.contents.told_edges import ToldEdges
from apps.reports.contents.words import numbers_of, ranges
from apps.reports.options import Options, OptionsRefused, check_options
from apps.reports.seal import canonical
from apps.snapshots.models import Snapshot
from tests.reachability.stored import deny_all, store_harbour_again
from tests.reports.made import make_pdf, text_of

FIRST = "/api/v1/clusters/harbour/snapshots/1/"


@pytest.fixture
def rest(reviewer: AbstractBaseUser) -> APIClient:
    client = APIClient()
    client.force_login(reviewer)
    return client


def counted(rest: APIClient, address: str) -> int:
    number: int = rest.get(address).json()["count"]
    return number


def test_numbers_on_paper_are_those_of_rest(harbour: Snapshot, rest: APIClient) -> None:
    pdf = make_pdf(harbour)
    with pikepdf.open(BytesIO(pdf)) as opened:
        content = json.loads(opened.attachments["content.json"].get_file().read_bytes())
    edges = content["summary"]["edges"]
    assert edges["total"] == counted(rest, f"{FIRST}reach/")
    for verdict in ("allowed", "partial", "unrestricted", "unknown", "denied", "empty"):
        assert edges[verdict] == counted(rest, f"{FIRST}reach/?verdict={verdict}")
    for severity, number in content["findings"]["by_severity"].items():
        assert number == counted(rest, f"{FIRST}findings/?severity={severity}")
    text = text_of(pdf)
    assert f"Of {edges['total']} edges" in text
    assert f"{edges['reaching']} are allowed by policy in whole or in part" in text
    findings = rest.get(f"{FIRST}findings/?limit=500").json()["results"]
    assert all(each["message"] in text for each in findings)
    names = rest.get(f"{FIRST}namespaces/?limit=500").json()["results"]
    assert [row["name"] for row in content["namespaces"]] == [each["name"] for each in names]
    assert [row["dns"] for row in content["namespaces"]] == [each["dns"] for each in names]


def test_the_pages_say_what_rest_says(sample: Snapshot, rest: APIClient) -> None:
    """Out of the text of the PDF, not out of what is attached to it."""
    text, first = text_of(make_pdf(sample)), "/api/v1/clusters/sample/snapshots/1/"
    counts = {
        verdict: counted(rest, f"{first}reach/?verdict={verdict}")
        for verdict in ("allowed", "partial", "unrestricted", "unknown")
    }
    assert all(counts.values())
    reaching = counts["allowed"] + counts["partial"] + counts["unrestricted"]
    assert f"{reaching} are allowed by policy in whole or in part, {counts['unrestricted']} of" in text
    assert f"{counts['unrestricted']} unrestricted edges" in text
    assert f"{counts['unknown']} edges could not be decided" in text
    severities = {
        s: counted(rest, f"{first}findings/?severity={s}") for s in ("high", "medium", "low", "info")
    }
    assert f"By severity: {', '.join(f'{count} {word}' for word, count in severities.items())}." in text
    for row in rest.get(f"{first}namespaces/?limit=500").json()["results"]:
        told = re.search(rf"{row['name']} (\S+) (\S+) {row['dns']} [a-z –]+ (\d+) (\d+) (\d+)", text)
        assert told, row
        assert [int(number) for number in told.groups()[2:]] == [
            row[name] for name in ("workloads", "services", "policies")
        ]


def test_the_matrix_is_that_of_rest(sample: Snapshot, rest: APIClient) -> None:
    drawn = tell_report(sample, Options(kind="executive"))["matrix"]
    answer = rest.get("/api/v1/clusters/sample/snapshots/1/matrix/").json()
    assert [row["label"] for row in drawn["rows"]] == answer["rows"]
    assert drawn["cells"] == answer["cells"]


def test_edges_are_those_of_the_reach(harbour: Snapshot) -> None:
    edges = ToldEdges(tell_report(harbour, Options())["edges"])
    told = {
        (edges.namespaces[number], port["target"], port["port"], port["protocol"]): (verdict, pairs)
        for port, verdict, sources in edges.rows()
        for number in sources
        for pairs in [edges.pairs_of(port).get(number)]
    }
    real = {
        (edge.source, edge.target, edge.port, edge.protocol): edge for edge in load_reach(harbour).edges()
    }
    assert told.keys() == real.keys()
    for key, (verdict, pairs) in told.items():
        assert verdict == real[key].verdict
        assert pairs is None or pairs == (real[key].allowed_pairs, real[key].pairs)
        assert verdict != "partial" or pairs is not None
    assert {verdict for verdict, _ in told.values()} >= {"partial", "unrestricted", "denied", "empty"}


def test_changes_are_counted_as_rest_counts_them(harbour: Snapshot, rest: APIClient) -> None:
    second = store_harbour_again(harbour.cluster, extra=[deny_all("orders")])
    changes = tell_report(second, Options(against=1))["changes"]
    answer = rest.get("/api/v1/clusters/harbour/snapshots/2/diff/?against=1").json()
    assert changes["counts"] == answer["counts"]
    assert changes["counts"]["closed"] > 0
    assert [cause["sentence"] for cause in changes["causes"]] == [
        cause["sentence"] for cause in answer["causes"]
    ]
    text = text_of(make_pdf(second, against=1))
    assert f"{changes['counts']['closed']} closed" in text
    assert changes["causes"][0]["sentence"] in text


def test_a_scope_of_namespaces_tells_every_edge_from_or_to_them(harbour: Snapshot) -> None:
    content = tell_report(harbour, Options(namespaces=("shop",)))
    edges = ToldEdges(content["edges"])
    told = {
        (edges.namespaces[number], port["target"], port["port"], port["protocol"])
        for port, _, sources in edges.rows()
        for number in sources
    }
    assert told == {
        (edge.source, edge.target, edge.port, edge.protocol)
        for edge in load_reach(harbour).edges()
        if edge.source == "shop" or edge.target.startswith("shop/")
    }
    assert content["summary"]["edges"]["total"] == len(told)
    assert [row["name"] for row in content["namespaces"]] == ["shop"]
    assert {each["object"]["namespace"] for each in content["findings"]["findings"]} <= {"shop", ""}
    assert "." in "".join(content["matrix"]["cells"])


def test_evidence_holds_the_cited_policies_alone_with_marked_lines(harbour: Snapshot) -> None:
    evidence = tell_report(harbour, Options())["evidence"]
    assert evidence["policies"]
    for policy in evidence["policies"]:
        assert policy["marks"]
        for mark in policy["marks"]:
            first, last = mark["lines"]
            assert 1 <= first <= last <= len(policy["text"])
            assert mark["says"]
    marked = {
        line.strip()
        for policy in evidence["policies"]
        for mark in policy["marks"]
        for line in policy["text"][mark["lines"][0] - 1 : mark["lines"][1]]
        if any(said.startswith("allow:") for said in mark["says"])
    }
    assert any("podSelector" in line or "namespaceSelector" in line for line in marked)


def test_equal_snapshots_say_the_same_and_others_do_not(harbour: Snapshot) -> None:
    first = canonical(tell_report(harbour, Options()))
    assert first == canonical(tell_report(Snapshot.objects.get(pk=harbour.pk), Options(paper="letter")))
    assert "yaml_url" not in first
    other = store_harbour_again(harbour.cluster, extra=[deny_all("orders")])
    assert canonical(tell_report(other, Options())) != first


@pytest.mark.parametrize(
    ("options", "field"),
    [
        (Options(kind="long"), "kind"),
        (Options(paper="a5"), "paper"),
        (Options(format="doc"), "format"),
        (Options(namespaces=("nowhere",)), "namespaces"),
        (Options(namespaces=("shop",), guardrail="x"), "guardrail"),
        (Options(against=1), "against"),
        (Options(against=7), "against"),
        (Options(namespaces=tuple(f"n{n}" for n in range(201))), "namespaces"),
    ],
)
def test_wrong_options_are_refused_by_their_field(harbour: Snapshot, options: Options, field: str) -> None:
    with pytest.raises(OptionsRefused) as refused:
        check_options(harbour, options)
    assert refused.value.field == field


def test_ranges_are_undone() -> None:
    for numbers in ([], [0], [0, 1, 2], [3, 5, 6, 7, 9]):
        assert numbers_of(ranges(numbers)) == numbers
    assert ranges([0, 1, 2, 7]) == "0-2,7"
