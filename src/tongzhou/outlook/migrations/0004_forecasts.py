from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("outlook", "0003_waits_counting")]
    operations = [run_file(__file__, "0004_forecasts.sql")]
