"""The ledger asks whether a post is held over a place."""

from __future__ import annotations

from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("ledger", "0011_urged")]
    operations = [run_file(__file__, "0012_unheld.sql")]
