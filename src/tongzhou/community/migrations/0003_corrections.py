from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("community", "0002_slips"), ("ledger", "0002_authority")]
    operations = [run_file(__file__, "0003_corrections.sql")]
