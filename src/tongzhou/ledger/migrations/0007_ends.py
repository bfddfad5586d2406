"""What is owed has an end, and rows say when they are over by themselves. For rows that are there already 0011 derives
both, with today's columns."""

from __future__ import annotations

from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_days"), ("people", "0003_doors")]
    operations = [run_file(__file__, "0007_ends.sql")]
