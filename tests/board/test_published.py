"""What is called published is what was published: from the texts to the board, the report, the API and the table."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import world
from click.testing import CliRunner
from django.db import transaction
from tests_support import fresh_database, owner_dsn

from tongzhou.cli import main
from tongzhou.command import figures, glance, morning, published, queries, rt
from tongzhou.ledger import clock, door
from tongzhou.people.scope import EVERYWHERE, Holder, set_scope

pytestmark = pytest.mark.postgres
ROOT = Path(__file__).resolve().parents[2]
HUBEI = ROOT / "regions/hubei"
APRIL = """day,place,confirmed,cured,dead,published_on,source,version,published_at
2020-04-15,420000,67803,,3222,2020-04-16,hubei-hc,first,
2020-04-15,420100,50008,,2579,2020-04-16,hubei-hc-units,first,
2020-04-16,420000,67803,,3222,2020-04-17,hubei-hc,first,
2020-04-16,420100,50008,,2579,2020-04-17,hubei-hc-units,first,
2020-04-16,420000,68128,,4512,2020-04-17,hubei-hc,restated,11:00
2020-04-16,420100,50333,,3869,2020-04-17,hubei-hc-units,restated,11:00
2020-04-17,420000,68128,,4512,2020-04-18,hubei-hc,first,
2020-04-17,420100,50333,,3869,2020-04-18,hubei-hc-units,first,
"""


def run(*arguments: str, code: int = 0) -> str:
    told = CliRunner().invoke(main, list(arguments))
    assert told.exit_code == code, told.output
    return told.output


def imported(tmp_path: Path, text: str, code: int = 0) -> dict[str, Any]:
    file = tmp_path / "figures.csv"
    file.write_text(text)
    return json.loads(next(line for line in run("bulletin", "import", str(file), "--json", code=code).splitlines()
                           if line.startswith("{")))  # fmt: skip


def refusals(tmp_path: Path) -> list[str]:
    return [row["reason"] for row in csv.DictReader((tmp_path / "figures-refused.csv").open(encoding="utf-8-sig"))]


@pytest.fixture(scope="module")
def hubei(server: str) -> Iterator[dict[str, int]]:
    """Hubei loaded in one command into a replay whose clock stands on 20 April, with a duty officer of the province."""
    with fresh_database(server, f"{server}_hubei"):
        with door.ledger() as connection:
            clock.simulate(connection, "replay", dt.datetime(2020, 4, 20, 9, tzinfo=world.NOW.tzinfo))
        assert "1,992 publications are new" in run("region", "load", str(HUBEI))
        world.make_staff("!")
        with psycopg.connect(**owner_dsn()) as owner:
            yield dict(owner.execute("select key, id from places_place").fetchall())


def told(path: str) -> Any:
    return world.get("duty", path)


def api(place: int, day: str, **more: str) -> dict[str, Any]:
    found: dict[str, Any] = told(
        f"/api/board/{place}.json?day={day}" + "".join(f"&{k}={v}" for k, v in more.items())
    ).json()
    return found


def test_100_cells_are_the_same_in_text_board_report_api_and_table(hubei: dict[str, int], shared: Path) -> None:
    cells = chosen(shared)
    table = {(row["day"], row["place"]): row for row in csv.DictReader(io.StringIO(
        told(f"/board/{hubei['cn.420000']}/figures.csv?day=2020-03-31").content.decode("utf-8-sig")))}  # fmt: skip
    pages: dict[str, tuple[dict[str, Any], str, str]] = {}
    for day, unit, measure, figure in cells:
        if day not in pages:
            whole = api(hubei["cn.420000"], day)
            lines = {line["key"]: line for line in [whole["place"], *whole["below"]]}
            pages[day] = (lines, told(f"/report/sitrep?day={day}&lang=en").content.decode(),
                          told(f"/board/{hubei['cn.420000']}/figures?day={day}").content.decode())  # fmt: skip
        lines, report, graded = pages[day]
        board = told(f"/board/{hubei[unit]}?day={day}").content.decode()
        seen = {
            "api": lines[unit][measure],
            "csv": int(table[day, unit][measure]),
            "board": first_read(board)[measure],
            "report": in_report(report, unit, day, measure),
            "figures": linked(graded, unit, day)[("confirmed", "new", "cured", "dead").index(measure)],
        }
        assert set(seen.values()) == {figure}, (day, unit, measure, figure, seen)
    assert len(cells) == 100


def chosen(shared: Path) -> list[tuple[str, str, str, int]]:
    """One hundred figures read in a text, five of each of twenty days, as they stand now."""
    rows = list(csv.DictReader((shared / "data/cases/hubei_bulletins_verified.csv").open(encoding="utf-8-sig")))
    stands: dict[tuple[str, str, str], int] = {}
    for row in sorted(rows, key=lambda row: row["version"]):  # first, then restated
        for measure in ("confirmed", "cured", "dead"):
            if row[measure] and (row[f"grade_{measure}"] or row["grade"]) == "text":
                stands[row["day"], f"cn.{row['unit_code']}", measure] = int(row[measure])
    chance = random.Random(16)
    days = [*chance.sample(sorted({day for day, *_ in stands if day > "2020-01-24"}), 17),
            "2020-02-12", "2020-02-19", "2020-03-10"]  # fmt: skip
    return [(*key, stands[key]) for day in days for key in chance.sample(sorted(k for k in stands if k[0] == day), 5)]


def first_read(text: str) -> dict[str, float | None]:
    """What a command reads first, as a board shows it: numbers, None for a dash."""
    found = re.findall(r'<b data-figure="(\w+)">(?:<a [^>]*>)?([^<]+)<', text)
    return {name: None if one == "–" else float(one.replace(",", "").rstrip("%")) for name, one in found}


def linked(text: str, unit: str, day: str) -> list[int | None]:
    """The figures of the row of a unit's day."""
    dashes = re.search(rf'{unit}/{day}">.*?</tr>', text, re.DOTALL)
    assert dashes
    cells = re.findall(
        r'<td class="n"[^>]*>\s*(?:<a[^>]*>)?\s*([−+\d,–]+)',
        text[text.rindex("<tr>", 0, dashes.start()) : dashes.end()],
    )
    return [None if one == "–" else int(one.replace(",", "").replace("−", "-")) for one in cells]


