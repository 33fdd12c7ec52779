"""What stands in a document: values as kubectl reads them, flaws with field and line, and limits."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.snapshots import files, json_values, yaml_values
from apps.snapshots.manifests import read_bytes
from apps.snapshots.reading import Origin

NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: NAME}\n"


def names(reading):
    return [each.body["metadata"]["name"] for each in reading.objects]


def problems(data, name="in.yaml"):
    reading = read_bytes(name, data if isinstance(data, bytes) else data.encode())
    return [str(problem) for problem in reading.problems]


class TestValues:
    def read(self, value):
        [found] = read_bytes("in.yaml", f"{NAMESPACE}v: {value}\n".encode()).objects
        return found.body["v"]

    @pytest.mark.parametrize(
        ("written", "value"),
        [
            ("2026-01-01", "2026-01-01"),
            ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
            ("22:30", "22:30"),
            ("1.2.3", "1.2.3"),
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("8080", 8080),
            ("'8080'", "8080"),
            ("!!str 8080", "8080"),
            ('!!int "8080"', 8080),
            ("0x1F", 31),
            ("010", 8),
            ("08", 8.0),
            ("1_000", 1000),
            ("1e3", 1000.0),
            ("-1.5", -1.5),
            ("yes", True),
            ("Off", False),
            ("'yes'", "yes"),
            ("y", "y"),
            ("N", "N"),
            ("~", None),
            ("", None),
            ("''", ""),
            ("-", [None]),
            ("!Sub web", "web"),
            ("{1: a, true: b, 1.5: c}", {"1": "a", "true": "b", "1.5": "c"}),
            (
                "[&a {x: 1}, *a, {<<: *a, y: 2}, {<<: *a, x: 3}]",
                [{"x": 1}, {"x": 1}, {"x": 1, "y": 2}, {"x": 3}],
            ),
            ("|\n  a\n  b", "a\nb\n"),
        ],
    )
    def test_scalars_are_read_as_kubectl_reads_them(self, written, value):
        read = self.read(f"\n  {written}" if written == "-" else written)
        assert read == value
        assert type(read) is type(value)

    @pytest.mark.parametrize(
        ("written", "message"),
        [
            ("{a: 1, b: {c: 1, c: 2}}", 'v.b: line 4: the key "c" stands here a second time'),
            ("{? [a] : 1}", "v: line 4: a key must be text"),
            ("{~: 1}", "v: line 4: a key must be text"),
            (".nan", "v: line 4: .nan is not a number that JSON can hold"),
            ("[1, -.inf]", "v[1]: line 4: -.inf is not a number that JSON can hold"),
            ("1e999", "v: line 4: 1e999 is not a number that JSON can hold"),
            ("9" * 5000, f"v: line 4: {'9' * 40} is not a number that JSON can hold"),
            ('{"a/b": "x\\0"}', 'v["a/b"]: line 4: the text holds a NUL character'),
            ("{<<: 1}", "v: line 4: a merge (<<) takes mappings only"),
        ],
    )
    def test_flaws_name_field_and_line(self, written, message):
        assert problems(f"{NAMESPACE}v: {written}\n") == [f"in.yaml: document 1: Namespace/NAME: {message}"]

    def test_an_alias_without_an_anchor(self):
        assert problems(f"{NAMESPACE}v: *a\n") == [
            "in.yaml: document 1: Namespace: line 4: uses the alias *a before its anchor is complete"
        ]
        assert "uses the alias *a before its anchor is complete" in problems(f"{NAMESPACE}v: &a [*a]\n")[0]

    def test_an_alias_bomb_is_refused_at_once(self):
        rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
        rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
        [problem] = problems(NAMESPACE + "\n".join(rows))
        assert "grows by more than 100000 values through its aliases" in problem

    def test_aliases_cannot_hide_depth(self):
        rows = ["a0: &a0 [[[[[[[[[[x]]]]]]]]]]"] + [f"a{n}: &a{n} [[[[[*a{n - 1}]]]]]" for n in range(1, 40)]
        assert "is nested deeper than 100 levels" in problems(NAMESPACE + "\n".join(rows))[0]

    @pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
    @pytest.mark.parametrize("name", ["in.yaml", "in.json"])
    def test_depth_is_refused_at_once(self, opening, name):
        [problem] = problems(opening * 100_000, name)
        assert "nested deeper" in problem or "is not valid" in problem


class TestJson:
    def test_several_values_one_behind_the_other(self):
        lines = [
            json.dumps({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": n}}) for n in "abc"
        ]
        reading = read_bytes("in", "\n\n".join(lines).encode())
        assert names(reading) == ["a", "b", "c"]
        assert [each.origin for each in reading.objects] == [Origin("in", n, 2 * n - 1) for n in (1, 2, 3)]

    def test_yaml_that_begins_like_json(self):
        text = "{apiVersion: v1, kind: Namespace, metadata: {name: a}}\n---\n" + NAMESPACE
        assert names(read_bytes("in", text.encode())) == ["a", "NAME"]

    def test_what_is_wrong_is_named(self):
        head = '{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"},\n'
        where = "in.json: document 1: Namespace/a: line 1: "
        assert problems(head + '"v": {"b": 1, "b": 2}}', "in.json") == [
            where + 'the key "b" stands twice in one object'
        ]
        assert problems(head + '"v": NaN}', "in.json") == [where + "NaN is not a number that JSON can hold"]
        assert problems(head + '"v": 1e999}', "in.json") == [
            where + "1e999 is not a number that JSON can hold"
        ]
        assert "is not a number" in problems(head + f'"v": {"9" * 5000}}}', "in.json")[0]
        assert "holds a NUL or half of a surrogate pair" in problems(head + '"v": "\\ud800"}', "in.json")[0]
        assert "holds a NUL" in problems(head + '"v": {"\\u0000": 1}}', "in.json")[0]
        assert problems(head + '"v": ]}', "in.json") == [
            "in.json: document 1: line 2: is not valid JSON: Expecting value"
        ]
        deep = head + '"v": ' + "[" * 150 + "]" * 150 + "}"
        assert problems(deep, "in.json") == ["in.json: document 1: line 1: is nested deeper than 100 levels"]

    json_like = st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
                inner,
                max_size=4,
            )
        ),
        max_leaves=20,
    )

    @settings(deadline=None)
    @given(json_like)
    def test_json_comes_back_as_it_was(self, value):
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": value}
        for ascii_only in (True, False):
            [found] = read_bytes("in", json.dumps(body, ensure_ascii=ascii_only).encode()).objects
            assert found.body == body


def test_limits_are_the_documented_ones():
    assert (files.MAX_FILE_BYTES, files.MAX_TOTAL_BYTES) == (64 * 2**20, 256 * 2**20)
    assert (yaml_values.MAX_DEPTH, json_values.MAX_DEPTH, yaml_values.MAX_ALIASED) == (100, 100, 100_000)
