"""Folds and pages are total: whatever stands in a body that its kind accepts, of whatever day, in whatever order,
nothing falls over: no append, no rebuild, no page, no list of the doorway, no report, no export.

More of it: TONGZHOU_HOSTILE=2000 (stories; TONGZHOU_HOSTILE_FROM: the first) pytest tests/ledger/test_hostile.py
"""

from __future__ import annotations

import ast
import itertools
import json
import os
import re
import traceback
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import hostile
import measures_town
import msgspec
import pytest
import world
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver
from samples import KEY, SAMPLES, SPEAKING, key_of, sample
from tests_support import fresh_database

from tongzhou.ledger import door, follow, form
from tongzhou.ledger.append import append
from tongzhou.ledger.fold import fold
from tongzhou.ledger.kinds import KINDS, Behalf, Fact
from tongzhou.ledger.rebuild import rebuild
from tongzhou.people.scope import System

pytestmark = pytest.mark.postgres
FIRST, STORIES = int(os.environ.get("TONGZHOU_HOSTILE_FROM", "0")), int(os.environ.get("TONGZHOU_HOSTILE", "25"))
MANY = STORIES > 25
HERE = Path(__file__)
SOURCE = HERE.resolve().parents[2] / "src/tongzhou"
ROWS = json.loads(HERE.with_name("rows.json").read_text())  # the fields that folds wrote when it was last looked at


@pytest.fixture(scope="module")
def furnished(server: str) -> Iterator[str]:
    with fresh_database(server, f"{server}_hostile") as name:
        world.furnish(simulated=True)
        yield name


def why(error: Exception) -> str:
    """The error and the nearest lines of ours that raised it."""
    ours = [one for one in traceback.extract_tb(error.__traceback__) if "/src/tongzhou/" in one.filename]
    lines = " < ".join(f"{one.filename.rpartition('/tongzhou/')[2]}:{one.lineno}" for one in reversed(ours[-3:]))
    return f"{type(error).__name__}: {str(error)[:120]} ({lines})"


