"""Rows that name a day no calendar has were folded again here; 0007 does it now, with today's columns."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_lists")]
    operations: list[migrations.operations.base.Operation] = []
