"""Rows that name a day no calendar has are folded again with the nearest one."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from psycopg.types.json import JsonbLoader
from psycopg.types.string import TextLoader


def mend(_apps: Any, schema_editor: Any) -> None:
    from tongzhou.ledger.refold import mend_days

    schema_editor.connection.ensure_connection()
    connection = schema_editor.connection.connection
    connection.adapters.register_loader("jsonb", JsonbLoader)  # Django hands jsonb back as text
    try:
        mend_days(connection)
    finally:
        connection.adapters.register_loader("jsonb", TextLoader)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_lists")]
    operations = [migrations.RunPython(mend, migrations.RunPython.noop)]
