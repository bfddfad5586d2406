"""The situation report is signed with what was seen, stays as it was signed, and is printed where there is Chromium."""

from __future__ import annotations

import datetime as dt
import re
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import world
from django.test import Client
from django.utils import translation
from tests_support import furnished_on
from world import get, page, post

from tongzhou.ledger import follow
from tongzhou.ledger.time import close_of
from tongzhou.pages import pdf
from tongzhou.people.scope import holder_of
from tongzhou.problems import NoPrinter, PrintTooLong

pytestmark = pytest.mark.postgres
DAY = "2020-03-09"
REPORT = f"/report/sitrep?place=1&day={DAY}"


def bulletin(place: int, unit: str, day: dt.date, confirmed: int, cured: int | None = 20, dead: int = 1) -> Any:
    body = {"unit": unit, "day": str(day), "confirmed": confirmed, "cured": cured, "dead": dead,
            "published_on": str(day + dt.timedelta(days=1)), "source": "test"}  # fmt: skip
    return world.said("bulletin.published", body, place=place, at=close_of(day))


@pytest.fixture(scope="module")
def small_town(small_town: Any) -> Iterator[Any]:
    """The small town ten days into its figures."""
    with furnished_on(small_town) as town:
        for back in range(9, -1, -1):
            day = dt.date(2020, 3, 9) - dt.timedelta(days=back)
            world.say(bulletin(1, "hu.980000", day, 120 - 2 * back), bulletin(2, "hu.980100", day, 100 - 2 * back),
                      bulletin(8, "hu.980200", day, 19))  # fmt: skip
        follow.catch_up()
        yield town


def hidden(text: str) -> dict[str, str]:
    """What the form of the signature holds besides what is filled in."""
    form = text[text.index('id="sign"') :].partition("</form>")[0]
    return {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', form)[1] for name in  # type: ignore[index]
            ("form", "about", "seen", "known_at", "digest")}  # fmt: skip


def test_who_signs_has_seen_it_and_a_later_signature_is_a_further_edition(staff: dict[str, int]) -> None:
    seen = page("duty", REPORT)
    assert "Of 2 places 1 had none" in seen and "Not signed." in seen
    refused = post("duty", REPORT, 422, **hidden(seen))  # nobody is preselected to sign for
    assert "Not said yet" in refused or "required" in refused
    post("duty", REPORT, signs_for="commander", **hidden(seen))
    # A correction after the signature: the signed edition stays, what stands now is another.
    world.at(world.NOW + dt.timedelta(minutes=10))
    world.say(bulletin(8, "hu.980200", dt.date(2020, 3, 9), 25))
    world.at(world.NOW + dt.timedelta(minutes=20))
    again = page("duty", REPORT)
    assert "edition 1, signed 03-10 09:00 by 郑" in again and hidden(again)["digest"] != hidden(seen)["digest"]
    post("wu", REPORT, signs_for="commander", why="Xiao corrected its count", **hidden(again))
    first, second = page("duty", f"{REPORT}&edition=1"), page("duty", f"{REPORT}&edition=2")
    assert ">19</a>" in first and ">25</a>" in second and ">25</a>" not in first
    assert "the digest differs" not in first + second
    assert "Signed by 郑 at 2020-03-10 09:00, on behalf of the command" in first
    assert "No. 1" in first and "No. 1 · edition 2" in second and "Xiao corrected its count" in second
    [(key, _state, data)] = [row for row in world.rows("sitrep")]
    assert key == f"hu.980000/{DAY}" and [one["edition"] for one in data["editions"]] == [1, 2]
    assert [one["by"] for one in data["editions"]] == [staff["duty"], staff["wu"]]
    assert data["editions"][0]["digest"] == hidden(seen)["digest"]
    get("duty", f"{REPORT}&edition=3", 404)


