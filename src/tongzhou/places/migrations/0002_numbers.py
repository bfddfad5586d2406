from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial"), ("people", "0003_doors")]
    operations = [run_file(__file__, "0002_numbers.sql")]
