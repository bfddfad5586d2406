"""`tongzhou staff`: who works here, and what they hold where. The first accounts of a new server are made with it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from tongzhou.cli.setup import data_dir, opened


@click.group()
def staff() -> None:
    """Members of staff and the roles they hold."""


@staff.command()
@click.argument("login")
@click.option("--name", help="The name shown on screen (of a new account).")
@click.option("--role", help="A role to hold, e.g. grid_worker.")
@click.option("--place", help="Code or key of the place where it is held.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day on which the role is held.")
@click.option("--password", help="Password of a new account; asked for where it is not given.")
@data_dir
def add(
    data_dir: Path | None,
    login: str,
    name: str | None,
    role: str | None,
    place: str | None,
    until: dt.datetime | None,
    password: str | None,
) -> None:
    """Make LOGIN, or give it a further role where it exists; its password then stays (staff reset-password)."""
    if bool(role) != bool(place):
        raise click.UsageError("a role is held at a place: give --role and --place together")
    with _owner(data_dir) as (people, owner):
        where = (_role(role), _place(owner, place)) if role and place else None  # before anything is asked
        id = people.find(owner, login)
        if id is not None and password is not None:
            raise click.ClickException(f"{login} has an account and a password: tongzhou staff reset-password {login}")
        if id is not None and where is None:
            raise click.ClickException(f"{login} has an account; give --role and --place to let it hold one more.")
        known = id is not None
        if id is None:
            if not name:
                raise click.UsageError("a new account needs --name")
            id = people.enrol(owner, login, name, _fit(login, name, password))
        if where:
            last = until.replace(tzinfo=_zone()) + dt.timedelta(days=1) if until else None
            people.give(owner, id, *where, until=last)
        kept = " Its password is what it was." if known else ""
        click.echo(f"{login} is number {id}" + (f" and is {role} of {place}." if role else ".") + kept)


@staff.command()
@click.argument("login")
@click.argument("role")
@click.argument("place")
@data_dir
def end(data_dir: Path | None, login: str, role: str, place: str) -> None:
    """End LOGIN's ROLE at PLACE now. What was recorded stays."""
    with _owner(data_dir) as (people, owner):
        if not people.end(owner, login, _role(role), _place(owner, place)):
            raise click.ClickException(f"{login} does not hold {role} at {place}.")
        click.echo(f"{login} no longer holds {role} at {place}.")


@staff.command("reset-password")
@click.argument("login")
@data_dir
def reset_password(data_dir: Path | None, login: str) -> None:
    """Give LOGIN a one-time password, shown once. Make sure that it is they who ask."""
    with _owner(data_dir) as (people, owner):
        password = people.one_time_password()
        people.set_password(owner, _id(people, owner, login), password, one_time=True, by=None)
        click.echo(f"{login} signs in once with: {password}\nIt must be changed then; all their sessions have ended.")


@staff.command("reset-second-factor")
@click.argument("login")
@data_dir
def reset_second_factor(data_dir: Path | None, login: str) -> None:
    """Switch LOGIN's second factor off (a lost phone). Make sure that it is they who ask."""
    with _owner(data_dir) as (people, owner):
        if not people.reset_second_factor(owner, login):
            raise click.ClickException(f"{login} has no second factor.")
        click.echo(f"{login} signs in with the password alone until they switch it on again.")


@staff.command("switch-off")
@click.argument("login")
@data_dir
def switch_off(data_dir: Path | None, login: str) -> None:
    """Switch LOGIN's account off: sessions and tokens end at once. What was recorded stays."""
    with _owner(data_dir) as (people, owner):
        people.switch(owner, _id(people, owner, login), False, None)
        click.echo(f"{login} is switched off.")


@staff.command("switch-on")
@click.argument("login")
@data_dir
def switch_on(data_dir: Path | None, login: str) -> None:
    """Switch LOGIN's account on again."""
    with _owner(data_dir) as (people, owner):
        people.switch(owner, _id(people, owner, login), True, None)
        click.echo(f"{login} is switched on; tokens stay revoked.")


@staff.command("list")
@data_dir
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def list_(data_dir: Path | None, as_json: bool) -> None:
    """Who holds what, where, since when."""
    with _owner(data_dir) as (people, owner):
        held = people.held(owner)
    if as_json:
        click.echo(json.dumps(held, default=str, ensure_ascii=False))
        return
    for one in held:
        role = f"{one['role']} at {one['place']} since {one['since']:%Y-%m-%d}" if one["role"] else "no role"
        click.echo(f"{one['login']}\t{one['name']}\t{role}" + ("" if one["active"] else "\tswitched off"))
    if not held:
        click.echo("Nobody yet: tongzhou staff add LOGIN --name NAME --role ROLE --place CODE", err=True)


@contextmanager
def _owner(data_dir: Path | None) -> Iterator[tuple[Any, Any]]:
    with opened(data_dir):
        from tongzhou.people import staff as people

        with people.owner() as owner:
            yield people, owner


def _id(people: Any, owner: Any, login: str) -> int:
    found: int | None = people.find(owner, login)
    if found is None:
        raise click.ClickException(f"there is no account {login!r}.")
    return found


def _fit(login: str, name: str, password: str | None) -> str:
    """The password of a new account, asked for where it was not given; too weak a one is said why."""
    from django.contrib.auth.models import User
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    given = password or str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    try:
        validate_password(given, User(username=login, first_name=name))
    except ValidationError as error:
        raise click.BadParameter(" ".join(error.messages), param_hint="--password") from None
    return given


def _zone() -> Any:
    from tongzhou.ledger.time import zone

    return zone()


def _role(role: str) -> str:
    from tongzhou.people.roles import ROLES

    if role not in ROLES:
        raise click.BadParameter(f"{role!r} is none of {', '.join(sorted(ROLES))}", param_hint="--role")
    return role


def _place(connection: Any, place: str) -> int:
    row = connection.execute(
        "select p.id from places_place p left join places_name n on n.place = p.id"
        " where p.key = %(asked)s or n.code = %(asked)s limit 1",
        {"asked": place},
    ).fetchone()
    if row is None:
        raise click.BadParameter(f"there is no place {place!r} in this region", param_hint="--place")
    return int(row[0])
