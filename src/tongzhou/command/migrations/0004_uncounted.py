from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("command", "0003_ends"), ("hospital", "0005_sites")]
    operations = [run_file(__file__, "0004_uncounted.sql")]
