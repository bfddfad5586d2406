"""Who depends on whoever leaves home is asked for every bed, transfer and place of isolation; what follows is owed at
once."""

from __future__ import annotations

import pytest
import wards
import world
from world import page, post, rows

from tongzhou.ledger import door, follow

pytestmark = pytest.mark.postgres
ASKED = {"infection": "confirmed", "severity": "mild", "oxygen": "no", "age": "70", "sex": "female"}


@pytest.fixture
def staff(staff: dict[str, int]) -> dict[str, int]:
    world.wards(wards.WARDS)
    return staff


def owed() -> list[tuple[str, str, float]]:
    """What is owed of those who are left at home: what, by whom, within how many hours."""
    follow.catch_up()
    with door.ledger() as ledger:
        return ledger.execute(
            "select what, role, extract(epoch from due - since)::float / 3600 from ledger_owed where step = 0"
            " and what in ('name_carer', 'name_contact') order by what"
        ).fetchall()


def test_a_bed_is_asked_for_with_who_depends_on_the_patient(staff: dict[str, int]) -> None:
    assert "Who depends on this person" in post("tang", "/beds/ask", 422, **ASKED)
    assert "Somebody, or nobody: not both." in post("tang", "/beds/ask", 422, **ASKED, depends=["old", "nobody"])
    assert "Which door, so that the community" in post("tang", "/beds/ask", 422, **ASKED, depends="old")
    assert "There is no door of this number." in post("tang", "/beds/ask", 422, **ASKED, depends="old", household="999")
    assert rows("request") == [] and rows("home") == []
    post("tang", "/beds/ask", **ASKED, depends="nobody")
    assert rows("request")[0][2]["depended_on"] is False and owed() == []
    post("tang", "/beds/ask", **ASKED, depends="old", household="3")
    assert rows("home")[0][1] == "alone" and rows("request")[-1][2]["depended_on"] is True
    assert owed() == [("name_carer", "community_lead", 2.0), ("name_contact", "community_lead", 4.0)]
    assert "household needs a carer this evening" in page("lead", "/homes/")
    assert [data["household"] for _key, _state, data in rows("liaison")] == [3]


def test_what_was_asked_at_the_clinic_is_not_asked_again(staff: dict[str, int]) -> None:
    post("tang", "/clinic/identify", say="identify", classification="suspected", home="3", depends="nobody")
    [(case, _state, _data)] = rows("case")
    path = f"/beds/ask?case={case}"
    assert "Who depends on this person" not in page("tang", path)
    post("tang", path, **ASKED | {"infection": "suspected"})
    assert rows("request")[0][2]["depended_on"] is False


def test_a_transfer_asks_whom_nobody_asked_before(staff: dict[str, int]) -> None:
    asked = world.said("bed.requested", {"infection": "confirmed", "severity": "mild", "household": 3}, place=3)
    with door.ledger() as ledger:
        bed, ward = ledger.execute("select id, ward from hospital_bed order by id limit 1").fetchone() or (0, 0)
    lies = {"request": str(asked.id), "bed": bed, "ward": ward}
    assert not world.say(asked, world.said("patient.admitted", lies, place=3)).refused
    path = f"/beds/patient/{asked.id}"
    assert "not asked yet" in page("tang", path)
    post("tang", path, 422, form="transfer", severity="severe")
    post("tang", path, form="transfer", severity="severe", depends=["child"], agreed="guardian")
    assert [one[:2] for one in owed()] == [("name_carer", "community_lead"), ("name_contact", "community_lead")]
