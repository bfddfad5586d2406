"""Instances with a seed: a city of districts in the second week of a surge; all persons and houses are made up."""

from dataclasses import replace
from typing import Any

import numpy as np

from tongzhou.engines.certificate import Provenance

from .model import BEDS, INFECTIONS, KINDS, Floats, Ints, Patients, Wards

SHARES = {"confirmed": 0.58, "suspected": 0.16, "fever": 0.08, "contact": 0.12, "other": 0.06}
SEVERITY = (0.0, 0.46, 0.34, 0.15, 0.05)  # none, mild, moderate, severe, critical among the ill
HOUSES = {
    "designated": 0.3,
    "requisitioned": 0.2,
    "fangcang": 0.1,
    "hotel": 0.22,
    "observation": 0.12,
    "hospital": 0.06,
}


def surge_city(
    *, seed: int, patients: int = 20_000, facilities: int = 120, load: float = 1.05
) -> tuple[Wards, Patients]:
    """Patients around the hearts of 13 districts and ``facilities`` houses of six kinds, seldom where the need is.

    ``load`` is patients over usable beds, for each class alike; above 1 some must wait.
    """
    rng = np.random.default_rng(seed)
    hearts = rng.normal(0, 14, (13, 2))
    weight = rng.dirichlet(np.full(13, 2.0))
    people = _people(rng, patients, hearts, weight)
    return _wards(rng, people, max(len(KINDS), facilities), hearts, load), people


def next_day(
    wards: Wards, patients: Patients, lies_in: dict[str, str], *, seed: int, discharged: float = 0.06
) -> tuple[Wards, Patients]:
    """The day after: a share discharged (0.06 is a stay of 16 days), as many new, one ward in fifty short of staff.

    ``lies_in`` is yesterday's plan, patient → ward.
    """
    rng = np.random.default_rng(seed)
    stay = rng.random(len(patients.ids)) >= discharged
    gone = int((~stay).sum())
    fresh = _people(rng, gone, patients.xy, np.full(len(patients.ids), 1 / max(1, len(patients.ids))))
    ids = [name for name, kept in zip(patients.ids, stay, strict=True) if kept]
    waited = np.where([bool(lies_in.get(name)) for name in ids], 0.0, patients.waited[stay] + 24)
    apart = {name for name, kept in zip(patients.together, stay, strict=True) if name and not kept}
    together = [t if t not in apart else "" for t, kept in zip(patients.together, stay, strict=True) if kept]
    mix: dict[str, Any] = {
        name: np.concatenate((getattr(patients, name)[stay], getattr(fresh, name)))
        for name in ("infection", "severity", "need", "age", "self_care", "chronic", "flu_negative", "xy")
    }
    tomorrow = Patients(
        tuple(ids) + tuple(f"{name}n" for name in fresh.ids),
        **mix,
        waited=np.concatenate((waited, fresh.waited)),
        together=tuple(together) + tuple(f"{t}n" if t else "" for t in fresh.together),
        settled=tuple(lies_in.get(name, "") for name in ids) + ("",) * gone,
        provenance=Provenance("generated", 0.0),
    )
    staffed = np.where(rng.random(len(wards.ids)) < 0.02, wards.staffed * 0.9, wards.staffed).astype(np.int64)
    return replace(wards, staffed=staffed), (tomorrow)


