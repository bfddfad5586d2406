from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    initial = True
    dependencies = [("places", "0002_numbers"), ("ledger", "0003_touches")]
    operations = [run_file(__file__, "0001_persons.sql")]
