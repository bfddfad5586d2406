"""Does what somebody brings agree with what the vault holds? The answer names fields; nothing that is sealed leaves."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from psycopg import Connection

from tongzhou.people import erasing, sealing
from tongzhou.people.findable import plain_telephone
from tongzhou.people.vault import UNTIL


def differing(connection: Connection[Any], told: Mapping[str, Mapping[str, str]]) -> dict[str, list[str]]:
    """By owner, the fields that say something else than what stands in the vault or stood there before a correction.

    Of those who were erased nothing differs: it cannot be known. Whoever calls has made sure that the asker may see the
    owners, since an answer tells whether a guess is right.
    """
    owners = list(told)
    erased = erasing.gone(connection, owners) if owners else set()
    held = _held(connection, [owner for owner in owners if owner not in erased])
    return {
        owner: [name for name, value in fields.items() if value and _plain(name, value) not in held[owner][name]]
        for owner, fields in told.items()
        if owner not in erased
    }


def _held(connection: Connection[Any], owners: Collection[str]) -> dict[str, dict[str, set[str]]]:
    """By owner and field, whatever stood there, as it is compared."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    if not owners:
        return found
    keys = connection.execute(
        "select owner, wrapped, kek from people_vault_key where owner = any(%s) and wrapped is not null", [owners]
    )
    opened = {owner: sealing.unwrap(owner, bytes(wrapped), kek) for owner, wrapped, kek in keys}
    items = connection.execute(
        "select owner, field, sealed from people_vault_item where owner = any(%s)", [list(opened)]
    )
    for owner, field, sealed in items:
        name = field.partition(UNTIL)[0]
        found[owner][name].add(_plain(name, sealing.unseal(opened[owner], owner, field, bytes(sealed))))
    return found


def _plain(name: str, value: str) -> str:
    """Without what makes no difference: the width of signs, blanks, and how a telephone is parted."""
    if name == "telephone":
        return plain_telephone(value)
    return " ".join(unicodedata.normalize("NFKC", value).split()).casefold()
