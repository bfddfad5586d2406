"""When each follower last looked."""

from __future__ import annotations

from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("ledger", "0008_read")]
    operations = [run_file(__file__, "0009_turns.sql")]
