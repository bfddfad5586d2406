"""What facts of the first envelope touch, and how: their kinds say so. Their speakers had been judged when they spoke."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def derive(_apps: Any, schema_editor: Any) -> None:
    from tongzhou.ledger.derived import first_envelope

    schema_editor.connection.ensure_connection()
    first_envelope(schema_editor.connection.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0002_authority"),
        ("places", "0001_initial"),
        ("community", "0003_corrections"),
        ("hospital", "0004_no_point"),
    ]
    operations = [
        migrations.RunPython(derive, migrations.RunPython.noop),
        migrations.RunSQL("alter table ledger_touch alter how set not null", migrations.RunSQL.noop),
    ]
