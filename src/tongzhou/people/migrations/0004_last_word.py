from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("people", "0003_doors"), ("ledger", "0009_turns")]
    operations = [run_file(__file__, "0005_last_word.sql")]
