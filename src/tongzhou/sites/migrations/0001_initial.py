from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    initial = True
    dependencies = [("people", "0002_second_factor"), ("places", "0001_initial")]
    operations = [run_file(__file__, "0001_sites.sql")]
