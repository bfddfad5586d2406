"""The most urgent of a past moment are read by an index of their order."""

from __future__ import annotations

from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("ledger", "0012_unheld")]
    operations = [run_file(__file__, "0013_known_urgent.sql")]
