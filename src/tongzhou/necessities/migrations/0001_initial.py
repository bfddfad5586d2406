from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    initial = True
    dependencies = [("ledger", "0013_known_urgent")]
    operations = [run_file(__file__, "0001_offers.sql")]
