"""Who asks for whom, proposed by the liaison engine: the same person as before, never more than one can, and deputies
spread so that one who is missing is taken over by many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tongzhou.engines.certificate import Provenance
from tongzhou.engines.liaison import Helpers, Needs, Policy, plan_liaison
from tongzhou.engines.liaison.model import PRIORITIES
from tongzhou.tables.policy import read_policy, shipped

SKILL = "telephone"
FIT = frozenset({"telephone", "doors"})


@dataclass(frozen=True)
class Proposal:
    """For one person: the contact and the deputy, by the keys of members of the team; `usual`: as it was before."""

    liaison: str
    teammate: str
    deputy: str | None
    usual: bool


def able(members: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Who can be somebody's contact: whoever is fit for ringing or for going to doors, and is not missing."""
    return [one for one in members if FIT & set(one["fit"]) and one["state"] not in ("absent", "ended")]


def propose(
    people: Sequence[Mapping[str, Any]], members: Sequence[Mapping[str, Any]]
) -> tuple[list[Proposal], list[str]]:
    """Who asks for each of `people`, and for whom nobody is left. Whoever has a contact who is there keeps them."""
    helpers = able(members)
    chosen = _solved(people, [one["key"] for one in helpers])
    deputies = _deputies(people, chosen, [one["key"] for one in helpers])
    proposals = [
        Proposal(one["key"], chosen[one["key"]], deputies.get(one["key"]), one["contact"] == chosen[one["key"]])
        for one in people
        if one["key"] in chosen
    ]
    return proposals, [one["key"] for one in people if one["key"] not in chosen]


def _solved(people: Sequence[Mapping[str, Any]], helpers: Sequence[str]) -> dict[str, str]:
    if not people or not helpers:
        return {}
    known, n, m = set(helpers), len(people), len(helpers)
    most = int(shipped("liaisons")["values"]["most"])
    usual = tuple(one["contact"] if one["contact"] in known else "" for one in people)
    asked = Needs(
        tuple(one["key"] for one in people), (SKILL,) * n, ("",) * n, np.zeros((n, 2)), np.ones(n, dtype=np.int64),
        np.full(n, PRIORITIES.index("normal"), dtype=np.int64), np.zeros(n), usual, Provenance("people"),
    )  # fmt: skip
    offered = Helpers(
        tuple(helpers), (frozenset({SKILL}),) * m, ("",) * m, np.zeros((m, 2)), np.full(m, most, dtype=np.int64),
        np.zeros(m, dtype=np.int64), Provenance("team"),
    )  # fmt: skip
    plan, _problems = plan_liaison(offered, asked, read_policy(None, "liaison", Policy, {}), explain=False)
    return {visit.need: visit.helper for visit in plan.rows if visit.helper}


def _deputies(people: Sequence[Mapping[str, Any]], chosen: Mapping[str, str], helpers: Sequence[str]) -> dict[str, str]:
    """The deputy who stands already, else the next of the team in turn, another for each of a contact's people."""
    found: dict[str, str] = {}
    turn: dict[str, int] = {}
    order = {key: n for n, key in enumerate(helpers)}
    for one in people:
        contact = chosen.get(one["key"])
        if contact is None or len(helpers) < 2:
            continue
        if one["deputy"] in order and one["deputy"] != contact:
            found[one["key"]] = one["deputy"]
            continue
        step = turn[contact] = turn.get(contact, 0) % (len(helpers) - 1) + 1
        found[one["key"]] = helpers[(order[contact] + step) % len(helpers)]
    return found
