from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_second_factor"),
        ("hospital", "0004_no_point"),
        ("reports", "0001_initial"),
    ]
    operations = [run_file(__file__, "0004_doors.sql")]
