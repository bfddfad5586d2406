"""What rules say of a request, a bed, a ward and of whoever was discharged (DESIGN 3, explain)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from django.utils.translation import override
from psycopg import Connection

from tongzhou import rules
from tongzhou.hospital import aftercare, leaving, suits
from tongzhou.ledger import states, worded
from tongzhou.ledger.explain import Why, by_rule, reasons
from tongzhou.ledger.time import local_day
from tongzhou.places.queries import official_code
from tongzhou.tables.policy import shipped


def both(told: Callable[[], str]) -> tuple[str, str]:
    """Words of the catalogues in English and in Chinese."""
    with override("en"):
        en = told()
    with override("zh-hans"):
        return en, told()


@reasons("request")
def of_a_request(connection: Connection[Any], key: str, row: dict[str, Any], now: dt.datetime) -> list[Why]:
    """Whose bed it may be, which wards were not ready, and whether the patient may leave."""
    data, found = row["data"], []
    if data["infection"] == "confirmed" and data["severity"] in ("mild", "moderate"):
        given = {"confirmed": True, "type": data["severity"], "age": data["age"], "self_care": data["self_care"],
                 "comorbidity": data["chronic"], "flu_neg": data["flu_negative"]}  # fmt: skip
        given = {name: value for name, value in given.items() if value is not None}
        told = rules.evaluate(
            rules.book(),
            "FANGCANG",
            given,
            on=local_day(dt.datetime.fromisoformat(data["asked_at"])),
            place_code=official_code(row["place"], connection),
        )
        found.append(by_rule("fangcang", told))
    if row["state"] == "waiting":
        table = shipped("beds")
        found.append(
            Why(
                "placement",
                f"planned anew with each look, by the table: {table['source']}",
                f"每次查看时重新规划，依据：{table['source_zh']}",
            )
        )
    for refused in data["refused"]:
        where = f"ward/{refused['ward']}"
        en, zh = both(partial(worded.choice, "ward.answered", "reason", refused["reason"]))
        again = refused["reason"] not in suits.OF_THE_PATIENT
        then = ("asked again at its next count", "下次清点后再问") if again else ("not asked again", "不再询问")
        found.append(Why(where, f"not ready: {en}; {then[0]}", f"未就绪：{zh}；{then[1]}"))
    if row["state"] == "admitted" and data["infection"] == "confirmed":
        earliest = leaving.verdict(data["examined"], now).earliest
        found.append(by_rule("discharge", leaving.ruled(data["examined"], now), earliest))
    return found


@reasons("bed")
def of_a_bed(connection: Connection[Any], key: str, row: dict[str, Any], now: dt.datetime) -> list[Why]:
    """For whom it is held, and whether its ward has staff for it."""
    found = []
    if request := row["data"]["request"]:
        held = connection.execute(
            "select state from ledger_row where noun = 'request' and key = %s", [request]
        ).fetchone()
        en, zh = both(partial(states.said, "request", held[0])) if held else ("–", "–")
        found.append(Why("held", f"for request/{request} ({en})", f"为请求 {request} 保留（{zh}）"))
    ward = connection.execute("select ward from hospital_bed where id = %s", [key]).fetchone()
    return found + (_staff(connection, ward[0]) if ward else [])


@reasons("ward")
def of_a_ward(connection: Connection[Any], key: str, row: dict[str, Any], now: dt.datetime) -> list[Why]:
    return _staff(connection, int(key))


_STAFF = """
select count(*) filter (where coalesce(r.state, 'free') <> 'closed'),
  count(*) filter (where r.state in ('occupied', 'reserved')),
  (select (data ->> 'staffed')::integer from ledger_row where noun = 'ward' and key = %(ward)s::text)
from hospital_bed b left join ledger_row r on r.noun = 'bed' and r.key = b.id::text where b.ward = %(ward)s
"""


def _staff(connection: Connection[Any], ward: int) -> list[Why]:
    """usable = min(physical, staffed), and how many lie there or are promised a bed."""
    row = connection.execute(_STAFF, {"ward": ward}).fetchone()
    assert row is not None
    stand, taken, staffed = row
    usable = stand if staffed is None else min(stand, staffed)
    staff = (
        ("nobody counted the staff", "人手未报") if staffed is None else (f"{staffed} staffed", f"人手可管 {staffed}")
    )
    en = f"{stand} stand, {staff[0]}: {usable} usable; {taken} taken"
    zh = f"实有 {stand}，{staff[1]}：可用 {usable}；占用 {taken}"
    over = taken - usable
    if over > 0:
        en, zh = f"{en}, {over} beyond what is usable", f"{zh}，超出可用 {over}"
    return [Why(f"ward/{ward}", en, zh)]


@reasons("aftercare")
def of_aftercare(connection: Connection[Any], key: str, row: dict[str, Any], now: dt.datetime) -> list[Why]:
    """Day n, and when it ends by itself."""
    one = {**row["data"], "left_at": dt.datetime.fromisoformat(row["data"]["left_at"])}
    one["records"] = [{**record, "at": dt.datetime.fromisoformat(record["at"])} for record in one["records"]]
    code = official_code(row["place"], connection)
    aftercare.judged(one, now, code)
    pack = rules.in_force("AFTER", local_day(now), code)
    if pack is None:
        return [Why("aftercare", "no rule is in force", "无有效规则", "AFTER")]
    text = f"day {one['day']} of {one['days']}", f"第 {one['day']} 天，共 {one['days']} 天"
    return [Why("aftercare", *text, "AFTER", pack.edition, one["ends"])]
