"""`tongzhou contacts import`: people of a list of civil affairs, who then need a named contact."""

from __future__ import annotations

import json

import click

from tongzhou.cli import tables
from tongzhou.cli.setup import opened
from tongzhou.cli.speaking import speaker

BATCH = 500


@click.group()
def contacts() -> None:
    """Named contacts: who cannot be left alone, by door and sort of person, never by name (docs/community.md)."""


@contacts.command("import")
@tables.brings
def import_(brought: tables.Brought) -> None:
    """Take in FILE (columns door and who, of a child also agreed; or 门牌, 类别, 谁同意) with the rights of --as.

    A telephone (电话) is kept, sealed, where rings (同意拨打) says yes. Names and other columns are not read.
    Good rows go in; the others come back in FILE-refused.csv with the reason.
    """
    if not brought.login:
        raise click.UsageError("Say whose list it is: --as LOGIN, the community's lead.")
    with opened(brought.folder):
        import uuid_utils.compat as uuids
        from django.db import transaction

        from tongzhou.ledger import clock, door
        from tongzhou.ledger.append import append
        from tongzhou.liaisons import listed
        from tongzhou.people.scope import set_scope

        who, content = speaker(brought.login), brought.file.read_bytes()
        with transaction.atomic():
            set_scope(who)
            taken = listed.look(content, str(brought.file))
        refused = list(taken.refused)
        with door.ledger() as connection:
            first = uuids.uuid7()
            facts, said = listed.facts(taken.new, first, clock.read(connection).now), set(range(len(taken.new)))
            for start in range(0, len(facts), BATCH):
                told = append(connection, facts[start : start + BATCH], who, device="import")
                for n, problem in told.refused.items():
                    said.discard(start + n)
                    one = taken.new[start + n]
                    refused.append((one.n, dict(one.row), str(problem)))
            listed.keep(connection, [taken.new[n] for n in sorted(said)], first)
            if brought.dry:
                connection.rollback()
    table = tables.Table(brought.file, taken.columns, [])
    for line, row, reason in refused:
        table.refuse(line, row, reason)
    back = table.give_back()
    told_ = {"added": len(taken.new) - (len(refused) - len(taken.refused)), "known": len(taken.known),
             "refused": len(refused), "unread": taken.unread, "refused_file": str(back) if back else None,
             "dry_run": brought.dry}  # fmt: skip
    would = "would need" if brought.dry else "need"
    click.echo(json.dumps(told_, ensure_ascii=False) if brought.as_json else
               f"{told_['added']} people {would} a named contact; {told_['known']} are known already.")  # fmt: skip
    tables.say_refused(table, back, dry=brought.dry)
