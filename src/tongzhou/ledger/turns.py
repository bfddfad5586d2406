"""Two who ask at once take turns: what one of them counts or numbers is not counted by the other meanwhile."""

from collections.abc import Iterable
from typing import Any

from psycopg import Connection

_LOCKED = """
select pg_advisory_xact_lock(h) from (
  select distinct hashtextextended(word, 1) as h from unnest(%s::text[]) as word order by 1) x
"""


def take_turns(connection: Connection[Any], about: Iterable[str]) -> None:
    """Wait until nobody else asks about one of these, such as `team/420102001`, and keep it until the transaction ends.

    All that a request asks about is named in one call: it is taken in one order, so that no two wait for each other.
    """
    connection.execute(_LOCKED, [list(about)])
