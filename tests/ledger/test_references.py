"""A name or a telephone finds no place in a fact, whatever field a program that errs puts it in."""

from __future__ import annotations

from typing import Any

import msgspec.inspect as types
import pytest
import world

from tongzhou.ledger import door, form
from tongzhou.ledger.kinds import KINDS

PUBLISHED = {"bulletin.published", "community.reported", "indicator.published", "measure.listed"}


def loose(type: Any, path: str) -> list[str]:
    """Where in a body text of no form is taken."""
    if isinstance(type, types.StrType):
        return [path] if type.pattern is None else []
    parts: list[tuple[Any, str]] = []
    if isinstance(type, types.UnionType):
        parts = [(one, path) for one in type.types]
    elif isinstance(type, types.StructType):
        parts = [(field.type, f"{path}.{field.name}") for field in type.fields]
    elif isinstance(type, types.DictType):
        parts = [(type.key_type, path + ".key"), (type.value_type, path + ".value")]
    elif hasattr(type, "item_type"):
        parts = [(type.item_type, path + ".item")]
    return [found for one, deeper in parts for found in loose(one, deeper)]


def test_every_text_of_every_kind_has_a_form_or_is_a_reference():
    for name, kind in KINDS.items():
        found = {path.removeprefix(".") for path in loose(types.type_info(kind.body), "")}
        assert found == set(form.references(name)) or name in PUBLISHED, name


@pytest.mark.postgres
def test_what_is_no_reference_is_refused_with_its_field_and_kept_nowhere(db):
    world.furnish()
    for text in ("王五", "13800001111", "exception/13800001111", "138 0000 1111", "Li Si", "x" * 300):
        raised = world.said("exception.raised", {"household": 3, "concerns": ["fever"], "callback": text}, place=6)
        closed = world.said("exception.closed", {"exception": text, "outcome": "well"}, place=6)
        for fact, field in ((raised, "callback"), (closed, "exception")):
            receipt = world.say(fact)
            refused = receipt.refused[0]
            assert (refused.code, refused.field) == ("malformed", field) and receipt.accepted == 0, refused.detail
            assert text not in refused.detail
    with door.ledger() as connection:
        assert connection.execute("select count(*) from ledger_fact").fetchone() == (0,)


def test_references_and_moments_are_taken():
    for text in (
        "exception/0190f000-0000-7000-8000-013800001111", "2020-03-10T09:00:00+08:00", "household/2147483647",
        "hu.3", "",
    ):  # fmt: skip
        assert form._is_reference(text)
