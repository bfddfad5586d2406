from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("places", "0002_numbers")]
    operations = [run_file(__file__, "0003_around.sql")]
