"""Whoever asks for their own area reads the holders inside it."""

from __future__ import annotations

from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("ledger", "0014_built"), ("people", "0006_holding_place")]
    operations = [run_file(__file__, "0014_nearest.sql")]
