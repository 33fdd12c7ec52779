"""Each folder of tests/cases is one behaviour of a rule of docs/semantics.md: manifests and what to expect.

`expected.yaml`: `rule`, `sentence`, `source`, and what to answer the asks under (`plugin`, `assume`); then
`asks` with `expect` as `reach --batch` takes and answers them, `edges` of which the given keys must hold, and
`notes` that must be given.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

CASES = Path(__file__).parents[1] / "cases"
FOLDERS = sorted(path.parent for path in CASES.glob("*/expected.yaml"))


def read_expected(folder: Path) -> dict[str, Any]:
    return yaml.safe_load((folder / "expected.yaml").read_text())


def read_objects(folder: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((folder / "manifests.yaml").read_text()))
