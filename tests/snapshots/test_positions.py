"""The YAML that is shown reads back as the object, and a path leads to its lines."""

import re
import textwrap

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.snapshots.fieldpaths import join, parts_of
from apps.snapshots.manifests import read_bytes
from apps.snapshots.positions import line_ranges, render

POLICY = {
    "spec": {
        "ingress": [
            {
                "ports": [{"port": 80, "protocol": "TCP"}],
                "from": [
                    {"podSelector": {"matchLabels": {"app": "web"}}},
                    {"namespaceSelector": {}, "podSelector": {}},
                ],
            }
        ],
        "policyTypes": ["Ingress"],
        "podSelector": {},
    },
    "metadata": {"namespace": "shop", "labels": {"example.org/team": "a"}, "name": "db"},
    "kind": "NetworkPolicy",
    "apiVersion": "networking.k8s.io/v1",
}
SHOWN = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db
  namespace: shop
  labels:
    example.org/team: a
spec:
  podSelector: {}
  policyTypes:
    - Ingress
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: web
        - podSelector: {}
          namespaceSelector: {}
      ports:
        - protocol: TCP
          port: 80
"""
# Written by hand: comments, blank lines, flow style, block scalars and a second document.
WRITTEN = """\
# A comment first.
---
kind: A
text: |
  one

  two


# about the list
list:
  - x: 1

    # about what follows
  - [a,
     b]   # on two lines
  - - 1
    - 2
empty:
quoted: "a
  b"
flow: {a: 1, "b c": {d: 2}}
---
items:
- kind: B
  spec: {a: 1}
- kind: C
  spec:
    a: 2
