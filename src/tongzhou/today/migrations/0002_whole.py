from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("today", "0001_initial")]
    operations = [run_file(__file__, "0002_whole.sql")]
