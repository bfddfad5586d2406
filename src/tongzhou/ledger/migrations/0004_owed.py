"""What is owed stands beside the rows. For rows that are there already 0011 derives it, with today's columns."""

from __future__ import annotations

from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_touches"), ("people", "0003_doors")]
    operations = [run_file(__file__, "0005_owed.sql")]