"""


class TestRender:
    def test_well_known_keys_come_first_and_lists_are_indented(self):
        assert render(POLICY) == SHOWN

    def test_equal_bodies_give_equal_text_whatever_their_order(self):
        assert render(read_bytes("in", SHOWN.encode()).objects[0].body) == SHOWN

    @pytest.mark.parametrize(
        "text", ["yes", "y", "N", "1e3", "1.5", "010", "0o7", "2026-01-01", "null", "~", "", "=", "a: b"]
    )
    def test_text_that_could_be_something_else_is_quoted(self, text):
        shown = render({"v": text})
        assert shown.startswith(("v: '", 'v: "'))
        assert yaml.safe_load(shown) == {"v": text}

    @pytest.mark.parametrize("text", ["10.0.0.0/8", "web-1", "ü😀", "1.2.3", "kube-system", "8080/tcp"])
    def test_other_text_is_not(self, text):
        assert render({"v": text}) == f"v: {text}\n"

    def test_long_text_stays_on_its_line_and_lines_stay_lines(self):
        assert render({"v": "a b " * 500}).count("\n") == 1
        assert render({"v": "one\ntwo\n"}) == "v: |\n  one\n  two\n"


class TestLineRanges:
    @pytest.mark.parametrize(
        ("path", "lines"),
        [
            ("", (1, 21)),
            ("metadata", (3, 7)),
            ('metadata.labels["example.org/team"]', (7, 7)),
            ("spec.podSelector", (9, 9)),
            ("spec.policyTypes[0]", (11, 11)),
            ("spec.ingress[0]", (13, 21)),
            ("spec.ingress[0].from", (13, 18)),
            ("spec.ingress[0].from[0]", (14, 16)),
            ("spec.ingress[0].from[1]", (17, 18)),
            ("spec.ingress[0].from[1].namespaceSelector", (18, 18)),
            ("spec.ingress[0].ports[0].port", (21, 21)),
            ("spec.ingress[0].ports[0].endPort", (20, 21)),
            ("spec.ingress[7].from", (12, 21)),
            ("spec.egress[0]", (8, 21)),
            ("nothing.like.it", (1, 21)),
        ],
    )
    def test_of_what_is_rendered(self, path, lines):
        assert line_ranges(SHOWN, [path]) == {path: lines}

    @pytest.mark.parametrize(
        ("path", "lines"),
        [
            ("", (3, 22)),
            ("text", (4, 7)),
            ("list", (11, 18)),
            ("list[0]", (12, 12)),
            ("list[1]", (15, 16)),
            ("list[1][1]", (16, 16)),
            ("list[2]", (17, 18)),
            ("list[2][1]", (18, 18)),
            ("empty", (19, 19)),
            ("quoted", (20, 21)),
            ("flow", (22, 22)),
            ('flow["b c"].d', (22, 22)),
        ],
    )
    def test_of_what_people_write(self, path, lines):
        assert line_ranges(WRITTEN, [path]) == {path: lines}

    def test_of_an_object_in_a_list_of_the_second_document(self):
        found = line_ranges(WRITTEN, ["", "spec.a", "spec"], document=2, base="items[1]")
        assert found == {"": (27, 29), "spec.a": (29, 29), "spec": (28, 29)}
        assert line_ranges(WRITTEN, ["spec.a"], document=2, base="items[0]") == {"spec.a": (26, 26)}

    def test_of_json(self):
        text = '{\n  "kind": "A",\n  "spec": {\n    "a": [\n      1,\n      2\n    ]\n  }\n}\n'
        assert line_ranges(text, ["spec.a", "spec.a[1]", "spec"]) == {
            "spec.a": (4, 7),
            "spec.a[1]": (6, 6),
            "spec": (3, 8),
        }

    def test_of_json_values_one_behind_the_other(self):
        text = '{"a": 1}\n{\n  "a": [\n  2]\n}\n'
        assert line_ranges(text, ["a", ""], document=2) == {"a": (3, 4), "": (2, 5)}
        assert line_ranges(text, ["a"], document=3) == {}

    @pytest.mark.parametrize("text", ["", "# nothing\n", "a: [", "a: 1\n", "a: *b\n" + "[" * 100_000])
    def test_of_text_without_such_a_document(self, text):
        assert line_ranges(text, ["a"], document=2) == {}
        assert line_ranges(text, ["a"]) == ({"a": (1, 1)} if text == "a: 1\n" else {})


class TestPaths:
    @settings(deadline=None)
    @given(st.lists(st.integers(0, 99) | st.text(min_size=1, max_size=6).filter(str.isprintable), min_size=1))
    def test_a_path_comes_back_as_its_parts(self, parts):
        assert parts_of(join(parts)) == tuple(parts)

    def test_a_path_that_cannot_be_read_counts_as_far_as_it_can(self):
        assert parts_of("spec.ingress[x].from") == ("spec", "ingress")
        assert parts_of("") == ()


text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=5) | st.sampled_from(
    ["a\nb", "a\n\n", " x", "-"]
)
keys = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=5)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=15,
)
bodies = st.dictionaries(keys, values, min_size=1, max_size=4)


def paths_of(value, parts=()):
    yield parts, value
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for part, inner in entries:
        yield from paths_of(inner, (*parts, part))


HEAD = "apiVersion: v1\nkind: A\nmetadata: {name: a}\nv:\n"


def load(shown):
    """A YAML text as Portolan reads it."""
    [found] = read_bytes("in.yaml", f"{HEAD}{textwrap.indent(shown, '  ')}".encode()).objects
    return found.body["v"]


@settings(deadline=None)
@given(bodies)
def test_what_is_rendered_reads_back(body):
    assert load(render(body)) == body


def readings(rows):
    """What lines mean alone: a first line such as `- - a: 1` begins two items and a key, any may be meant."""
    dashes = re.match(r" *((?:- )*)", rows[0])
    for count in range(dashes.group(1).count("-") + 1):
        first = rows[0].replace("-", " ", count)
        text = textwrap.dedent("\n".join([first, *rows[1:]]) + "\n")
        yield read_bytes("in.yaml", f"{HEAD}{textwrap.indent(text, '  ')}".encode())


@settings(deadline=None)
@given(bodies)
def test_the_lines_of_a_path_alone_read_as_what_stands_there(body):
    """A key's lines give the key with its value, an item's lines a list of it."""
    shown = render(body)
    for parts, value in paths_of(body):
        first, last = line_ranges(shown, [join(parts)])[join(parts)]
        alone = [
            found.body["v"]
            for each in readings(shown.split("\n")[first - 1 : last])
            for found in each.objects
        ]
        if parts:
            value = [value] if isinstance(parts[-1], int) else {parts[-1]: value}
        assert value in alone
