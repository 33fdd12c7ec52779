"""Files, folders and standard input become objects and Problems; bad input never raises and never hangs."""

import io
import json
import os
import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.snapshots import files
from apps.snapshots.manifests import read_bytes, read_paths
from apps.snapshots.reading import Origin

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: NAME, namespace: shop}
spec: {podSelector: {}}
"""
NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: NAME}\n"


def policy(name):
    return POLICY.replace("NAME", name)


def write(folder, **texts):
    """Writes files; `a__b_yaml` is a/b.yaml."""
    for name, text in texts.items():
        file = folder / (name.replace("__", "/")[::-1].replace("_", ".", 1)[::-1])
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(folder)


def names(reading):
    return [each.body["metadata"]["name"] for each in reading.objects]


def problems(data, name="in.yaml"):
    reading = read_bytes(name, data if isinstance(data, bytes) else data.encode())
    return [str(problem) for problem in reading.problems]


class TestPaths:
    def test_a_folder_is_searched_in_order_for_three_suffixes(self, tmp_path):
        path = write(
            tmp_path,
            b_yaml=policy("b"),
            a_yml=policy("a"),
            sub__deep__c_json='{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"c"}}',
            UPPER_YAML=policy("upper"),
            notes_txt=policy("no"),
        )
        reading = read_paths([path])
        assert names(reading) == ["upper", "a", "b", "c"]
        assert reading.problems == []
        assert reading.objects[3].origin == Origin(str(tmp_path / "sub/deep/c.json"), 1, 1)

    def test_folders_in_a_folder_are_read_in_order(self, tmp_path):
        order = random.Random(1).sample(range(10, 40), 30)
        path = write(tmp_path, **{f"d{n}__p_yaml": policy(f"p{n}") for n in order})
        assert names(read_paths([path])) == [f"p{n}" for n in range(10, 40)]

    def test_standard_input_is_read_once(self):
        reading = read_paths(["-", "-"], stdin=io.BytesIO(policy("x").encode()))
        assert names(reading) == ["x"]
        assert reading.problems == []
        assert reading.objects[0].origin == Origin("standard input", 1, 1)

    def test_empty_standard_input_is_a_problem(self):
        reading = read_paths(["-"], stdin=io.BytesIO(b""))
        assert [str(each) for each in reading.problems] == ["standard input: holds no Kubernetes object"]

    def test_other_yaml_in_a_folder_is_passed_over(self, tmp_path):
        path = write(
            tmp_path,
            values_yaml="kind: Deployment\nreplicas: 2\non: {1: x}\nimage: !Ref web\n",
            Chart_yaml="apiVersion: v2\nname: shop\nversion: 1.0.0\n",
            kustomization_yaml="resources: [a.yaml]\n",
            sub__kustomization_yaml=(
                "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n"
            ),
            twice_yaml="a: 1\na: 2\n",
            empty_yaml="",
            comments_yaml="# nothing\n---\n# nor here\n",
            list_json="[1, 2]",
            policy_yaml=policy("p"),
        )
        reading = read_paths([path])
        assert names(reading) == ["p"]
        assert reading.problems == []

    def test_the_same_file_named_explicitly_is_a_problem(self, tmp_path):
        write(tmp_path, values_yaml="replicas: 2\n")
        reading = read_paths([str(tmp_path / "values.yaml")])
        assert [str(each) for each in reading.problems] == [
            f"{tmp_path}/values.yaml: holds no Kubernetes object"
        ]

    def test_a_folder_without_any_object_is_a_problem(self, tmp_path):
        reading = read_paths([write(tmp_path, values_yaml="replicas: 2\n")])
        assert [str(each) for each in reading.problems] == [f"{tmp_path}: holds no Kubernetes object"]

    def test_an_empty_list_is_no_problem(self):
        assert read_bytes("in.yaml", b"apiVersion: v1\nkind: List\nitems: []\n").problems == []

    def test_links_are_followed_and_each_real_file_is_read_once(self, tmp_path):
        write(tmp_path, a__p_yaml=policy("p"))
        (tmp_path / "a/loop").symlink_to(tmp_path)
        (tmp_path / "z.yaml").symlink_to(tmp_path / "a/p.yaml")
        reading = read_paths([str(tmp_path), str(tmp_path / "a"), str(tmp_path / "a/p.yaml")])
        assert names(reading) == ["p"]
        assert reading.problems == []

    def test_what_is_missing_dangling_or_no_file_is_named(self, tmp_path):
        (tmp_path / "gone.yaml").symlink_to(tmp_path / "nowhere")
        os.mkfifo(tmp_path / "pipe.yaml")  # opening it would wait for ever
        reading = read_paths([str(tmp_path), str(tmp_path / "none.yaml"), "a\0b"])
        assert [str(each) for each in reading.problems] == [
            f"{tmp_path}/gone.yaml: cannot be read: No such file or directory",
            f"{tmp_path}/none.yaml: cannot be read: No such file or directory",
            "a\0b: cannot be read: embedded null byte",
        ]

    def test_limits_of_size(self, tmp_path, monkeypatch):
        monkeypatch.setattr(files, "MAX_FILE_BYTES", 2**20)
        monkeypatch.setattr(files, "MAX_TOTAL_BYTES", 2**20 + 500)
        filler = "#" * 2**19 + "\n"
        path = write(tmp_path, a_yaml=policy("a") + filler, b_yaml=policy("b") + filler, c_yaml=filler * 3)
        reading = read_paths([str(Path(path) / "c.yaml"), path])
        assert "c.yaml: is larger than 1 MiB" in str(reading.problems[0])
        assert "is not read: the input is larger than" in str(reading.problems[1])
        assert names(reading) == []


class TestDocuments:
    def test_one_broken_document_does_not_hide_the_others(self):
        broken = "kind: NetworkPolicy\nmetadata:\n  name: x\n  namespace: y\n a: b\n"
        text = "---\n".join([policy("a"), broken, policy("c")])
        reading = read_bytes("in.yaml", text.encode())
        assert names(reading) == ["a", "c"]
        assert [each.origin for each in reading.objects] == [
            Origin("in.yaml", 1, 1),
            Origin("in.yaml", 3, 12),
        ]
        [problem] = reading.problems
        assert (problem.document, problem.object, problem.field) == (2, "NetworkPolicy/y/x", "line 10")
        assert problem.message.startswith("is not valid YAML: ")

    @pytest.mark.parametrize(
        ("text", "documents"),
        [
            ("---\nA", [(1, 2)]),
            ("# c\n\n---\nA---\nB", [(1, 4), (2, 8)]),
            ("A---\n---\nB", [(1, 1), (3, 6)]),
            ("%YAML 1.1\n---\nA", [(1, 3)]),
            ("A...\n# c\n---\nB", [(1, 1), (2, 7)]),
            ("A...\nB", [(1, 1), (2, 5)]),
            ("--- # c\nA", [(1, 2)]),
            ("A---\n", [(1, 1)]),
        ],
    )
    def test_numbers_and_lines(self, text, documents):
        text = re.sub(r"\b[AB](?![A-Z])", NAMESPACE, text)
        reading = read_bytes("in.yaml", text.encode())
        assert reading.problems == []
        assert [(each.origin.document, each.origin.line) for each in reading.objects] == documents

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "utf-32"])
    @pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
    def test_encodings_and_line_ends(self, encoding, newline):
        text = (NAMESPACE.replace("NAME", "ü") + "---\n" + NAMESPACE).replace("\n", newline)
        assert names(read_bytes("in.yaml", text.encode(encoding))) == ["ü", "NAME"]

    def test_bytes_that_are_no_text(self):
        assert problems(b"a: 1\nb: \xff\xfe\n") == ["in.yaml: line 2: is not valid UTF-8: byte 8"]
        assert problems(b"\x89PNG\r\n\x1a\n\0\0")[0].startswith("in.yaml: ")
        assert problems("kind: A\napiVersion: v\nb: \x01\n") == [
            "in.yaml: document 1: A: line 3: holds a character that YAML does not allow (U+0001)"
        ]

    def test_a_helm_template_is_recognised(self):
        [block] = problems("{{- if .Values.on }}\n" + policy("x") + "{{- end }}\n")
        assert block.startswith("in.yaml: document 1: NetworkPolicy: line 1: is not valid YAML: ")
        assert block.endswith("this looks like a Helm template: render it first (helm template)")
        [inline] = problems(POLICY.replace("NAME", "{{ .Values.name }}"))
        assert "line 3" in inline
        assert "Helm template" in inline

    def test_a_tab_in_the_indentation_is_named(self):
        [problem] = problems("apiVersion: v1\nkind: Pod\nmetadata:\n\tname: x\n")
        assert problem == (
            "in.yaml: document 1: Pod/x: line 4: is not valid YAML: a tab stands in the indentation,"
            " where only blanks may"
        )


class TestObjects:
    def test_lists_are_taken_apart_however_nested(self):
        pods = {"apiVersion": "v1", "kind": "PodList", "items": [{"metadata": {"name": "a"}}]}
        inner = {"apiVersion": "v1", "kind": "List", "items": [pods]}
        service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "b"}}
        outer = {"apiVersion": "v1", "kind": "List", "metadata": {}, "items": [inner, service]}
        reading = read_bytes("in.json", json.dumps(outer).encode())
        assert [(e.body["kind"], e.origin.path) for e in reading.objects] == [
            ("Pod", "items[0].items[0].items[0]"),
            ("Service", "items[1]"),
        ]
        assert reading.objects[0].body["apiVersion"] == "v1"

    def test_a_sequence_of_objects_is_a_list_too(self):
        text = json.dumps([{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}])
        assert names(read_bytes("in.json", text.encode())) == ["a"]

    def test_secrets_are_never_kept(self):
        secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"k": "c2VjcmV0"}}
        bare = {"metadata": {"name": "t"}, "data": {"k": "c2VjcmV0"}}
        values = [
            secret,
            {"apiVersion": "v1", "kind": "List", "items": [secret]},
            {"apiVersion": "v1", "kind": "SecretList", "items": [bare]},
        ]
        reading = read_bytes("in.json", "\n".join(map(json.dumps, values)).encode())
        assert reading.objects == []
        assert reading.problems == []

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("kind: NetworkPolicy\nspec: {}", "NetworkPolicy: apiVersion: is missing"),
            ("kind: 5\napiVersion: v1", "kind: must be text that is not empty"),
            ("Kind: Pod\nmetadata: {name: a}\nspec: {}", "a: apiVersion: is missing"),
            ("kind: ''\napiVersion: v1", "kind: must be text that is not empty"),
            ("kind: List\napiVersion: v1\nitems: {}", "List: items: must be a list"),
            ("kind: List\napiVersion: v1\nitems: [1]", "items[0]: must be an object"),
            (
                "kind: List\napiVersion: v1\nitems: [{kind: Pod, metadata: {name: a, namespace: [b]}}]",
                "Pod/a: items[0].apiVersion: is missing",
            ),
        ],
    )
    def test_what_means_to_be_an_object_and_is_none(self, text, message, tmp_path):
        reading = read_paths([write(tmp_path, in_yaml=text)])
        assert [str(each) for each in reading.problems] == [f"{tmp_path}/in.yaml: document 1: {message}"]

    def test_kinds_are_given_as_they_are(self):
        text = "apiVersion: example.org/v1\nkind: Whatever\nmetadata: 5\nspec: [1]\n"
        [found] = read_bytes("in.yaml", text.encode()).objects
        assert found.body == {
            "apiVersion": "example.org/v1",
            "kind": "Whatever",
            "metadata": 5,
            "spec": [1],
        }


MANIFEST = [
    POLICY,
    NAMESPACE,
    "kind: List\napiVersion: v1\nitems:\n- {a: &x [1, 2], b: *x}\n",
    '{"a": [1, "\\u00e9"]}',
]


class TestAnything:
    @settings(max_examples=300, deadline=None)
    @given(
        st.binary(max_size=200) | st.text("-.:{}[]&*!|>'\"%@`#,? \n\tab1<~\0é", max_size=80).map(str.encode)
    )
    def test_no_bytes_raise(self, data):
        reading = read_bytes("in", data)
        assert reading.objects or reading.problems

    @settings(max_examples=300, deadline=None)
    @given(st.sampled_from(MANIFEST), st.data())
    def test_no_damage_raises(self, text, data):
        place = data.draw(st.integers(0, len(text)))
        dropped = data.draw(st.integers(0, 3))
        put = data.draw(st.text("-:{}[]&*!|'\"%#,? \n\tx1<", max_size=4))
        read_bytes("in", (text[:place] + put + text[place + dropped :]).encode())
