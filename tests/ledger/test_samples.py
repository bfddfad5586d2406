"""A fact that was written once can be read for ever: one stored sample of every kind, as older programs wrote it.

Never change a sample: a body only grows, and a changed meaning is a new kind. A new kind adds its sample here.
"""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from tongzhou.ledger.kinds import KINDS, canonical

SAMPLES = json.loads((Path(__file__).with_name("samples.json")).read_text())


def test_every_kind_has_its_sample() -> None:
    assert set(SAMPLES) == set(KINDS)


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_it_is_still_read_and_nothing_of_it_is_lost(name: str) -> None:
    body = KINDS[name].decode(json.dumps(SAMPLES[name]))
    told = msgspec.json.decode(msgspec.json.encode(body))
    for field, value in SAMPLES[name].items():
        default = next(f.default for f in msgspec.structs.fields(type(body)) if f.name == field)
        found = told.get(field, default)
        assert (sorted(found) if isinstance(found, list) else found) == value, field
    assert KINDS[name].decode(canonical(body)) == body
    with pytest.raises(msgspec.ValidationError):
        KINDS[name].decode(json.dumps({**SAMPLES[name], "unheard_of": 1}))
