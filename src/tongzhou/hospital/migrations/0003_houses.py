from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("hospital", "0002_points")]
    operations = [run_file(__file__, "0003_houses.sql")]