def in_report(text: str, unit: str, day: str, measure: str) -> int | None:
    """Of the province's key figures, or of the unit's row by place."""
    name = {"confirmed": "Confirmed", "cured": "Cured", "dead": "Dead"}[measure]
    if unit == "cn.420000":
        row = re.search(rf'data-figure="{measure}".*?<dd>(?:<a[^>]*>)?([\d,–]+)', text, re.DOTALL)
    else:
        row = re.search(rf'data-l="{name}"><a href="[^"]*{unit}/{day}">([\d,–]+)</a>', text)
    assert row, (unit, day, measure)
    return None if row[1] == "–" else int(row[1].replace(",", ""))


@pytest.mark.parametrize("day", ["2020-02-05", "2020-02-12", "2020-02-20", "2020-03-10"])
def test_every_figure_of_the_report_is_traced_to_its_text(hubei: dict[str, int], day: str) -> None:
    """Each figure leads to a publication; the page of that publication is there; and the figure follows from what the
    ledger holds of it by the rule that the report names."""
    text = world.squeezed(told(f"/report/sitrep?day={day}&lang=en").content.decode())
    paper = text[text.index("<article") : text.index("Annex: seal")]
    held = _held()
    traced = 0
    for name, cell in re.findall(r'data-figure="([a-z_]+)"[^>]*>.*?<dd>(.*?)</dd>', paper):
        if link := re.fullmatch(r'<a href="/source/(\w+)/([^"]+)">([\d,]+)</a>', cell):
            assert int(link[3].replace(",", "")) == _expected(held, link[1], link[2], name), (day, name)
            traced += 1
        else:
            assert cell == "–", (name, cell)
    names = {"New": "new", "In 7 days": "week", "Confirmed": "confirmed", "Confirmed now": "active", "Cured": "cured",
             "Dead": "dead", "Per 100,000": "rate", "Days without": "quiet"}  # fmt: skip
    for label, key, cell in re.findall(r'data-l="([^"]+)"><a href="/source/bulletin/([^"]+)">([\d,.]+)</a>', paper):
        if names[label] not in ("rate", "quiet"):
            assert int(cell.replace(",", "")) == _expected(held, "bulletin", key, names[label]), (day, label, key)
        traced += 1
    for key in set(re.findall(r'href="(/source/[^"]+)"', paper)):
        assert world.get("duty", key).status_code == 200, key
    assert traced > (17 if day < "2020-03" else 100)
    beds = list(csv.DictReader((HUBEI / "designated_beds.csv").open(encoding="utf-8-sig")))
    last = max((one for one in beds if one["day"] <= day), key=lambda one: one["day"])
    shown = paper[paper.index('id="report-beds"') :].partition("<tbody>")[2].partition("</tr>")[0]
    assert [shown.count(f">{int(last[name]):,}<") for name in ("beds", "used", "empty")] == [1, 1, 1], shown
    # Outside links, moments, sources and drawings no number stands on the paper.
    bare = re.sub(r"<svg.*?</svg>|<a [^>]*>.*?</a>|<sup>.*?</sup>|<header.*?</header>|<aside.*?</aside>"
                  r"|<ol.*?</ol>|<ul class=\"legend\">.*?</ul>|<tr class=\"sum\">.*?</tr>|<p class=\"lead\">.*?</p>"
                  r"|<dd class=\"note\">.*?</dd>|<p class=\"seal\">.*?</p>|<table class=\"tight.*?</table>"
                  r"|\d{4}-\d\d-\d\d|<small>.*?</small>|Per 100,000|In 7 days", " ", paper)  # fmt: skip
    left = re.sub(r"<[^>]+>", " ", bare).replace("November 2020", "")
    assert re.findall(r"[^.]*\d+[^.]*", left) == [], day


