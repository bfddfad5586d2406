"""What was written down on behalf of a post: it counts at once, and the post confirms or contests it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from django.utils.translation import gettext_noop

from tongzhou.ledger.fold import Row, folds
from tongzhou.ledger.kinds import KINDS, Fact
from tongzhou.ledger.owed import Owed
from tongzhou.ledger.shapes import reshaped

SPOKEN = "spoken"


def written_down(facts: Sequence[Fact]) -> list[str]:
    """Those that somebody else wrote down for the post that spoke, by the keys of their rows."""
    ordered = sorted((fact for fact in facts if fact.behalf), key=lambda fact: fact.order)
    return [str(fact.id) for fact in ordered]


@folds(SPOKEN, called=gettext_noop("what was written down for a post"), settled={"confirmed": "the post said so"})
def fold_spoken(key: str, facts: Sequence[Fact]) -> Row | None:
    """Waiting until the post says something; its last word holds."""
    said = next((fact for fact in facts if str(fact.id) == key), None)
    if said is None or said.behalf is None:
        return None
    answer = next((fact for fact in reversed(facts) if fact.kind.startswith("behalf.")), None)
    data = {
        "kind": said.kind,
        "body": msgspec.to_builtins(said.body),
        "role": said.behalf.role,
        "at": said.behalf.place,
        "channel": said.behalf.channel,
        "who": said.behalf.who,
        "read_back": said.behalf.read_back,
        "by": said.by,
        "said_at": said.effective_at,
        "answered_at": answer.effective_at if answer else None,
        "reason": getattr(answer.body, "reason", None) if answer else None,
    }
    state = answer.kind.removeprefix("behalf.") if answer else "waiting"
    owed = {
        "waiting": [Owed("confirm_spoken", said.effective_at, place=said.behalf.place, role=said.behalf.role)],
        "contested": [
            Owed("look_into_contested", answer.effective_at if answer else said.effective_at,
                 role=next(iter(sorted(KINDS[said.kind].recorded_by)), None))
        ],
    }.get(state, [])  # fmt: skip
    return Row(said.place, said.effective_at, state, KINDS[said.kind].sees, data, owed=owed)


@reshaped(SPOKEN, 2)
def _with_who(data: dict[str, Any]) -> dict[str, Any]:
    return {"who": None, "read_back": None, **data}
