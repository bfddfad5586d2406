"""Lists that name another's places, taken in by a stranger: what the attack brings beside facts and forms."""

from __future__ import annotations

from collections.abc import Iterator

from tongzhou.bench.attempts import Side
from tongzhou.ledger import door
from tongzhou.linelist import imports
from tongzhou.people.scope import holder_by_token

HEAD = "classification,identified,onset,age,sex,reporting,home"


def cases_of(side: Side) -> dict[str, bytes]:
    """Line lists by what they pretend: that their cases are reported there, live there, or lie where no row says."""

    def row(age: int, reporting: str, home: str) -> bytes:
        return f"{HEAD}\nconfirmed,2020-03-05,2020-03-01,{age},f,{reporting},{home}\n".encode()

    return {
        "reported there": row(41, side.unit, side.unit),
        "reported in a community there": row(42, side.community_unit, side.unit),
        "for the whole list": row(43, "", side.unit),
    }


def bring(token: str, content: bytes, place: int) -> str:
    """What became of the list of whoever has this token, in a word."""
    table, binding = imports.open_list(content)
    result = imports.run(table, binding, holder_by_token(token), place=place)
    codes: Iterator[str] = (trouble.code for refusal in result.refused for trouble in refusal.troubles)
    return next(codes, "accepted" if result.added else "nothing")


def lying(side: Side) -> int:
    """How many cases lie with a side."""
    with door.ledger() as connection:
        row = connection.execute(
            "select count(*) from ledger_row where noun = 'case' and place = any(%s)", [[side.county, side.community]]
        ).fetchone()
    return int(row[0]) if row else 0
