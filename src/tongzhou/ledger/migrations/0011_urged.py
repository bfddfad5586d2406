"""When a desk to which something came up rang about it; and the members of a team are read by its lead alone.

Rows that are there already get what is owed on them by today's table, and their ends; those that name a day no calendar
has are folded again with the nearest one. What folds must be the last migration of the ledger: it writes with today's
columns.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations
from psycopg.types.json import JsonbLoader
from psycopg.types.string import TextLoader

from tongzhou.database.sql import run_file


def derive(_apps: Any, schema_editor: Any) -> None:
    from tongzhou.ledger.refold import mend_days, owe

    schema_editor.connection.ensure_connection()
    connection = schema_editor.connection.connection
    connection.adapters.register_loader("jsonb", JsonbLoader)  # Django hands jsonb back as text
    try:
        owe(connection)
        mend_days(connection)
    finally:
        connection.adapters.register_loader("jsonb", TextLoader)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0010_known_wide")]
    operations = [run_file(__file__, "0011_urged.sql"), migrations.RunPython(derive, migrations.RunPython.noop)]