def _held() -> dict[tuple[str, str], dict[str, Any]]:
    with psycopg.connect(**owner_dsn()) as owner:
        rows = owner.execute("select noun, key, data from ledger_row where noun in ('bulletin', 'indicator')")
        return {(noun, key): data for noun, key, data in rows.fetchall()}


def _expected(held: dict[tuple[str, str], dict[str, Any]], noun: str, key: str, name: str) -> int | None:
    """The figure as its text gives it: told, or reckoned by hand from the publications of that day and those before."""
    if noun == "indicator":
        return int(held[noun, key]["value"])
    unit, day = key.split("/")

    def back(n: int) -> dict[str, Any] | None:
        return held.get((noun, f"{unit}/{dt.date.fromisoformat(day) - dt.timedelta(days=n)}"))

    def fresh(n: int, measure: str) -> int | None:
        here = back(n)
        assert here is not None
        stated = [one["new"][measure] for one in here["versions"] if measure in one.get("new", {})]
        if stated:
            return max(0, int(stated[-1]))
        before, first = back(n + 1), next(one[measure] for one in here["versions"] if measure in one)
        out = str(here["versions"][0]["published_on"])
        stood = [one for one in before["versions"] if measure in one and str(one["published_on"]) <= out]  # type: ignore[index]
        return max(0, int(first - stood[-1][measure]))

    now = back(0)
    assert now is not None
    if name == "active":
        return int(now["confirmed"] - now["cured"] - now["dead"])
    if name == "week":
        return sum(fresh(n, "confirmed") or 0 for n in range(7))
    if name in ("new", "new_cured", "new_dead"):
        return fresh(0, {"new": "confirmed", "new_cured": "cured", "new_dead": "dead"}[name])
    return int(now[name])


