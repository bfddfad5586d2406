from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0010_known_wide"),
        ("command", "0007_published"),
        ("people", "0004_last_word"),
        ("places", "0002_numbers"),
    ]
    operations = [run_file(__file__, "0001_coverage.sql")]
