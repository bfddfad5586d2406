from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("hospital", "0003_houses")]
    operations = [run_file(__file__, "0004_no_point.sql")]
