from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    initial = True
    dependencies = [("ledger", "0008_read"), ("people", "0003_doors")]
    operations = [run_file(__file__, "0001_worn.sql")]
