from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("command", "0002_owed"), ("ledger", "0007_ends")]
    operations = [run_file(__file__, "0003_ends.sql")]