def test_what_was_not_told_is_null_everywhere(hubei: dict[str, int]) -> None:
    """Cured of Jingmen on 10 February: no list was published."""
    line = api(hubei["cn.420800"], "2020-02-10")["place"]
    assert (line["cured"], line["confirmed"], line["dead"]) == (None, 780, 18) or line["cured"] is None
    assert line["households"] is None and line["heard"] is None  # the board shows a dash
    nothing = api(hubei["cn.420802"], "2020-02-10")["place"]  # a county of its own: nothing was published
    assert {nothing[name] for name in ("confirmed", "cured", "dead", "new", "revised", "figures_of")} == {None}
    text = told(f"/board/{hubei['cn.420800']}/figures?day=2020-02-10").content.decode()
    assert "not told" in text and "read in the text" in text


@pytest.mark.parametrize(("unit", "day"), [("cn.420000", "2020-03-10"), ("cn.420000", "2020-02-12"),
                                           ("cn.420100", "2020-02-29"), ("cn.420800", "2020-02-10")])  # fmt: skip
def test_a_dash_of_the_board_is_null_in_the_api_and_empty_in_the_file(
    hubei: dict[str, int], unit: str, day: str
) -> None:
    whole, board = api(hubei[unit], day), told(f"/board/{hubei[unit]}?day={day}&ind=per100k").content.decode()
    seen = first_read(board)
    assert {one["id"]: one["value"] and round(one["value"], 1) for one in whole["figures"]} | {
        name: whole["place"]["measures"][name] for name in ("quiet", "silent", "overdue", "cover")} == seen  # fmt: skip
    rows = {row["place"]: row for row in csv.DictReader(io.StringIO(
        told(f"/board/{hubei[unit]}/units.csv?day={day}").content.decode("utf-8-sig")))}  # fmt: skip
    for one in whole["units"] or whole["below"]:
        row = re.search(rf'data-place="{one["key"]}">(.*?)</tr>', board, re.DOTALL)
        assert row, one["key"]
        cells = dict(re.findall(r'data-m="(\w+)">(?:<a [^>]*>)?\s*([^<\s]+)', row[1]))
        for name, figure in one["measures"].items():
            text = rows[one["key"]][name]
            assert (None if text == "" else float(text)) == figure, (one["key"], name)
            if name in cells:
                shown = None if cells[name] == "–" else float(cells[name].replace(",", ""))
                assert shown == figure, (one["key"], name)


def test_on_12_february_what_the_definition_added_is_told_apart(hubei: dict[str, int]) -> None:
    page = world.squeezed(told(f"/board/{hubei['cn.420000']}?day=2020-02-20").content.decode())
    assert "14,840" in page and "= 1,508 by test + 13,332 by clinical diagnosis" in page
    then = world.squeezed(told(f"/board/{hubei['cn.420000']}?day=2020-02-12").content.decode())
    assert "+242 new, −108 restated" in then and "+14,840 new, −1,043 restated" in then  # and not ▲134 dead alone
    assert "how many of these only the new definition counts is not held here" in world.squeezed(
        told(f"/board/{hubei['cn.420100']}?day=2020-02-20").content.decode())  # fmt: skip


def test_wuhan_has_its_districts_and_zones_with_what_was_told_of_them(hubei: dict[str, int]) -> None:
    """The districts lie in one urban unit from 3 March on; their own figures were told on 16 March, and none before."""
    for day, figure in (("2020-03-16", 6549), ("2020-03-10", None)):
        units = {one["key"]: one for one in api(hubei["cn.420100"], day)["units"]}
        assert {f"cn.4201{code:02}" for code in (*range(2, 8), *range(11, 18))} <= set(units)
        assert "cn.420100-donghu-gaoxin" in units
        assert units["cn.420102"]["measures"]["confirmed"] == figure
        assert units["cn.420102"]["measures"]["new7"] is None and units["cn.420102"]["confirmed"] is None


