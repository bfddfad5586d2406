"""An installation made by 35d559e, before facts had an envelope of the second form: it opens, its phones' queues drain,
it verifies, and answers as known at as it did before.

`first.tar.gz` is a backup that 35d559e wrote of an invented place (tests/world.py), `keys.tar.gz` its keys, and
`answers.json` what that program had answered. `benchmarks/upgrade.py` does the same with a data folder in place.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from commands import ROOT, run, tongzhou

pytestmark = pytest.mark.postgres
HERE = Path(__file__).parent
DRILL = f"""
import json, sys
sys.path[:0] = ["{ROOT}/src", "{ROOT}/tests"]
from tongzhou.cli.setup import opened
with opened(None):
    import uuid_utils.compat as uuids
    import world
    from django.test.utils import setup_test_environment
    from tongzhou.ledger import door, follow, seal
    from tongzhou.ledger.rebuild import rebuild
    setup_test_environment()
    keys = json.loads(sys.argv[1])

    def ask(sql):
        with door.ledger() as connection:
            return [list(row) for row in connection.execute(sql)]

    rows = "select noun, key, place, state, sees, data, known_from::text from ledger_row order by 1, 2"
    was = ("select noun, key, place, state, data, known_from::text, known_to::text from ledger_row_was"
           " order by 1, 2, 6")
    told = {{"rows": ask(rows), "was": ask(was)}}

    world.at(world.NOW.replace(hour=15, minute=31))  # the phones had gone on after the backup

    def queued(kind, body, place, **more):  # as phones kept it before
        at = "2020-03-10T15:30:00+08:00"
        return {{"id": str(uuids.uuid7()), "kind": kind, "effective_at": at, "recorded_at": at, "place": place,
                "body": body, **more}}

    facts = [
        queued("need.met", {{"need": keys["need"]}}, 6),
        queued("observation.recorded", {{"contact": keys["contact"], "temp10": 368}}, 6),
        queued("household.heard", {{"household": 2, "state": "well", "channel": "door"}}, None),
        queued("task.set", {{"what": "visit", "household": 9}}, 6),
    ]
    del facts[2]["place"]
    answer = world.client("zhao").post("/api/facts", {{"device": "old phone", "facts": facts[:3]}}, "application/json")
    told["drained"] = answer.json()
    again = world.client("zhao").post("/api/facts", {{"device": "old phone", "facts": facts[:3]}}, "application/json")
    told["again"] = again.json()
    ward = {{"request": keys["request"], "bed": 1, "ward": 1}}
    admitted = queued("patient.admitted", ward, 3)
    told["ward"] = world.client("nurse").post("/api/facts", {{"facts": [admitted]}}, "application/json").json()
    foreign = queued("case.classified", {{"case": keys["case"], "classification": "excluded", "basis": "pcr"}}, 9)
    told["foreign"] = world.client("an").post("/api/facts", {{"facts": [foreign]}}, "application/json").json()
    follow.catch_up()
    first = rebuild()
    told["rebuilt"] = [first.touches_restored, first.household_days_changed, first.tallies_changed]
    told["again_unchanged"] = rebuild().unchanged
    told["after"] = ask(rows)
    with door.ledger() as connection:
        verdict = seal.verify(connection)
    told["findings"], told["links"] = verdict.findings, verdict.links
    print(json.dumps(told, default=str))
"""


@pytest.fixture
def before() -> dict[str, Any]:
    return dict(json.loads((HERE / "answers.json").read_text()))


def test_an_older_installation_opens_drains_verifies_and_answers_as_before(
    tmp_path: Path, before: dict[str, Any]
) -> None:
    home = tmp_path / "home"
    for name in ("first.tar", "keys.tar"):
        (tmp_path / name).write_bytes(gzip.decompress((HERE / f"{name}.gz").read_bytes()))
    restored = tongzhou(
        home, "restore", str(tmp_path / "first.tar"), "--keys", str(tmp_path / "keys.tar"), "--erased-lost", "--json"
    )
    assert json.loads(restored.stdout)["ok"] and json.loads(restored.stdout)["found"]["facts"] == before["facts"]
    done = run(home, [sys.executable, "-c", DRILL, json.dumps(before["keys"])])
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["rows"] == before["rows"], "as it stands"
    assert sorted(map(json.dumps, told["was"])) == sorted(map(json.dumps, before["was"])), "known as it was known"
    drained = told["drained"]
    assert (drained["accepted"], drained["refused"], drained.get("waiting", [])) == (3, [], []), drained
    assert (told["again"]["accepted"], told["again"]["known"]) == (0, 3)
    assert told["ward"]["accepted"] == 1 and not told["ward"].get("waiting"), "the promised patient is admitted"
    assert told["foreign"]["accepted"] == 1 and told["foreign"]["waiting"] == [0]
    assert told["rebuilt"] == [0, 0, 0] and told["again_unchanged"]
    assert told["findings"] == [] and told["links"] > 34
    stood = {(noun, key): (place, state) for noun, key, place, state, *_rest in before["rows"]}
    moved = {
        (noun, key): (place, state)
        for noun, key, place, state, *_rest in told["after"]
        if stood.get((noun, key)) not in (None, (place, state))
    }
    request, need = ("request", before["keys"]["request"]), ("need", before["keys"]["need"])
    shown = {one: (place, state) for one, (place, state) in moved.items() if one[0] == "directive"}
    assert all(state == "done" for _place, state in shown.values()), "its tasks had shown so all along"
    said = {request: (3, "admitted"), need: (6, "met"), ("bed", "1"): (3, "occupied")}
    sent = {one: told for one, told in moved.items() if one[0] == "exception"}
    assert all(state == "sent" for _place, state in sent.values()), (
        "who was sent on to the clinic, said by this edition"
    )
    assert moved == said | shown | sent, "only what was said"