def test_a_change_is_against_the_day_before_the_figure_and_an_old_figure_says_its_day(staff: dict[str, int]) -> None:
    """On a day that nothing was told of the newest figures are not compared with themselves."""
    world.at(dt.datetime(2020, 3, 11, 9, tzinfo=world.NOW.tzinfo))
    text = world.squeezed(page("duty", "/report/sitrep?place=1&day=2020-03-10"))
    notes = dict(re.findall(r'data-figure="(\w+)"[^>]*>.*?<dd class="note">(.*?)</dd>', text))
    assert notes["active"] == "of 9 March, nothing newer here; +2 on the day before"
    assert notes["confirmed"] == "of 9 March, nothing newer here"
    assert "nothing received" not in text


def test_who_signs_lands_on_what_was_signed_and_its_papers_are_signed(staff: dict[str, int]) -> None:
    there = post("duty", REPORT, signs_for="commander", **hidden(page("duty", REPORT)))
    assert there.endswith("&edition=1")
    signed = get("duty", there).content.decode()
    assert signed.count("edition=1&amp;lang=") == (2 if pdf.chromium() else 0) and "Not signed." not in signed
    assert "<p>Signature</p>" not in signed and "Signed by 郑" in signed
    plain = page("duty", REPORT)
    assert "The signed report: edition 1" in plain and "Not signed." in plain


def test_what_changed_under_the_pen_is_not_signed(staff: dict[str, int]) -> None:
    seen = page("duty", REPORT)
    stale = post("duty", REPORT, 409, signs_for="duty_officer", **hidden(seen) | {"digest": "0" * 64})
    assert "in the meantime" in stale and world.rows("sitrep") == []
    post("duty", REPORT, signs_for="duty_officer", **hidden(seen))
    late = post("wu", REPORT, 409, signs_for="commander", **hidden(seen))  # both had it open
    assert "郑" in late and len(world.rows("sitrep")[0][2]["editions"]) == 1


def test_only_the_desk_of_the_place_signs(staff: dict[str, int]) -> None:
    for who, path in (("lin", "/report/sitrep?place=3"), ("duty", f"/report/sitrep?place=2&day={DAY}")):
        assert 'id="sign"' not in page(who, path)
    assert 'id="sign"' not in page("duty", f"{REPORT}&as_known_at=2020-03-10T08:30")
    get("lin", REPORT, 404)
    get("charlie", REPORT, 404)
    body = {"unit": "hu.980000", "day": DAY, "number": 1, "known_at": "2020-03-10T09:00", "digest": "0" * 64,
            "signs_for": "commander"}  # fmt: skip
    assert world.say(world.said("sitrep.signed", body, place=3), authority=holder_of(staff["lead"])).refused


def test_number_edition_and_moment_are_asked_in_the_ledger_too(staff: dict[str, int]) -> None:
    body = {"unit": "hu.980000", "day": DAY, "number": 1, "known_at": "2020-03-10T08:00:00+08:00", "digest": "0" * 64,
            "signs_for": "commander"}  # fmt: skip
    for field, wrong in (("number", 10**12), ("edition", 10**18), ("known_at", "1901-01-01T00:00:00+08:00"),
                         ("known_at", "2198-01-01T00:00:00+08:00")):  # fmt: skip
        assert (
            world.say(world.said("sitrep.signed", {**body, field: wrong}, place=1)).refused[0].field == f"body.{field}"
        )
    first, again = (world.said("sitrep.signed", body, place=1) for _ in range(2))
    told = world.say(first, again)
    assert told.accepted == 1 and told.refused[1].field == "body.edition"
    assert world.say(first).known == 1, "what was received is acknowledged again"
    assert world.say(world.said("sitrep.signed", {**body, "edition": 2}, place=1)).accepted == 1


