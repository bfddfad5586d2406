from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("measures", "0002_turned")]
    operations = [run_file(__file__, "0003_excepted.sql")]