def test_in_the_evening_before_a_bulletin_the_report_tells_yesterdays_figures_as_such(hubei: dict[str, int]) -> None:
    evening = "day=2020-02-05&as_known_at=2020-02-05T20:00&lang=en"
    text = world.squeezed(told(f"/report/sitrep?{evening}").content.decode())
    note = dict(re.findall(r'data-figure="(\w+)"[^>]*>.*?<dd class="note">(.*?)</dd>', text))
    assert note["new"] == "+811 on the day before" and "Figures to 24:00 on 2020-02-04" in text
    assert not [one for one in note.values() if one.startswith("0 ") or "; 0 " in one]
    named = dict(
        re.findall(r'<th scope="row">([^<]+)</th><td class="n" data-l="Last told">(?:<a[^>]*>)?([\d,]+)', text)
    )
    assert named["In hospital"] == "12,627" and "Confirmed now" not in named


def test_severe_and_critical_told_together_stand_first_where_their_parts_are_older(hubei: dict[str, int]) -> None:
    shown = [one["id"] for one in api(hubei["cn.420000"], "2020-03-10")["figures"]]
    assert shown[2:5] == ["severe_and_critical", "severe", "critical"]
    assert "severe_and_critical" not in [one["id"] for one in api(hubei["cn.420000"], "2020-02-20")["figures"]]
    text = world.squeezed(told("/report/sitrep?day=2020-03-10&lang=en").content.decode())
    tiles = text[text.index("<dl") : text.index("</dl>")]
    assert re.search(r'data-figure="severe_and_critical".*?<dd><a [^>]*>4,412</a>', tiles)


def test_beds_by_class_are_those_that_were_told(hubei: dict[str, int]) -> None:
    of = {one["class"]: one for one in api(hubei["cn.420000"], "2020-02-08")["beds"]}
    assert [of["designated"][name] for name in ("houses", "open", "used", "free", "day")] == [
        28,
        9057,
        9198,
        123,
        "2020-02-07",
    ]
    # Leishenshan's beds were told in March: what nobody knew of was no capacity.
    new = [of["new_hospital"][name] for name in ("houses", "open", "houses_without_beds_told", "used", "day")]
    assert new == [2, 1000, 1, None, None]
    assert of["fangcang"]["at_least"] and of["own"]["houses"] is None and of["fangcang"]["open"] is None
    now = {one["class"]: one for one in api(hubei["cn.420000"], "2020-03-10")["beds"]}
    assert [now["new_hospital"][name] for name in ("houses", "open", "day")] == [2, 2402, None]
    assert [now["fangcang"][name] for name in ("houses", "open", "at_least")] == [0, None, True]
    assert "6 closed by then" in told(f"/board/{hubei['cn.420000']}?day=2020-03-10").content.decode()
    page = told(f"/board/{hubei['cn.420000']}?day=2020-02-08").content.decode()
    assert "Huoshenshan" in page and "Leishenshan" in page and "Wuchang Fangcang" in page
    # Who reads of beds that contradict themselves reads so, on whichever day: on the paper as on the board.
    for day in ("2020-02-04", "2020-02-08", "2020-03-10"):
        paper = told(f"/report/sitrep?day={day}&lang=en").content.decode()
        odd = "do not add up to beds: -233" if day == "2020-02-04" else "more beds used than exist: 141"
        said = "8,182 used and 305 empty" if day == "2020-02-04" else "141 more than exist"
        assert paper.count(odd) == paper.count(said) == 1 and "Everything adds up." not in paper, day
        assert said in told(f"/board/{hubei['cn.420000']}?day={day}").content.decode()
        on = dt.date.fromisoformat(day)
        with transaction.atomic():
            set_scope(Holder(None, {}, {"counts": EVERYWHERE}))
            board = queries.board(hubei["cn.420000"], on)
            differs = morning.differences(board, on, dt.datetime.now(dt.UTC), None)
        beds = [(one.kind, str(one.day)) for one in differs if one.kind.startswith("beds_")]
        assert beds == [("beds_odd", day) if day == "2020-02-04" else ("beds_over", "2020-02-07")]
    early = {one["class"]: one["houses"] for one in api(hubei["cn.420000"], "2020-01-28")["beds"]}
    assert early == dict.fromkeys(early)  # none of them was told then


