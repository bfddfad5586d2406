"""A sample of every kind: as an edition that went out wrote it (ledger/samples.json), else made from its fields.

python tests/samples.py      keeps those that are only made so far: before an edition goes out
"""

from __future__ import annotations

import json
import os
import uuid
from pathlib import Path
from typing import Any

from tongzhou.ledger.fold import FOLDS, HANDLING
from tongzhou.ledger.kinds import KINDS
from tongzhou.ledger.sampled import sampled
from tongzhou.ledger.ways import Envelope

KEPT = Path(__file__).parent / "ledger" / "samples.json"
STORED: dict[str, Any] = json.loads(KEPT.read_text())
SAMPLES: dict[str, Any] = STORED | {kind: sampled(kind) for kind in KINDS if kind not in STORED}

KEY = uuid.UUID("0170bbd2-0000-7000-8000-000000000004")


def nouns_of(kind: str) -> set[str]:
    """The nouns that a kind touches, as its sample has them."""
    known = KINDS[kind]
    envelope = Envelope(5, 6, 3, lambda _place: True)
    return {touch.subject.partition("/")[0] for touch in known.touches(KEY, known.decode(sample(kind)), envelope)}


def key_of(noun: str) -> str:
    """The key under which the samples speak of a noun: what is founded has the id of its fact."""
    if noun == "spoken":
        return str(KEY)
    for kind in SPEAKING[noun]:
        known = KINDS[kind]
        for touch in known.touches(KEY, known.decode(sample(kind)), Envelope(5, 6, 3, lambda _place: True)):
            if touch.subject.startswith(f"{noun}/"):
                return str(KEY) if touch.how == "founds" else touch.subject.partition("/")[2]
    return str(KEY)


def sample(kind: str) -> bytes:
    return json.dumps(SAMPLES[kind]).encode()


SPEAKING = {
    noun: sorted(kind for kind in SAMPLES if not KINDS[kind].mass and kind not in HANDLING and noun in nouns_of(kind))
    for noun in FOLDS
}


def keep() -> None:
    lines = (f"  {json.dumps(kind)}: {json.dumps(body, ensure_ascii=False)}" for kind, body in sorted(SAMPLES.items()))
    KEPT.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if os.environ.get("KEEP_SAMPLES") == "1":
    keep()
