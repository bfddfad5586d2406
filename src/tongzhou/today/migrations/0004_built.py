from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("today", "0003_built_on"), ("ledger", "0014_built")]
    operations = [run_file(__file__, "0004_built.sql")]
