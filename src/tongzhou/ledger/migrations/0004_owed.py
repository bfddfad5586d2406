"""What is owed stands beside the rows; for rows that are there already it is derived from their facts."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from tongzhou.database.sql import run_file


def derive(_apps: Any, schema_editor: Any) -> None:
    from tongzhou.ledger.refold import owe

    schema_editor.connection.ensure_connection()
    owe(schema_editor.connection.connection)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_touches"), ("people", "0003_doors")]
    operations = [run_file(__file__, "0005_owed.sql"), migrations.RunPython(derive, migrations.RunPython.noop)]
