"""Lists read no more than they show; every row counts its versions and names its shape."""

from __future__ import annotations

from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_owed")]
    operations = [run_file(__file__, "0006_lists.sql")]
