#!/usr/bin/env python3
"""What would these manifests open, close or break? For pull requests; needs Python 3.9 or newer only.

    PORTOLAN_URL=https://portolan.example.org PORTOLAN_TOKEN=ptl_… check_policies.py CLUSTER FOLDER…

Asks Portolan's what-if about the newest snapshot of the cluster and prints the answer as Markdown, fit for a
comment. Nothing is stored or applied. Exit status: 0 no guardrail is broken by it, 3 one is broken or can no
longer be decided, 2 the manifests or the request cannot be used. A token of the role viewer is enough.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

SHOWN = 20  # edges


def main(cluster: str, folders: list[str]) -> int:
    files = [file for folder in folders for file in sorted(find_manifests(Path(folder)))]
    if not files:
        print(f"There is no .yaml, .yml or .json file in {', '.join(folders)}.", file=sys.stderr)
        return 2
    status, answer = ask(cluster, files)
    if status != 200:
        print(complain(status, answer), file=sys.stderr)
        return 2
    print(describe(cluster, answer))
    worse = [rule for rule in answer["guardrails"] if rule["after"] in ("broken", "unknown")]
    return 3 if worse else 0


def find_manifests(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return [file for ending in ("yaml", "yml", "json") for file in path.rglob(f"*.{ending}")]


def ask(cluster: str, files: list[Path]) -> tuple[int, dict[str, Any]]:
    """The status and the decoded answer."""
    border = secrets.token_hex(16)
    address = f"{os.environ['PORTOLAN_URL'].rstrip('/')}/api/v1/clusters/{cluster}/snapshots/latest/what-if/"
    headers = {
        "Authorization": f"Token {os.environ['PORTOLAN_TOKEN']}",
        "Content-Type": f"multipart/form-data; boundary={border}",
    }
    request = urllib.request.Request(f"{address}?limit={SHOWN}", multipart(files, border), headers)
    try:
        with urllib.request.urlopen(request, timeout=120) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        try:
            return error.code, json.load(error)
        except ValueError:
            return error.code, {"detail": error.reason}
    except urllib.error.URLError as error:
        return 0, {"detail": f"{address}: {error.reason}"}


def multipart(files: list[Path], border: str) -> bytes:
    """RFC 7578."""
    parts = []
    for file in files:
        name = str(file).replace('"', "%22").replace("\n", "%0A")
        head = f'--{border}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        parts.append(head.encode() + file.read_bytes() + b"\r\n")
    return b"".join(parts) + f"--{border}--\r\n".encode()


def describe(cluster: str, answer: dict[str, Any]) -> str:
    counts = answer["counts"]
    number = answer["before"]["snapshot"]
    lines = [
        f"### What this would change in {cluster}",
        "",
        f"Against snapshot #{number}: **{counts['opened']}** opened, **{counts['closed']}** closed, "
        f"**{counts['changed']}** changed edges.",
    ]
    if answer["dns_broken"]:
        lines.append(f"Name lookup breaks for: {', '.join(answer['dns_broken'])}.")
    for rule in answer["guardrails"]:
        lines.append(f"- Guardrail **{rule['name']}**: {rule['before'] or 'not checked'} → {rule['after']}")
        lines += [f"  - {tell_breach(breach)}" for breach in rule["broken"] + rule["unknown"]]
    if answer["results"]:
        lines += ["", "| | from | to | port | before | after |", "|---|---|---|---|---|---|"]
        lines += [row(edge) for edge in answer["results"]]
    if answer["count"] > len(answer["results"]):
        lines.append(f"\n{answer['count'] - len(answer['results'])} more edges are not listed.")
    return "\n".join(lines)


def tell_breach(breach: dict[str, Any]) -> str:
    where = breach["source"] if not breach["target"] else f"{breach['source']} → {breach['target']}"
    port = f":{breach['port']}/{breach['protocol']}" if breach["port"] else ""
    return f"{where}{port}: {breach['says']}"


def row(edge: dict[str, Any]) -> str:
    sides = [edge[side]["verdict"] if edge[side] else "–" for side in ("before", "after")]
    cells = [edge["kind"], edge["source"], edge["target"], f"{edge['port']}/{edge['protocol']}", *sides]
    return f"| {' | '.join(cells)} |"


def complain(status: int, answer: dict[str, Any]) -> str:
    lines = [f"Portolan answers {status or 'nothing'}: {answer.get('detail', '')}"]
    for error in answer.get("errors", ()):
        place = ":".join(str(error[key]) for key in ("file", "document", "object", "field") if error.get(key))
        lines.append(f"{place}: {error['message']}")
    return "\n".join(lines)


if __name__ == "__main__":
    if len(sys.argv) < 3 or not {"PORTOLAN_URL", "PORTOLAN_TOKEN"} <= os.environ.keys():
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
