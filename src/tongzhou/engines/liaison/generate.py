"""Instances with a seed: households of a city that need a contact person, and the persons who know them; made up."""

import numpy as np

from tongzhou.engines.certificate import Provenance

from .model import Floats, Helpers, Ints, Needs

SKILLS = ("visit", "nurse")


def city_households(
    *, seed: int, needs: int = 5_000, helpers: int = 800, spare: float = 1.1, known: float = 0.7
) -> tuple[Helpers, Needs]:
    """Households around 40 neighbourhoods; ``spare`` is units of capacity over units needed; ``known`` had a helper.

    One household in eight needs a nurse; one helper in five is one and visits as well.
    """
    rng = np.random.default_rng(seed)
    hearts = rng.normal(0, 12, (40, 2))
    weight = rng.dirichlet(np.full(40, 3.0))
    home = np.round(hearts[rng.choice(40, needs, p=weight)] + rng.normal(0, 1.5, (needs, 2)), 3)
    base = np.round(hearts[rng.choice(40, helpers, p=weight)] + rng.normal(0, 1.5, (helpers, 2)), 3)
    nurse = rng.random(helpers) < 0.2
    capacity = np.maximum(1, rng.poisson(spare * needs / max(1, helpers), helpers))
    skill = np.where(rng.random(needs) < 0.125, 1, 0)
    near = [int(h) for h in _near(home, base, rng)] if helpers else []
    usual = tuple(
        f"H{near[k] + 1:04d}" if near and rng.random() < known and (skill[k] == 0 or nurse[near[k]]) else ""
        for k in range(needs)
    )
    return (
        Helpers(
            tuple(f"H{k + 1:04d}" for k in range(helpers)),
            tuple(frozenset(SKILLS) if n else frozenset(SKILLS[:1]) for n in nurse),
            ("",) * helpers, base, capacity.astype(np.int64), np.zeros(helpers, np.int64),
            Provenance("generated", 0.0),
        ),
        Needs(
            tuple(f"N{k + 1:05d}" for k in range(needs)),
            tuple(SKILLS[s] for s in skill),
            ("",) * needs, home, np.ones(needs, np.int64),
            rng.choice(4, needs, p=(0.2, 0.55, 0.2, 0.05)).astype(np.int64),
            rng.integers(0, 6, needs).astype(np.float64), usual, Provenance("generated", 0.0),
        ),
    )  # fmt: skip


def _near(home: Floats, base: Floats, rng: np.random.Generator) -> Ints:
    """One of the few nearest helpers of each household, drawn at random: yesterday's plan knew less."""
    apart = ((home[:, None, :] - base[None, :, :]) ** 2).sum(axis=2)
    few = min(4, base.shape[0])
    nearest = np.argpartition(apart, few - 1, axis=1)[:, :few]
    return np.asarray(nearest[np.arange(len(home)), rng.integers(0, few, len(home))])
