"""A text to the duty telephone of a desk where something presses and nobody opened it: a number of things, and no word
of any person.

The sending is another program's (`TONGZHOU_TEXT_COMMAND`): it gets the telephone as its one argument and the text on
its standard input, and says by its exit code whether it took it. Without it nothing is sent, and the bell rings alone.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import subprocess
from threading import Event
from typing import Any

import psycopg
from psycopg import Connection

from tongzhou.ledger import clock, door
from tongzhou.ledger.owed import table_on
from tongzhou.ledger.time import local_day

log = logging.getLogger(__name__)
SECONDS = 30  # that the sending program may take
# What presses, was not opened within its minutes and is owed now: told to the nearest desk that has a telephone, once
# in so many minutes for each desk.
_UNOPENED = """
with presses as (
  select distinct on (noun, key, what, at) place from ledger_owed
  where seen is null and (clock = 'life' and since + %(life)s < %(now)s or clock = 'law' and step = 0 and %(law)s > '0'
    and since + %(law)s < %(now)s) and owes_from <= %(now)s and (until is null or until > %(now)s)
  order by noun, key, what, at, step desc
), told as (
  select d.key::integer as desk, d.data ->> 'telephone' as telephone from presses p
  join lateral (
    select r.key, r.data from places_cover c
    join ledger_row r on r.noun = 'desk' and r.key = c.place::text and r.state = 'numbered'
    where c.tree = 'command' and c.valid_to is null and c.covers @> p.place order by c.depth desc limit 1) d on true
)
select desk, telephone, count(*) from told
where not exists (select from today_text t where t.desk = told.desk and t.sent_at > %(now)s - %(again)s)
group by 1, 2 order by 1
"""


def tell(connection: Connection[Any], now: dt.datetime, command: str) -> int:
    """Send what is due; returns to how many desks. What could not be sent is tried again at the next round."""
    table = table_on(local_day(now))
    minutes = {name: dt.timedelta(minutes=n) for name, n in table.ring_min.items()}
    given = {"now": now, "life": minutes["life"], "law": minutes["law"], "again": dt.timedelta(minutes=table.text_min)}
    sent = 0
    for desk, telephone, n in connection.execute(_UNOPENED, given).fetchall():
        if _send(command, telephone, n):
            connection.execute("insert into today_text (desk, sent_at, things) values (%s, %s, %s)", [desk, now, n])
            sent += 1
    return sent


def words(n: int) -> str:
    """The text, in both languages: how many things, never what or of whom."""
    things = "thing presses" if n == 1 else "things press"
    return (
        f"同舟：有 {n} 件急事还没有人打开，请打开“今天”。 Tongzhou: {n} {things} and nobody has opened it. Open Today."
    )


def _send(command: str, telephone: str, n: int) -> bool:
    try:
        done = subprocess.run([command, telephone], input=words(n).encode(), timeout=SECONDS, capture_output=True)
    except (OSError, subprocess.TimeoutExpired) as error:
        log.warning("a text could not be sent: %s", type(error).__name__)
        return False
    if done.returncode:
        log.warning("a text was not taken by the sending program: exit %s", done.returncode)
    return done.returncode == 0


def run(stop: Event, every: float = 60) -> None:
    """Look every minute until told to stop, in a thread of its own; without a sending program nothing is to do."""
    command = os.environ.get("TONGZHOU_TEXT_COMMAND")
    while command and not stop.wait(every):
        try:
            with door.ledger() as connection:
                tell(connection, clock.read(connection).now, command)
        except psycopg.OperationalError as error:
            log.warning("texts wait: the database is away (%s)", type(error).__name__)
