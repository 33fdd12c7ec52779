"""`python -m tests.fakes.kube_api FOLDER`: the fake API server with a folder of manifests, until Ctrl-C."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.fakes.kube_api import KubeApi


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.kube_api", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default="")
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--kubeconfig", type=Path, help="write a kubeconfig for it to this file")
    options = parser.parse_args()
    with KubeApi(read_folder(options.folder), port=options.port, token=options.token, tls=options.tls) as api:
        if options.kubeconfig:
            options.kubeconfig.write_text(api.kubeconfig())
        print(api.url, flush=True)
        threading.Event().wait()


def read_folder(folder: Path) -> Iterator[dict[str, Any]]:
    """The objects of every YAML or JSON file under `folder`, Lists taken apart."""
    for file in sorted(each for each in folder.rglob("*") if each.suffix in {".yaml", ".yml", ".json"}):
        for document in yaml.safe_load_all(file.read_text()):
            yield from _flattened(document)


def _flattened(document: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(document, dict) or "kind" not in document:
        return
    if document["kind"].endswith("List") and "items" in document:
        for item in document["items"]:
            yield from _flattened(item)
    else:
        yield document
