"""Who carries learns nothing of anybody's health: every byte that reaches a volunteer's phone or a walk's sheet."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import msgspec
import psycopg
import pytest
import world
from django.utils import translation
from tests_support import owner_dsn

from tongzhou.community import kinds  # noqa: F401  (its kinds register by being imported)
from tongzhou.ledger import door, worded
from tongzhou.people import sealed
from tongzhou.sites import drafts, keep

pytestmark = pytest.mark.postgres

# Whatever a kind's field may say of somebody's health, in both languages; where a field is new, it stands here or in
# `sealed.FIELDS`, and the test below asks for it.
TOLD = (
    ("household.heard", "state", ("unwell",)),
    ("exception.raised", "concerns", ("fever", "breathless", "unwell")),
    ("exception.called_back", "advice", ("clinic", "emergency")),
    ("observation.recorded", "symptoms", None),
    ("need.stated", "items", ("medicine",)),
    ("task.set", "what", ("temperature",)),
    ("liaison.needed", "who", None),
    ("liaison.needed", "basis", ("away",)),
)
TEMPERATURE = re.compile(r"\b(3[4-9]|4[0-3])[.,]\d ?(°C|℃|度)|\b(3[4-9]\d|4[0-2]\d)\b(?=\D*temp10)|temp10")
AGE = re.compile(r"\d+ ?岁|\d+ years old|\bage\b", re.I)


def health_words() -> Iterator[str]:
    for language in ("en", "zh-hans"):
        with translation.override(language):
            for kind, field, codes in TOLD:
                for code, words in worded.choices(kind, field):
                    if codes is None or code in codes:
                        yield words
    yield from ("Amlodipine", "氨氯地平", "降压药")


def _faults(text: str) -> list[str]:
    plain = text.encode().decode("unicode_escape", "ignore") if "\\u" in text else text
    found = [word for word in health_words() if re.search(rf"(?i)(?<![a-z]){re.escape(word)}(?![a-z])", plain)]
    return [*found, *(one[0] for one in (*TEMPERATURE.finditer(plain), *AGE.finditer(plain)))]


@pytest.fixture
def carrier(staff: dict[str, int]) -> int:
    """Charlie helps in grid 6; somebody there is ill and needs a medicine of the list; all of it is Charlie's."""
    with psycopg.connect(**owner_dsn()) as owner:
        owner.execute("insert into people_holding (staff, role, place) values (%s, 'volunteer', 6)", [staff["charlie"]])
    told = drafts.Details(strength="5 mg", unit="tablet", packs={"box": (28, "tablet")})
    pill = drafts.Draft("med", "medicine", 1, "苯磺酸氨氯地平片", "Amlodipine", True, dt.date(2020, 1, 1), details=told)
    with door.ledger() as ledger:
        keep.listed(ledger, [pill], dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    wanted = [{"medicine": "med", "quantity": 2, "of": "box"}]
    body = {"household": 1, "items": {"medicine": 1, "food": 1}, "medicine_last_dose": "2020-03-12"}
    need = world.said("need.stated", body | {"medicines": wanted}, place=6)
    words = {"what": "temperature", "household": 2, "text": "降压药，体温 38.6 ℃，82 岁"}
    task = world.said("task.set", words, place=6)
    fever = {"household": 3, "concerns": ["fever"], "temp10": 386}
    world.say(need, task, world.heard(3, "unwell"), world.said("exception.raised", fever, place=6))
    for n, one in enumerate((need, task)):
        given = {"about": f"{'need' if one is need else 'task'}/{one.id}", "helper": staff["charlie"],
                 "day": f"{world.NOW:%Y-%m-%d}", "stop": n + 1}  # fmt: skip
        world.say(world.said("helper.assigned", given, place=6))
    mate = world.said("teammate.joined", {"armband": 7, "sort": "volunteer", "fit": ["telephone"]}, place=5)
    asks = [world.said("liaison.needed", {"household": n, "who": who, "basis": "asked"}, place=5)
            for n, who in ((4, "ill"), (5, "disabled"))]  # fmt: skip
    asks = [msgspec.structs.replace(one, home=6) for one in asks]
    rings = [world.said("liaison.named", {"liaison": str(one.id), "teammate": str(mate.id)}, place=5) for one in asks]
    clean = world.said("disinfection.ordered", {"what": "home", "edition": "plan_2020_01", "household": 3}, place=6)
    assert not world.say(mate, *asks, clean).refused and not world.say(*rings).refused
    world.bag = sealed.bag(str(need.id))  # type: ignore[attr-defined]
    return staff["charlie"]


READ = ("/doorway/list.json", "/doorway/paper", "/today", "/api/today", "/api/rows/need", "/api/rows/task",
        "/api/rows/exception", "/api/rows/observation", "/api/rows/ring", "/api/rows/call", "/api/rows/liaison",
        "/api/rows/disinfection", "/calls/", "/liaisons/", "/liaisons/list", "/liaisons/paper", "/gates/",
        "/gates/counts", "/sanitation/", "/coverage/", "/team/", "/find", "/me")  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_byte_that_reaches_a_volunteers_phone_speaks_of_health(carrier: int, language: str) -> None:
    client, faults = world.client("charlie", language), {}
    for address in READ:
        text = client.get(address).content.decode()
        if address == "/doorway/paper":  # the empty boxes of the sheet are headed by what may be ticked in them
            text = text.partition('class="tight"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
        if found := _faults(text):
            faults[address] = found
    assert not faults
    told = client.get("/doorway/list.json").json()
    (need,) = told["needs"]
    assert need["bag"] == world.bag and need["by"] == "2020-03-12" and need["items"] == {"food": 1}  # type: ignore[attr-defined]
    assert "4" in client.get("/calls/").content.decode() and len(client.get("/api/rows/call").json()["rows"]) == 2
    assert [one["what"] for one in told["tasks"]] == ["visit"] and told["medicines"] == []
    assert {one["id"]: one["state"] for one in told["doors"] if one["state"]} == {3: "heard"}


def test_the_test_finds_what_it_looks_for(carrier: int) -> None:
    seen = world.client("zhao", "zh-hans").get("/doorway/list.json").content.decode()
    assert {"Amlodipine", "降压药"} & set(_faults(seen)) and any("temp10" in one for one in _faults(seen))


def test_the_sheet_of_a_walk_names_bags_and_no_medicine(carrier: int) -> None:
    from tongzhou.dayplan.signed import walks
    from tongzhou.dayplan.templatetags.dayplan import carried

    with world.seen_by(carrier):
        ((first, second),) = [walk.stops for walk in walks(world.NOW, 5)]
    told = carried(first), carried(second)
    assert world.bag in told[0] and not _faults(" ".join(told)), told  # type: ignore[attr-defined]


def test_a_home_that_waits_for_disinfection_is_told_to_whoever_walks_there(carrier: int) -> None:
    assert world.client("zhao").get("/doorway/list.json").json()["shut"] == [3]
    assert world.client("charlie").get("/doorway/list.json").json()["shut"] == [], "of a carrier's own stops alone"
    food = world.said("need.stated", {"household": 3, "items": {"food": 1}}, place=6)
    assert not world.say(food).refused
    assert world.client("charlie").get("/doorway/list.json").json()["shut"] == [3]
