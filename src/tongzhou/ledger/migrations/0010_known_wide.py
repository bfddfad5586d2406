"""What a desk with a wide area owed, as known at a moment."""

from __future__ import annotations

from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("ledger", "0009_turns")]
    operations = [run_file(__file__, "0010_known_wide.sql")]
