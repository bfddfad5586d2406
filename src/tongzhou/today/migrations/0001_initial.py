from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_owed"), ("people", "0003_doors"), ("places", "0001_initial")]
    operations = [run_file(__file__, "0001_today.sql")]
