"""The invented community's needs and the tasks of its grid workers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from tongzhou.community.homes import Household, alone_and_old
from tongzhou.community.twin_teller import Said, Teller

ITEMS = {"food": 0.62, "medicine": 0.22, "infant": 0.06, "water": 0.04, "disposal": 0.04, "repair": 0.02}
TASK_DAYS = 10  # tasks are written down for the last days only
VISITS_A_DAY = 3  # per grid, to people who live alone


def needs(teller: Teller, homes: Sequence[Household]) -> Iterator[Said]:
    """Stated by page, phone or at the door; brought on the next days, sometimes at the second try."""
    plan, rng = teller.twin.rounds, teller.rng
    day = plan.first_day
    while day <= plan.last_day:
        for home in homes:
            if rng.random() < plan.needs_per_100 / 100:
                yield from _need(teller, home, day)
        day += dt.timedelta(1)


def tasks(teller: Teller, homes: Sequence[Household]) -> Iterator[Said]:
    """Visits to people who live alone, set each morning by the community lead; some stay open."""
    rng, last = teller.rng, teller.twin.rounds.last_day
    alone = alone_and_old(homes)
    for back in range(TASK_DAYS, -1, -1):
        day = last - dt.timedelta(back)
        for grid in teller.twin.grids:
            here = [home for home in alone if home.grid == grid.key]
            for home in rng.sample(here, min(VISITS_A_DAY, len(here))):
                yield from _visit(teller, home, day, open_=back == 0 and rng.random() < 0.5)


def _need(teller: Teller, home: Household, day: dt.date) -> Iterator[Said]:
    rng = teller.rng
    item = rng.choices(list(ITEMS), list(ITEMS.values()))[0]
    if item == "infant" and home.under_15 == 0:
        item = "food"
    channel = rng.choice(["page", "phone", "door"])
    body: dict[str, Any] = {"household": home.number, "items": {item: rng.randint(1, 3)}, "channel": channel}
    if item == "medicine":
        body["medicine_last_dose"] = (day + dt.timedelta(rng.randint(1, 6))).isoformat()
    by = "resident" if channel == "page" else teller.worker(home.grid)
    stated = teller.say("need.stated", home.grid, by, teller.between(day, 8, 18), body)
    yield stated
    when = teller.between(day + dt.timedelta(rng.choice([1, 1, 1, 2, 3])), 9, 19)
    by = rng.choice([teller.worker(home.grid), teller.holder("volunteer")])
    if rng.random() < 0.05:
        why = rng.choice(["nobody_there", "not_available", "wrong_item"])
        body = {"need": stated["id"], "outcome": "problem", "problem": why}
        yield teller.say("need.met", home.grid, by, when, body)
        when += dt.timedelta(days=1)
    yield teller.say("need.met", home.grid, by, when, {"need": stated["id"], "outcome": "delivered"})


def _visit(teller: Teller, home: Household, day: dt.date, *, open_: bool) -> Iterator[Said]:
    rng = teller.rng
    body = {"what": "visit", "household": home.number, "due": teller.at(day, 18).isoformat()}
    by = teller.holder("community_lead")
    made = teller.say("task.set", home.grid, by, teller.between(day, 7.5, 8.5), body)
    yield made
    if open_:
        return
    done: dict[str, Any] = {"task": made["id"], "outcome": "done"}
    if rng.random() < 0.06:
        done |= {"outcome": "not_ready", "reason": rng.choice(["nobody_there", "no_supplies"])}
    when = teller.between(day, 9.5, 17.5)
    yield teller.say("task.done", home.grid, teller.worker(home.grid), when, done,
                     lag=dt.timedelta(minutes=rng.uniform(0.1, 60)))  # fmt: skip
    if done["outcome"] == "not_ready":  # the day after it can be done
        again = teller.between(day + dt.timedelta(1), 9.5, 17.5)
        settled = {"task": made["id"], "outcome": "done"}
        yield teller.say("task.done", home.grid, teller.worker(home.grid), again, settled)
