from __future__ import annotations

from django.http import QueryDict

from apps.web.question import read_question, split_edge, split_port
from apps.web.yaml_lines import yaml_lines


def test_the_address_comes_back() -> None:
    for address in (
        "?ask=to&to=payments/db&from=orders&port=5432/TCP&view=table&show=allowed,denied",
        "?ask=from&from=orders&sel=orders%3Epayments/db:5432/TCP",
        "?ask=from",
    ):
        assert read_question(QueryDict(address[1:]).dict()).address() == address


def test_what_is_no_value_counts_as_not_given() -> None:
    question = read_question({"ask": "why", "port": "99999", "view": "cube", "show": "red"})
    assert question == read_question({})


def test_ports_and_edges() -> None:
    assert split_port("53/udp") == (53, "UDP")
    assert split_port("443") == (443, "")
    assert split_port("0") is None
    assert split_port("https") is None
    assert split_edge("orders > payments/db:5432/TCP") == ("orders", "payments/db", "5432/TCP")
    assert split_edge("") == ("", "", "")


def test_lines_keep_their_numbers_through_blank_ones_and_markup() -> None:
    lines = yaml_lines('a: "<b>"\n\nb: |\n  x\n  y\n', [(3, 4)])
    assert [line.number for line in lines] == [1, 2, 3, 4, 5]
    assert [line.number for line in lines if line.hit] == [3, 4]
    assert "&lt;b&gt;" in lines[0].html