def test_merged_units_of_wuhan_and_ezhou_have_their_prefectures_figures(hubei: dict[str, int]) -> None:
    for unit, whole in (("cn.420100-urban", "cn.420100"), ("cn.420700-urban", "cn.420700")):
        line = api(hubei[unit], "2020-03-10")["place"]
        theirs = api(hubei[whole], "2020-03-10")["place"]
        assert line["figures_for"] == whole and line["confirmed"] == theirs["confirmed"] > 1000
        assert "holds all counties of its prefecture" in told(f"/board/{hubei[unit]}?day=2020-03-10").content.decode()
    with door.ledger() as connection:
        levels = {one.key: one for one in figures.levels(connection, dt.date(2020, 3, 10))}
    wuhan, ezhou = levels["cn.420100-urban"], levels["cn.420700-urban"]
    # More than fifty in all and new ones in the window: what is missing is whether there is a cluster, not the figures.
    assert (wuhan.missing, ezhou.missing) == (("cluster_14d",), ("cluster_14d",))
    assert api(hubei["cn.420102"], "2020-03-10")["place"]["confirmed"] is None  # one of Wuhan's districts has none


def test_a_publication_is_known_from_its_moment(hubei: dict[str, int]) -> None:
    root = hubei["cn.420000"]
    known = {at: api(root, "2020-02-19", as_known_at=at)["place"]["confirmed"] for at in
             ("2020-02-20T07:59", "2020-02-20T08:00", "2020-02-21T19:59", "2020-02-21T20:00")}  # fmt: skip
    assert list(known.values()) == [61682, 62031, 62031, 62457]  # the day before, the first, restated in the evening
    assert api(root, "2020-02-19", as_known_at="2020-02-20T07:59")["place"]["figures_of"] == "2020-02-18"


def test_the_april_revision_is_no_new_case(hubei: dict[str, int], tmp_path: Path) -> None:
    assert imported(tmp_path, APRIL)["accepted"] == 8
    for key, confirmed, dead in (("cn.420000", 68128, 4512), ("cn.420100", 50333, 3869)):
        line = api(hubei[key], "2020-04-16")["place"]
        assert (line["confirmed"], line["dead"], line["new"], line["revised"]) == (confirmed, dead, 0, 325)
        after = api(hubei[key], "2020-04-17")["place"]
        assert (after["new"], after["revised"]) == (0, 0)
        morning = api(hubei[key], "2020-04-16", as_known_at="2020-04-17T10:00")["place"]
        assert morning["confirmed"] == confirmed - 325 and morning["revised"] == 0
    page = told(f"/board/{hubei['cn.420000']}?day=2020-04-16").content.decode()
    assert "revised +325" in world.squeezed(page) and 'data-new="0"' in page and 'data-new="325"' not in page
    report = told("/report/sitrep?day=2020-04-16&lang=en").content.decode()
    assert [in_report(report, "cn.420000", "2020-04-16", name) for name in ("confirmed", "dead")] == [68128, 4512]
    assert [in_report(report, "cn.420100", "2020-04-16", name) for name in ("confirmed", "dead")] == [50333, 3869]
    export = told(f"/board/{hubei['cn.420000']}/figures.csv?day=2020-04-16").content.decode("utf-8-sig")
    rows = {(row["day"], row["place"]): row for row in csv.DictReader(io.StringIO(export))}
    for unit, confirmed, dead in (("cn.420000", "68128", "4512"), ("cn.420100", "50333", "3869")):
        row = rows["2020-04-16", unit]
        assert [row[name] for name in ("confirmed", "dead", "new", "revised")] == [confirmed, dead, "0", "325"]
    with transaction.atomic():
        set_scope(Holder(None, {}, {"counts": EVERYWHERE}))
        series = queries.curve(hubei["cn.420000"], dt.date(2020, 4, 17), 2)
    known = [one for one in series if isinstance(one, queries.Published)]
    assert [(one.fresh, one.revised) for one in known] == [(0, 0), (0, 325), (None, None)]
    assert not rt.new_cases(known[:2][::-1]).any()


