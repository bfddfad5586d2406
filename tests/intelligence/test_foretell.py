"""The pooled forecast looks never ahead, learns from its own misses at a distance, and knows how long people lie."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from tongzhou.engines import forecast as fc
from tongzhou.engines import rt
from tongzhou.engines.nowcast import wis

W = rt.discretise(7.5, 3.4, 60)


def wave(seed: int, days: int = 70) -> np.ndarray:
    """Cases that rise for four weeks and fall after, noisier than a Poisson."""
    rng = np.random.default_rng(seed)
    log = np.where(np.arange(days) < 28, 2 + 0.13 * np.arange(days), 2 + 0.13 * 28 - 0.09 * (np.arange(days) - 28))
    return rng.poisson(np.exp(log) * rng.gamma(10, 0.1, days)).astype(float)


def test_what_was_foretold_does_not_change_with_what_came_after() -> None:
    x = wave(1)
    whole = fc.foretell(x).before
    assert whole is not None
    other = np.concatenate([x[:40], 5 * x[40:] + 7])
    changed = fc.foretell(other).before
    assert changed is not None
    for one, two in zip(whole, changed, strict=True):
        np.testing.assert_array_equal(one[:40], two[:40])
    now = fc.foretell(x[:40])
    np.testing.assert_array_equal(now.middle, whole[0][39])
    np.testing.assert_array_equal(now.spread, whole[1][39])


def test_a_distance_is_judged_once_its_day_has_come_and_by_that_distance_only() -> None:
    told = fc.foretell(wave(2, 20))
    assert told.judged.tolist() == [max(0, 14 - h) for h in range(1, 15)]  # the first told after seven days
    assert (told.held <= told.judged).all()
    hole = wave(2, 20)
    hole[12] = np.nan  # what was foretold for that day was never judged
    assert fc.foretell(hole).judged.tolist() == [max(0, 14 - h - (h <= 6)) for h in range(1, 15)]


def test_a_new_definition_is_nobodys_miss_and_the_level_after_it_is_the_new_one() -> None:
    rng = np.random.default_rng(3)
    x = np.concatenate([rng.poisson(50, 25), rng.poisson(1000, 10)]).astype(float)
    x[25] = np.nan  # the day of change: its figure is of no day
    part = (np.arange(35) > 25).astype(int)
    told, blind = fc.foretell(x, part=part), fc.foretell(np.where(np.isnan(x), 1000, x))
    low, middle, high = told.quantiles((0.025, 0.5, 0.975))[:, 0]
    assert 900 < middle < 1100 and low > 500 and high < 2000
    assert told.judged[0] == 18 + 2 and told.judged[13] == 25 - 14 - 6
    assert told.spread[6] < blind.spread[6]


def test_bands_are_as_wide_as_the_series_own_misses() -> None:
    calm = np.random.default_rng(4).poisson(400, 50).astype(float)
    wild = np.maximum(400 * np.exp(0.8 * np.random.default_rng(4).standard_normal(50)), 1).round()
    narrow, wide = fc.foretell(calm), fc.foretell(wild)
    assert wide.spread[0] / (wide.middle[0] / 4 + 1) > 2 * narrow.spread[0] / (narrow.middle[0] / 4 + 1)
    assert narrow.quantiles((0.025, 0.975))[1, 0] < 800


def test_a_method_that_proves_right_is_followed() -> None:
    decline = np.round(5000 * np.exp(-0.07 * np.arange(60)))
    weights = fc.foretell(decline).weights
    assert weights["log-linear"][13] > 0.5 and (weights["last value"] < 0.06).all()
    assert np.isclose(sum(weights.values())[0], 1)


def test_paths_have_the_quantiles_and_go_together() -> None:
    told = fc.foretell(wave(5))
    paths = told.paths(20_000, 1)
    drawn, exact = np.quantile(paths, (0.1, 0.5, 0.9), axis=0), told.quantiles((0.1, 0.5, 0.9))
    np.testing.assert_allclose(drawn, exact, rtol=0.06, atol=0.1)
    assert np.corrcoef(paths[:, 5], paths[:, 6])[0, 1] > 0.8
    assert told.paths(9, 1).tobytes() == told.paths(9, 1).tobytes() != told.paths(9, 2).tobytes()


@pytest.mark.parametrize("name", ["Flu2009", "Measles1861", "SARS2003"])
def test_other_epidemics_are_held_too(shared: Path, name: str) -> None:
    """Presumed spread and fading were set on Hubei 2020; these were not looked at for them."""
    with (shared / f"references/epi/{name}_incidence.csv").open(encoding="utf-8") as file:
        x = np.array([float(row["I"]) for row in csv.DictReader(file)])
    before = fc.foretell(x, days=7).before
    assert before is not None
    for h, least in ((1, 0.87), (7, 0.85)):
        origins = np.arange(7, len(x) - h)
        q = fc.quantiles(*(part[origins, h - 1] for part in before), fc.LEVELS)
        truth = x[origins + h]
        held = (truth >= q[0] - 0.5) & (truth <= q[-1] + 0.5)
        assert held.mean() >= least, (name, h, held.mean())
        naive = [
            [np.quantile(m(x[: t + 1], days=7, seed=1), fc.LEVELS, axis=0)[:, h - 1] for t in origins]
            for m in (fc.last_value, fc.log_linear)
        ]
        ours = wis(q, fc.LEVELS, truth).mean()
        last, line = (wis(np.array(one).T, fc.LEVELS, truth).mean() for one in naive)
        assert ours < line and ours < 1.3 * last, (name, h, ours, last, line)


def beds_of(cases: np.ndarray, stay: float, seed: int) -> np.ndarray:
    """Beds taken when every patient lies so many days, gamma with a third of it as sd."""
    rng = np.random.default_rng(seed)
    beds = np.zeros(len(cases) + 200)
    for day, n in enumerate(cases):
        for days in np.maximum(1, np.round(rng.gamma(9, stay / 9, int(n)))).astype(int):
            beds[day : day + days] += 1
    return beds[: len(cases)]


@pytest.mark.parametrize("stay", [9.0, 22.0])
def test_the_stay_is_learned_from_the_places_own_discharges(stay: float) -> None:
    cases = wave(6, 84)
    beds = beds_of(cases, stay, 1)
    told, learned = fc.foretell_beds(beds[:60], cases[:60], stay=13)
    mean, low, high = learned.mean
    assert low <= stay <= high and abs(mean - stay) < 0.25 * stay
    q = told.quantiles((0.025, 0.5, 0.975))
    assert ((q[0] <= beds[60:74]) & (beds[60:74] <= q[2])).all()
    assert told.judged[6] >= 10


def test_beds_in_a_gap_are_bridged_and_those_before_the_series_leave_too() -> None:
    cases, beds = np.zeros(20), np.full(20, np.nan)
    beds[0], beds[10], beds[19] = 100, 50, 10
    told, learned = fc.foretell_beds(beds, cases, stay=13)
    assert 0 <= told.quantiles((0.5,))[0, 6] < 10
    assert learned.beds.shape == (20, 14) and np.isfinite(told.quantiles()).all()
    # Days on the line between figures are no figures: nothing foretells from them with what came later.
    assert told.before is not None
    other = fc.foretell_beds(np.where(np.arange(20) == 10, 90, beds), cases, stay=13)[0].before
    assert other is not None
    np.testing.assert_array_equal(told.before[0][:10], other[0][:10])


@pytest.mark.parametrize(
    ("work", "message"),
    [
        (lambda: fc.foretell([np.nan, np.nan]), "at least one day"),
        (lambda: fc.foretell([1.0, -2.0]), "day 2 is -2"),
        (lambda: fc.foretell([1.0, 2.0], part=[1, 0]), "never goes back"),
        (lambda: fc.foretell([1.0], days=0), "days must be at least 1"),
    ],
)
def test_what_cannot_be_foretold_is_named(work: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        work()  # type: ignore[operator]


def test_one_day_is_carried_on_with_wide_bands_and_nothing_is_judged() -> None:
    told = fc.foretell([20.0])
    low, middle, high = told.quantiles((0.025, 0.5, 0.975))[:, 6]
    assert low < 4 and middle == pytest.approx(20) and high > 60 and not told.judged.any()
    assert fc.foretell(np.zeros(30)).quantiles((0.5,)).max() == 0


def test_growth_tells_r_without_the_days_before() -> None:
    for rate in (-0.1, 0.0, 0.12):
        exact = 1 / float(W @ np.exp(-rate * np.arange(60)))
        middle, low, high = rt.by_growth(1e6 * np.exp(rate * np.arange(7)), W)
        assert middle == pytest.approx(exact, rel=1e-6) and low <= exact <= high
    rng, held = np.random.default_rng(7), 0
    for _ in range(200):
        rate = rng.uniform(-0.1, 0.2)
        x = rng.poisson(100 * np.exp(rate * np.arange(7)) * rng.gamma(10, 0.1, 7))
        _, low, high = rt.by_growth(x, W)
        held += low <= 1 / float(W @ np.exp(-rate * np.arange(60))) <= high
    assert 180 <= held <= 198
    for lone in ([0, 0, 0, 0, 0, 0, 41], [41, 0, 0, 0, 0, 0, 0], [0, 0, 0, 30, 0, 0, 0]):
        middle, low, high = rt.by_growth(lone, W)  # all on one day: finite, and nothing is claimed to be sure
        assert 0 <= low < middle < high < np.inf
    with pytest.raises(ValueError, match="three days and a case"):
        rt.by_growth([0, 0, 0, 0], W)