def _people(rng: np.random.Generator, count: int, hearts: Floats, weight: Floats) -> Patients:
    infection = rng.choice([INFECTIONS.index(name) for name in SHARES], count, p=list(SHARES.values()))
    severity = rng.choice(5, count, p=SEVERITY)
    severity = np.where(infection == INFECTIONS.index("contact"), 0, severity)
    severity = np.where(infection == INFECTIONS.index("fever"), np.minimum(severity, 1), severity)
    need = np.where(infection >= 3, rng.choice(len(BEDS), count, p=(0.955, 0, 0.015, 0.01, 0.01, 0.01)), 0)
    other = infection == INFECTIONS.index("other")
    need = np.where(other, rng.choice(len(BEDS), count, p=(0.2, 0, 0.35, 0.2, 0.05, 0.2)), need)
    home = hearts[rng.choice(len(hearts), count, p=weight)] + rng.normal(0, 4, (count, 2))
    age = rng.integers(1, 95, count)
    together = [""] * count
    for number, k in enumerate(np.flatnonzero((need == BEDS.index("child")) & (severity < 4))[:-1:2]):
        carer = int(k) + 1 if int(k) + 1 < count else int(k) - 1
        if together[carer] or together[int(k)]:
            continue
        infection[carer], severity[carer], need[carer], home[carer] = infection[k], severity[k], 0, home[k]
        age[k], age[carer] = rng.integers(0, 4), rng.integers(22, 40)
        together[int(k)] = together[carer] = f"T{number + 1:04d}"
    unknown = rng.random(count) < 0.05
    return Patients(
        tuple(f"P{k + 1:06d}" for k in range(count)),
        infection.astype(np.int64), severity.astype(np.int64), need.astype(np.int64), age.astype(np.int64),
        (rng.random(count) < 0.93).astype(np.int64), (rng.random(count) < 0.2).astype(np.int64),
        np.where(unknown, -1, rng.random(count) < 0.95).astype(np.int64),
        np.round(home, 3), np.round(rng.exponential(30, count), 1), tuple(together), ("",) * count,
        provenance=Provenance("generated", 0.0),
    )  # fmt: skip


def _wards(rng: np.random.Generator, people: Patients, facilities: int, hearts: Floats, load: float) -> Wards:
    rows: list[tuple[str, str, int, int, int, Floats, float]] = []
    kinds = [kind for kind, share in HOUSES.items() for _ in range(max(1, round(share * facilities)))][:facilities]
    kinds += ["designated"] * (facilities - len(kinds))
    for number, kind in enumerate(kinds, 1):
        house, size = f"F{number:03d}", float(rng.gamma(3, 1))
        xy = np.round(hearts[rng.integers(len(hearts))] + rng.normal(0, 6, 2), 3)
        for serves, bed, share in _inside(kind, number):
            name = f"{house}-{serves[:4]}-{bed}"
            row = (name, house, KINDS.index(kind), BEDS.index(bed), INFECTIONS.index(serves), xy, size * share)
            rows.append(row)
    sizes = np.array([row[6] for row in rows])
    types, classes = np.array([row[3] for row in rows]), np.array([row[4] for row in rows])
    beds = _beds(people, types, classes, sizes, load)
    staffed = np.where(rng.random(len(rows)) < 0.2, np.floor(beds * 0.95), beds + rng.integers(0, 20, len(rows)))
    return Wards(
        tuple(row[0] for row in rows), tuple(row[1] for row in rows), np.array([row[2] for row in rows]), types,
        classes, np.array([row[5] for row in rows]), beds, staffed.astype(np.int64), Provenance("generated", 0.0),
    )  # fmt: skip


def _inside(kind: str, number: int) -> list[tuple[str, str, float]]:
    """Wards of one house as (class, bed type, share of its size)."""
    if kind == "hospital":
        return [("other", bed, 0.2) for bed in BEDS]
    if kind in ("designated", "requisitioned"):
        wards = [("confirmed", "general", 0.7), ("suspected", "general", 0.3)]
        if kind == "designated":
            special = BEDS[2 + number % 4]
            wards += [("confirmed", "icu", 0.1), ("suspected", "icu", 0.1)]
            wards += [("confirmed", special, 0.1), ("suspected", special, 0.1)]
        return wards
    classes = {"fangcang": ("confirmed",), "hotel": ("suspected", "confirmed"), "observation": ("contact", "fever")}
    return [(classes[kind][number % len(classes[kind])], "general", 3.0 if kind == "fangcang" else 1.0)]


def _beds(people: Patients, bed: Ints, serves: Ints, size: Floats, load: float) -> Ints:
    """Beds of each class and type in proportion to those who need them, over ``load``, shared out by size."""
    beds = np.zeros(len(size))
    want = np.where(people.severity == 4, BEDS.index("icu"), people.need)
    for b in range(len(BEDS)):
        for s in range(len(INFECTIONS)):
            wards = (bed == b) & (serves == s)
            needed = int(((want == b) & (people.infection == s)).sum())
            if wards.any():
                beds[wards] = needed / load * size[wards] / size[wards].sum()
    return np.asarray(np.ceil(beds), np.int64)
