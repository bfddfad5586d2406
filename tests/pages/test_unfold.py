"""Of a long list each line's forms are drawn when it is opened: in its place, or with scripts off by a link to it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import msgspec
import pytest
import world

from tongzhou.ledger import door
from tongzhou.pages.ask import FEW

pytestmark = pytest.mark.postgres
EARLIER = world.NOW - dt.timedelta(hours=1)
MANY = FEW + 2


def say(kind: str, body: dict[str, Any], place: int, **envelope: Any) -> str:
    one = msgspec.structs.replace(world.said(kind, body, place=place, at=EARLIER), **envelope)
    assert not world.say(one).refused
    return str(one.id)


def fevers() -> list[str]:
    return [say("exception.raised", {"household": n, "concerns": ["fever"], "temp10": 385}, 6)
            for n in range(1, MANY + 1)]  # fmt: skip


def went_home() -> list[str]:
    keys = []
    for n in range(1, MANY + 1):
        body = {"infection": "confirmed", "severity": "mild", "household": n, "age": 40}
        keys.append(say("bed.requested", body, 3, home=6))
        with door.ledger() as ledger:
            row = ledger.execute("select id, ward from hospital_bed order by id offset %s limit 1", [n - 1]).fetchone()
        assert row
        lies = {"request": keys[-1], "bed": row[0], "ward": row[1]}
        say("patient.admitted", lies, 3)
        say("patient.left", {"request": keys[-1], "bed": row[0], "how": "discharged", "destination": "home"}, 3)
    return keys


def contacts() -> list[str]:
    told = {"classification": "suspected", "epi": ["E1"], "clinical": ["C1", "C2"], "age": 44}
    case = say("case.identified", told, 3, home=6, reporting=3)
    body = {"case": case, "category": "household", "first_day": "2020-03-10", "last_day": "2020-03-10"}
    return [say("contact.named", {**body, "household": n}, 3, home=6) for n in range(1, MANY + 1)]


PAGES = {
    "/callbacks/": (fevers, "e", "call/{}", {"advice": "stay_home", "temp10": "37.0", "spo2": "98", "exposed": "no"}),
    "/aftercare/": (went_home, "a", "asked/{}", {"temp10": "36.6"}),
    "/follow-up/": (contacts, "o", "{}", {"say": "asked", "temp10": "36.6"}),
}


@pytest.mark.parametrize("path", PAGES)
def test_one_line_each_and_the_form_of_the_line_that_is_opened(staff, path):
    world.wards([{"facility": "h1", "facility_zh": "一院", "facility_en": "First", "key": "h1.w", "name_zh": "一病区",
                  "name_en": "Ward 1", "place": "hu.980101", "kind": "designated", "serves": "confirmed",
                  "bed": "general", "beds": MANY}])  # fmt: skip
    make, mark, name, form = PAGES[path]
    keys = make()
    html = world.page("doctor", path)
    links = re.findall(r'<a class="b unfold" href="(\?open=([^"#]+)#([^"]+))"', html)
    assert {key for _href, key, _line in links} == set(keys), "nobody is left out"
    assert html.count("<main") == 1 and html.split("<main")[1].count('method="post"') == 0
    key = keys[2]
    opened = world.page("doctor", f"{path}?open={key}")
    assert f'value="{name.format(key)}"' in opened and f'value="{name.format(keys[3])}"' not in opened
    assert f'id="{mark}-{key}"' in opened
    wrong = world.post("doctor", f"{path}?open={key}", 422, form=name.format(key), **{**form, "temp10": "99"})
    assert 'value="99"' in wrong
    told = world.post("doctor", f"{path}?open={key}", form=name.format(key), about=f"x/{key}", **form)
    assert told == path, "the line is folded again"


def test_today_draws_what_one_tap_does_and_the_forms_of_the_line_that_is_opened(staff):
    fevers()
    html = world.page("doctor", "/today")
    assert html.count('value="no_answer"') == MANY, "one tap stays one tap"
    assert 'name="temp10"' not in html and 'name="hindered"' not in html
    opens = re.findall(r'href="\?open=([^"#]+)~(\w+)#([^"]+)"', html)
    assert len({line for line, _act, _at in opens}) == MANY and {"more", "stay_home"} <= {act for _l, act, _a in opens}
    line = opens[0][0]
    page = world.page("doctor", f"/today?open={line}~stay_home")
    assert page.count('name="hindered"') == 1 and f'id="{line}~stay_home" data-opened open' in page
    alone = world.client("doctor").get(f"/today?open={line}~more", headers={"X-Unfold": line})
    told = alone.content.decode()
    assert told.count("<li") == 1 and f'id="{line}~more" data-opened open' in told and "<main" not in told
    assert world.client("doctor").get("/today?open=d-x~more", headers={"X-Unfold": "d-x"}).status_code == 404
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', told))
    wrong = world.post("doctor", "/today/act", 422, **{**sent, "act": "stay_home", "temp10": "99"})
    assert 'value="99"' in wrong and wrong.count('value="99"') == 1
    assert world.post("doctor", "/today/act", **{**sent, "act": "hindered", "hindered": "no_staff"}) == "/today"
