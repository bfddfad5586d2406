"""What others have built on a fact is told by one function, to whoever takes it back by whatever way."""

from __future__ import annotations

from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("ledger", "0013_known_urgent")]
    operations = [run_file(__file__, "0014_built.sql")]
