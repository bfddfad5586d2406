"""`tongzhou staff`: who works here, and what they hold where. The first accounts of a new server are made with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tongzhou.cli.setup import data_dir, opened


@click.group()
def staff() -> None:
    """Members of staff and the roles they hold."""


@staff.command()
@click.argument("login")
@click.option("--name", required=True, help="The name shown on screen.")
@click.option("--role", help="A role to hold, e.g. grid_worker.")
@click.option("--place", help="Code or key of the place where it is held.")
@click.option("--password", prompt="Password", hide_input=True, confirmation_prompt=True)
@data_dir
def add(data_dir: Path | None, login: str, name: str, role: str | None, place: str | None, password: str) -> None:
    """Make LOGIN (or, where it exists, give it a further role)."""
    if bool(role) != bool(place):
        raise click.UsageError("a role is held at a place: give --role and --place together")
    with opened(data_dir):
        from django.contrib.auth.password_validation import validate_password
        from django.core.exceptions import ValidationError

        from tongzhou.people import staff as people

        try:
            validate_password(password)
        except ValidationError as error:
            raise click.BadParameter(" ".join(error.messages), param_hint="--password") from None
        with people.owner() as owner:
            id = people.enrol(owner, login, name, password)
            if role and place:
                people.give(owner, id, _role(role), _place(owner, place))
        click.echo(f"{login} is number {id}" + (f" and is {role} of {place}." if role else "."))


@staff.command()
@click.argument("login")
@click.argument("role")
@click.argument("place")
@data_dir
def end(data_dir: Path | None, login: str, role: str, place: str) -> None:
    """End LOGIN's ROLE at PLACE now. What was recorded stays."""
    with opened(data_dir):
        from tongzhou.people import staff as people

        with people.owner() as owner:
            ended = people.end(owner, login, _role(role), _place(owner, place))
        if not ended:
            raise click.ClickException(f"{login} does not hold {role} at {place}.")
        click.echo(f"{login} no longer holds {role} at {place}.")


@staff.command("reset-second-factor")
@click.argument("login")
@data_dir
def reset_second_factor(data_dir: Path | None, login: str) -> None:
    """Switch LOGIN's second factor off (a lost phone). Make sure that it is they who ask."""
    with opened(data_dir):
        from tongzhou.people import staff as people

        with people.owner() as owner:
            gone = people.reset_second_factor(owner, login)
        if not gone:
            raise click.ClickException(f"{login} has no second factor.")
        click.echo(f"{login} signs in with the password alone until they switch it on again.")


@staff.command("list")
@data_dir
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def list_(data_dir: Path | None, as_json: bool) -> None:
    """Who holds what, where, since when."""
    with opened(data_dir):
        from tongzhou.people import staff as people

        with people.owner() as owner:
            held = people.held(owner)
    if as_json:
        click.echo(json.dumps(held, default=str, ensure_ascii=False))
        return
    for one in held:
        role = f"{one['role']} at {one['place']} since {one['since']:%Y-%m-%d}" if one["role"] else "no role"
        click.echo(f"{one['login']}\t{one['name']}\t{role}")
    if not held:
        click.echo("Nobody yet: tongzhou staff add LOGIN --name NAME --role ROLE --place CODE", err=True)


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
