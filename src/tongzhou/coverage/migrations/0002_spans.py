from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("coverage", "0001_initial"), ("places", "0003_around")]
    operations = [run_file(__file__, "0002_spans.sql")]
