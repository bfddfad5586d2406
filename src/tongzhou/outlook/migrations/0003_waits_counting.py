from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("outlook", "0002_waits"), ("ledger", "0002_authority")]
    operations = [run_file(__file__, "0003_waits_counting.sql")]
