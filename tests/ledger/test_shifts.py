"""What `bench ordinary` sends is lawful work: everybody says it where they are in charge, and every story ends."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
import world

from tongzhou.bench.ordinary import requests
from tongzhou.bench.shifts import Post, Shift
from tongzhou.ledger import door

pytestmark = pytest.mark.postgres
WARD = {"key": "h.a", "facility": "h", "facility_zh": "东医院", "facility_en": "East Hospital", "name_zh": "一病区",
        "name_en": "Ward 1", "kind": "designated", "bed": "general", "serves": "confirmed", "place": "hu.980101",
        "beds": 3}  # fmt: skip
WHO = {"epidemiologist": "lin", "clinician": "tang", "dispatcher": "sun", "ward_nurse": "nurse",
       "community_lead": "lead", "grid_worker": "zhao", "duty_officer": "duty"}  # fmt: skip


@pytest.mark.parametrize("batch", [1, 50])
def test_a_shift_is_accepted_and_every_story_ends(staff: dict[str, int], batch: int) -> None:
    world.wards([WARD])
    with door.ledger() as connection:
        found = connection.execute("select ward, id from hospital_bed order by id").fetchall()
    post = Post(province=1, county=3, community=6, household=3, ward=found[0][0], tokens=WHO, above="duty")
    shift = Shift(post, [bed for _ward, bed in found], world.NOW - dt.timedelta(hours=1))
    for who, facts in requests(list(shift.turns()), batch):
        answer = world.client(who).post("/api/facts", {"facts": facts}, "application/json").json()
        assert (answer["accepted"], answer["refused"]) == (len(facts), []), (who, facts[0]["kind"])
    with door.ledger() as connection:
        stand = Counter(connection.execute("select noun, state from ledger_row").fetchall())
    assert stand == {("case", "confirmed"): 3, ("interview", "open"): 3, ("contact", "observed"): 3,
                     ("observation", "observed"): 3, ("request", "left"): 3, ("aftercare", "running"): 3,
                     ("bed", "free"): 3, ("need", "met"): 3, ("task", "done"): 3,
                     ("directive", "ended"): 1}  # fmt: skip
