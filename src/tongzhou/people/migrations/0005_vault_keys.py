from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("people", "0004_last_word")]
    operations = [run_file(__file__, "0006_vault_keys.sql")]