def test_no_story_stops_a_fold(furnished: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fell: dict[str, str] = {}
    kept = 0
    for seed in range(FIRST, FIRST + STORIES):
        if seed % 2:  # as an edition received them that did not ask whether a calendar has the day
            monkeypatch.setattr(form, "in_calendar", lambda _kind, _body: None)
        else:
            monkeypatch.undo()
        for fact in hostile.Hostile(seed).story():
            try:
                with door.ledger() as connection:
                    kept += append(connection, [fact], System()).accepted
            except Exception as error:
                fell.setdefault(why(error), f"{seed}: {hostile.told(fact)}"[:700])
    assert fell == {}, "\n".join(f"{error}\n    {fact}" for error, fact in fell.items())
    assert kept > 5 * STORIES


def test_what_was_kept_is_what_is_built_again(furnished: str) -> None:
    follow.catch_up()
    with door.ledger() as connection:
        assert connection.execute("select follower, error from ledger_dead_letter").fetchall() == []
    assert rebuild().unchanged


def addresses(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for one in patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, path)
        else:
            yield path


# What stands for the parts of an address: the key of every kind of row that such a page shows.
KEYS = {
    "cases/": "case",
    "measures/": "measure",
    "chains/": "case",
    "clinic/": "referral",
    "beds/patient/": "request",
    "case": "case",
}
NAMED = {"<number:place>": ["1", "6"], "<slug:id>/<slug:cell>": ["community_daily/heard"],
         "<slug:id>": ["community_daily"], "<slug:form>": ["graphml"], "<slug:engine>": ["supplies"],
         "<number:number>": ["1"]}  # fmt: skip


def paths(address: str, rows: dict[str, list[str]]) -> list[str]:
    """Addresses with something in the place of their parts; none where nothing fits."""
    if "<slug:noun>/<path:key>" in address:
        some = [(noun, key) for noun, keys in rows.items() for key in keys[: 40 if MANY else 3]]
        return [f"{address.split('<')[0]}{noun}/{quote(key)}" for noun, key in some]
    if "<noun:noun>" in address:
        return [f"{address.split('<')[0]}{noun}?limit=500" for noun in rows]
    if "<str:key>" in address:
        noun = next((noun for start, noun in KEYS.items() if address.startswith(start)), "")
        return [address.replace("<str:key>", quote(key)) for key in rows.get(noun, [])[: 40 if MANY else 4]]
    found = [address]
    for part, values in NAMED.items():
        found = [path.replace(part, value) for path in found for value in values]
    return [path for path in found if "<" not in path]


def test_no_page_falls_over_what_was_kept(furnished: str) -> None:
    with door.ledger() as connection:
        rows: dict[str, list[str]] = {}
        for noun, key in connection.execute("select noun, key from ledger_row where state <> 'void' order by 1, 2"):
            rows.setdefault(noun, []).append(key)
        rows["household-day"] = ["1/2020-03-10"]
    fell: dict[str, str] = {}
    looked: set[str] = set()
    every = list(dict.fromkeys(addresses(get_resolver().url_patterns)))
    for who, address in itertools.product(world.STAFF, every):
        if address in ("logout", "i18n/setlang/"):
            continue
        client = world.client(who)
        for path in paths(address, rows):
            if path in looked:
                continue
            try:
                answer = client.get(f"/{path}")
                if getattr(answer, "streaming", False):
                    b"".join(answer.streaming_content)
            except Exception as error:
                fell.setdefault(why(error), f"{who} /{path}")
            else:
                if answer.status_code == 200:
                    looked.add(path)
                if answer.status_code >= 500:
                    fell.setdefault(f"{answer.status_code} {re.sub('[0-9a-f-]{36}', '…', path)}", f"{who} /{path}")
    assert fell == {}, "\n".join(f"{error}\n    {where}" for error, where in fell.items())
    assert len(looked) > 60


_PATH = re.compile(r"data\s*(?:->>?|\?)\s*'([a-z_]+)'")
_NOUN = re.compile(r"noun\s*(?:=|in)\s*\(?((?:'[a-z_]+'(?:,\s*)?)+)")


def texts(connection: Any) -> Iterator[tuple[str, str]]:
    """What reads inside rows: indexes, policies, functions and views of the database, and queries of the program."""
    yield from connection.execute(
        "select indexname, indexdef from pg_indexes where schemaname = 'public'"
        " union all select policyname, coalesce(qual, '') || coalesce(with_check, '') from pg_policies"
        " union all select proname, prosrc from pg_proc where pronamespace = 'public'::regnamespace"
        " union all select viewname, definition from pg_views where schemaname = 'public'"
    ).fetchall()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "ledger_row" in node.value:
                yield f"{path.name}:{node.lineno}", node.value


def folded() -> Iterator[tuple[str, str]]:
    """(noun, field) of every fold over the samples that speak of its subjects: also of those for whose words the ledger
    asks a state that no list of samples makes."""
    for noun, kinds in SPEAKING.items():
        key = key_of(noun)
        place = int(first) if (first := key.split("/")[0]).isdigit() else 6
        told = [
            Fact(KEY, kind, place, 6, 3, world.NOW, world.NOW, None, 1, None, n,
                 KINDS[kind].decode(sample(kind)), None, Behalf("ward_nurse", 3))
            for n, kind in enumerate(kinds)
        ]  # fmt: skip
        for first_said in told:
            for story in ([first_said], [first_said, *(one for one in told if one is not first_said)]):
                if row := fold(f"{noun}/{key}", story):
                    yield from ((noun, name) for name in row.data)


def test_every_path_that_a_query_reads_is_written_by_a_fold(furnished: str) -> None:
    """A field that no fold writes reads as nothing for ever, and nobody is told."""
    task = world.said("task.set", SAMPLES["task.set"], place=6)
    helped = SAMPLES["helper.assigned"] | {"about": f"task/{task.id}"}
    told = msgspec.structs.replace(world.said("exception.raised", SAMPLES["exception.raised"], place=6),
                                   behalf=Behalf("grid_worker", 6))  # fmt: skip
    bulletin = SAMPLES["bulletin.published"] | {"unit": "hu.980000", "day": "2020-03-09", "published_on": "2020-03-10"}
    for facts in (
        [world.said(kind, body, place=6) for kind, body in SAMPLES.items()],
        [task],
        [world.said("helper.assigned", helped, place=6), told],
        [world.said("desk.stood_in", SAMPLES["desk.stood_in"] | {"place": 5}, place=3)],
        [world.said("bulletin.published", bulletin, place=1)],
        [
            world.said(
                "sitrep.signed",
                SAMPLES["sitrep.signed"]
                | {"number": 1, "edition": 1, "day": "2020-03-09", "known_at": "2020-03-10T08:00:00+08:00"},
                place=1,
            )
        ],
        [world.said("stock.counted", {"place": 6, "item": "coverall", "usable": 1, "source": "As told"}, place=6)],
    ):
        world.say(*facts)
    measures_town.hire()
    assert measures_town.approved()  # a measure goes through its gate, as no sample does
    with door.ledger() as connection:
        written: dict[str, set[str]] = defaultdict(set)
        for noun, name in connection.execute(
            "select distinct noun, k from (select noun, data from ledger_row union all select noun, data"
            " from ledger_row_was) r, jsonb_object_keys(data) k"
        ):
            written[noun].add(name)
        for noun, name in folded():
            written[noun].add(name)
        anywhere = set().union(*written.values())
        looked, missing = 0, []
        for name, text in texts(connection):
            nouns = [one for found in _NOUN.findall(text) for one in re.findall(r"'([a-z_]+)'", found)]
            here = set().union(*(written[noun] for noun in nouns)) if nouns else anywhere
            for field in set(_PATH.findall(text)) - {"offered_to", "spoken"}:  # the ledger's own
                looked += 1
                if field not in here:
                    missing.append(f"{name} reads {field} of {nouns}, whose folds write no such field")
    assert missing == [], "\n".join(missing)
    assert looked > 30
    held = {noun: sorted(fields) for noun, fields in written.items()}
    gone = {noun: sorted(set(fields) - set(held.get(noun, ()))) for noun, fields in ROWS.items()}
    assert {noun: fields for noun, fields in gone.items() if fields} == {}, "rows only grow: see ledger/shapes.py"
