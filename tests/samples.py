"""A sample of every kind: as an edition that went out wrote it (ledger/samples.json), else made from its fields.

python tests/samples.py      keeps those that are only made so far: before an edition goes out
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from tongzhou.ledger.kinds import KINDS
from tongzhou.ledger.sampled import sampled

KEPT = Path(__file__).parent / "ledger" / "samples.json"
STORED: dict[str, Any] = json.loads(KEPT.read_text())
SAMPLES: dict[str, Any] = STORED | {kind: sampled(kind) for kind in KINDS if kind not in STORED}


def keep() -> None:
    lines = (f"  {json.dumps(kind)}: {json.dumps(body, ensure_ascii=False)}" for kind, body in sorted(SAMPLES.items()))
    KEPT.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if os.environ.get("KEEP_SAMPLES") == "1":
    keep()
