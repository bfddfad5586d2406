"""What a desk with a wide area owes is found in the index."""

from __future__ import annotations

from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_ends")]
    operations = [run_file(__file__, "0008_read.sql")]
