from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("today", "0002_whole")]
    operations = [run_file(__file__, "0003_built_on.sql")]
