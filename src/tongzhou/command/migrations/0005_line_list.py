from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("command", "0004_uncounted"), ("ledger", "0008_read")]
    operations = [run_file(__file__, "0005_line_list.sql")]
