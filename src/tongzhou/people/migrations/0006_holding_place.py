from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("people", "0005_vault_keys")]
    operations = [run_file(__file__, "0007_holding_place.sql")]