def test_what_cannot_be_is_told_and_what_is_ahead_is_refused(hubei: dict[str, int], tmp_path: Path) -> None:
    head = "day,place,confirmed,cured,dead,published_on,source\n"
    found = imported(tmp_path, head + "2020-04-18,cn.420802,5,10,10,2020-04-19,x\n")
    assert found["accepted"] == 1 and found["contradictions"] == [
        "cn.420802, 2020-04-18: 10 cured and 10 dead of 5 confirmed"
    ]
    page = told(f"/board/{hubei['cn.420802']}?day=2020-04-18").content.decode()
    assert "More cured and dead than confirmed" in page
    assert imported(tmp_path, head + "2020-04-20,cn.420802,6,,,2020-04-21,x\n")["accepted"] == 0
    assert refusals(tmp_path) == [
        "published_on: 2020-04-21 lies ahead of this ledger's clock, 2020-04-20 09:00; nobody can know it yet"
    ]
    twice = "2020-04-17,cn.420881,6,,,2020-04-18,x\n2020-04-17,cn.420881,7,,,2020-04-18,x\n"
    assert imported(tmp_path, head + twice)["accepted"] == 1
    assert "published twice at this moment" in refusals(tmp_path)[0]


@pytest.mark.parametrize("path", ["figures", "figures.csv"])
def test_charlie_sees_no_figures(hubei: dict[str, int], path: str) -> None:
    assert world.get("charlie", f"/board/{hubei['cn.420000']}/{path}", 404)
    assert world.get("lin", f"/board/{hubei['cn.420000']}/{path}", 404)


def test_at_the_fact_door_a_publication_speaks_of_its_place_and_is_out(staff: dict[str, int]) -> None:
    def said(unit: str, on: str, at: str = "") -> Any:
        body = {
            "unit": unit,
            "day": "2020-03-09",
            "confirmed": 1,
            "published_on": on,
            "published_at": at,
            "source": "x",
        }
        return world.said("bulletin.published", body, place=2)

    receipt = world.say(
        said("hu.980200", "2020-03-10"), said("hu.980100", "2020-03-11"), said("hu.980100", "2020-03-10", "09:01"),
        said("hu.980100", "2020-03-10", "09:00"),
    )  # fmt: skip
    assert {n: problem.field for n, problem in receipt.refused.items()} == {
        0: "body.unit", 1: "body.published_on", 2: "body.published_on",
    }  # fmt: skip
    assert receipt.accepted == 1


def test_what_is_new_of_a_day_has_the_grade_and_the_day_of_the_text_that_told_it() -> None:
    versions = [{"published_on": "2020-02-13", "confirmed": 48206, "cured": 3441, "new": {"confirmed": 14840}},
                {"published_on": "2020-02-14", "confirmed": 47163, "dead": 1202, "version": "restated"}]  # fmt: skip
    data = {"day": "2020-02-12", "confirmed": 47163, "cured": 3441, "dead": 1202, "published_on": "2020-02-14",
            "source": "hubei", "grades": {"confirmed": "arithmetic", "cured": "text", "dead": "arithmetic"},
            "versions": versions, "read": "", "unit": "hu.980000"}  # fmt: skip
    one = published.make(data, None, False)
    told = {figure.id: (figure.told, figure.grade) for figure in glance._published(1, one, [one], one.day).values()}
    assert told["new"] == ("2020-02-13", "text") and told["cured"] == ("2020-02-13", "text")
    assert told["confirmed"] == told["dead"] == ("2020-02-14", "arithmetic")