def test_nobody_signs_by_a_program_what_was_never_shown(staff: dict[str, int]) -> None:
    seen = hidden(page("duty", REPORT))
    body = {"unit": "hu.980000", "day": DAY, "number": 1, "known_at": seen["known_at"], "signs_for": "commander"}

    def signed(digest: str) -> Any:
        said = world.said("sitrep.signed", {**body, "digest": digest}, place=1)
        return world.say(said, authority=holder_of(staff["duty"])).refused

    for language, words in (("en", "the digest of the report"), ("zh-hans", "摘要值")):
        with translation.override(language):
            assert (told := signed("0" * 64)[0]).field == "body.digest" and words in told.detail
    assert not signed(seen["digest"]) and world.rows("sitrep")[0][1] == "signed"


def test_pages_count_and_nothing_is_missing_in_either_language(staff: dict[str, int]) -> None:
    if pdf.chromium() is None:
        pytest.skip("needs Chromium and a Chinese font: apt-get install -y chromium fonts-wqy-zenhei")
    paper = get("duty", REPORT.replace("sitrep", "sitrep.pdf") + "&lang=zh-hans")
    assert paper["Content-Type"] == "application/pdf"
    pages = len(re.findall(rb"/Type\s*/Page\b", paper.content))
    assert pages == 2  # the story; the table with sources, signature and seal
    assert b"/Outlines" in paper.content  # a reader's contents, from the headings


def test_a_report_begins_with_its_contents_and_a_decision_says_what_became_of_it(staff: dict[str, int]) -> None:
    taken = {"place": 1, "day": "2020-03-10", "text": "Masks to the third ward", "owner": "duty_officer", "at": 1,
             "due": "2020-03-10T18:00:00+08:00"}  # fmt: skip
    done = {"place": 1, "day": "2020-03-10", "number": 1, "outcome": "done", "text": "Two hundred came"}
    for n in (1, 2):
        world.say(world.said("decision.taken", taken | {"number": n}, place=1, at=world.NOW - dt.timedelta(minutes=30)))
    world.say(world.said("decision.settled", done, place=1, at=world.NOW - dt.timedelta(minutes=20)))
    text = page("duty", REPORT)
    told = re.findall(r'href="#(s-[a-z-]+)"', text)
    assert "s-decisions" in told and "s-places" in told and "s-beds-of" not in told
    assert all(f'<h2 id="{name}">' in text for name in told)
    row = " ".join(re.sub(r"<[^>]+>", " ", text.partition('id="s-decisions"')[2].partition("</table>")[0]).split())
    assert "done: Two hundred came" in row and row.count("running") == 1


def program(tmp_path: Path, text: str) -> str:
    made = tmp_path / "chromium"
    made.write_text(f"#!/bin/sh\n{text}\n")
    made.chmod(made.stat().st_mode | stat.S_IXUSR)
    return str(made)


def test_printing_ends_in_its_time_with_everything_it_started(tmp_path: Path) -> None:
    slow = program(tmp_path, f"sleep 300 & echo $! > {tmp_path}/child; sleep 300")
    began = time.monotonic()
    with pytest.raises(PrintTooLong):
        pdf.printed("<html><head></head></html>", seconds=0.5, program=slow)
    assert time.monotonic() - began < 5
    child = (tmp_path / "child").read_text().strip()
    state = subprocess.run(["ps", "-o", "stat=", "-p", child], capture_output=True, text=True).stdout.strip()
    assert state == "" or state.startswith("Z")
    with pytest.raises(NoPrinter):
        pdf.printed("<html><head></head></html>", program=program(tmp_path, "exit 3"))


def test_without_chromium_the_page_says_so_and_the_paper_is_refused_in_words(
    staff: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "chromium", lambda: None)
    assert "This server makes no PDF" in page("duty", REPORT) and "sitrep.pdf" not in page("duty", REPORT)
    refused = Client(headers=world.bearer("duty") | {"Accept-Language": "en"}).get(
        REPORT.replace("sitrep", "sitrep.pdf")
    )
    assert refused.status_code == 503 and "Print the page from your browser" in refused.content.decode()
    from tongzhou.cli import doctor

    monkeypatch.setattr(doctor, "chromium", lambda: None)
    assert "not as PDF" in (doctor.browser_missing() or "")
