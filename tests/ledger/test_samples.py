"""A fact that was written once can be read for ever: a sample of every kind, stored as older programs wrote it.

Never change a stored sample: a body only grows, and a changed meaning is a new kind. A new kind has one that is made
from its fields (samples.py) until an edition with it goes out.
"""

from __future__ import annotations

import json

import msgspec
import pytest
from samples import SAMPLES, STORED

from tongzhou.ledger.kinds import KINDS, canonical


def test_no_kind_that_went_out_is_gone() -> None:
    assert set(STORED) <= set(KINDS) == set(SAMPLES)


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
