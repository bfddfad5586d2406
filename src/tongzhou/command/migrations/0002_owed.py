from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("command", "0001_initial"), ("ledger", "0004_owed")]
    operations = [run_file(__file__, "0002_owed.sql")]
