from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("persons", "0002_scope"), ("ledger", "0004_owed")]
    operations = [run_file(__file__, "0003_codes.sql")]
