from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("persons", "0003_codes")]
    operations = [run_file(__file__, "0004_ending.sql")]
