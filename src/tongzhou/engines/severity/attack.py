"""Attack rates, and secondary attack rates by setting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Share:
    """``events`` of ``total``, and an exact 95 % interval; None where the total is 0."""

    events: float
    total: float
    value: float | None
    low: float | None
    high: float | None


def share(events: float, total: float, level: float = 0.95) -> Share:
    """A proportion with the Clopper–Pearson interval. Raises ValueError where events are not from 0 to total."""
    from scipy.special import betaincinv

    if not 0 <= events <= total:
        raise ValueError(f"{events:g} of {total:g} is no proportion")
    if total == 0:
        return Share(events, total, None, None, None)
    a = (1 - level) / 2
    low = float(betaincinv(events, total - events + 1, a)) if events > 0 else 0.0
    high = float(betaincinv(events + 1, total - events, 1 - a)) if events < total else 1.0
    return Share(events, total, events / total, low, high)


def attack_rate(cases: Mapping[str, float], population: Mapping[str, float]) -> dict[str, Share]:
    """Cases per inhabitant by place. Raises ValueError naming a place that has no population."""
    if unknown := sorted(set(cases) - set(population)):
        raise ValueError(f"no population for {', '.join(unknown)}")
    return {place: share(n, population[place]) for place, n in cases.items()}


def secondary_attack_rate(infected: Mapping[str, float], exposed: Mapping[str, float]) -> dict[str, Share]:
    """Secondary cases per contact whose outcome is known, by setting; co-primary cases belong to neither."""
    if unknown := sorted(set(infected) - set(exposed)):
        raise ValueError(f"no contacts for {', '.join(unknown)}")
    return {setting: share(infected.get(setting, 0.0), n) for setting, n in exposed.items()}
