"""Migrations whose text is SQL in a file beside them."""

from pathlib import Path

from django.db import migrations


def run_file(migration: str, name: str) -> migrations.RunSQL:
    """The operation that runs `sql/<name>` of the app whose migration module is `migration` (pass __file__)."""
    text = (Path(migration).resolve().parents[1] / "sql" / name).read_text()
    # psycopg reads a single % as the start of a parameter only when parameters are given; RunSQL gives none.
    return migrations.RunSQL(text, migrations.RunSQL.noop)
