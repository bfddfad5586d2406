"""What a list says stays the same, however it is read: ids, bodies, digests and reasons of a dirty list are pinned."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any
from zoneinfo import ZoneInfo

from tongzhou.bench.imports import Options, _list
from tongzhou.linelist import imports
from tongzhou.linelist.places import Places
from tongzhou.linelist.rows import Good, Reader, Refusal
from tongzhou.linelist.seen import Seen
from tongzhou.people.sealing import Index
from tongzhou.tables.reader import open as opening
from tongzhou.tables.reader import plain

COUNTIES = [f"98{n:04d}" for n in range(103)]
ZONE = ZoneInfo("Asia/Shanghai")
PINNED = "decd0a23ac0388c1f0a843c2e336cf8ead4b24928a51a301864f8ebaebe445f5"


class Counties(Places):
    def __init__(self) -> None:
        self._codes = {code: n for n, code in enumerate(COUNTIES, 1)}
        self._names, self._parents, self.root, self._own = {}, {}, 1, "98"


def test_ids_bodies_digests_and_reasons_of_a_dirty_list(monkeypatch: Any) -> None:
    monkeypatch.setattr(opening.apart, "look_at", plain.look_at)
    monkeypatch.setattr(opening.apart, "read_lines", plain.read_lines)
    table, binding = imports.open_list(_list(COUNTIES, Options(1_500))[0])
    now = dt.datetime(2020, 6, 1, tzinfo=ZONE)
    reader = Reader(binding, Counties(), now, ZONE, 1, "bench", b"k" * 32, Index(b"k" * 32))
    seen, met = Seen(binding), hashlib.sha256()
    for line in imports._body(table, binding):
        met.update(json.dumps(_told(imports._judged(reader, seen, line)), ensure_ascii=False).encode())
    assert met.hexdigest() == PINNED


def _told(one: Good | Refusal) -> list[Any]:
    if isinstance(one, Refusal):
        return [one.n, list(one.cells), [[t.field, t.code, t.detail] for t in one.troubles]]
    facts = [[str(f.id), f.kind, f.effective_at.astimezone(dt.UTC).isoformat(), bytes(f.body).decode(), f.place, f.home,
              f.reporting] for f in one.facts]  # fmt: skip
    digests = {name: [digest.hex() for digest in many] for name, many in sorted(one.digests.items())}
    notes = [[t.field, t.code, t.detail] for t in one.notes]
    return [one.n, str(one.case), one.place, facts, list(one.held.items()), one.card, one.key, digests, notes]
