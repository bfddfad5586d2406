"""Whose list it is that a command takes in: what it says is said in that person's name and with their rights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import click

AS = click.option(
    "--as",
    "login",
    envvar="TONGZHOU_AS",
    metavar="LOGIN",
    help="Whose list it is: it goes in with their rights, and rows of other places come back. Needed in a real ledger"
    " as soon as somebody holds a role. [env: TONGZHOU_AS]",
)
_REAL = """
select not exists (select from ledger_clock where mode <> 'production')
  and exists (select from people_held where valid_to is null or valid_to > now())
"""


@dataclass(frozen=True)
class Lister:
    """Whoever lists furniture: doors, wards. `covers`: the places of it, by sort of data, as int4multirange text."""

    covers: str

    def holds(self, place: int | None) -> bool:
        from tongzhou.ledger.ranges import contains

        return place is not None and contains(self.covers, place)


def speaker(login: str | None) -> Any:
    """The member of staff with today's roles. The program itself where no role is held yet, and in a replay or an
    exercise, in which history is told anew."""
    from tongzhou.ledger import door
    from tongzhou.people import staff
    from tongzhou.people.scope import System, holder_of

    if login:
        with door.ledger() as connection:
            found = staff.find(connection, login)
        if found is None:
            raise click.UsageError(f"--as: there is no account {login!r}.")
        return holder_of(found)
    with door.ledger() as connection:
        real = connection.execute(_REAL).fetchone()
    if real and real[0]:
        raise click.UsageError("Say whose list it is: --as LOGIN. It goes in with that person's rights.")
    return System()


def lister(login: str | None, sort: str) -> Lister:
    """Whose list of furniture it is: they list what lies where they see this sort of data."""
    from tongzhou.people.scope import EVERYWHERE

    who = speaker(login)
    return Lister(getattr(who, "scopes", {sort: EVERYWHERE}).get(sort, "{}"))
