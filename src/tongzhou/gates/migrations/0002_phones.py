from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("gates", "0001_initial"), ("ledger", "0013_known_urgent")]
    operations = [run_file(__file__, "0002_phones.sql")]
