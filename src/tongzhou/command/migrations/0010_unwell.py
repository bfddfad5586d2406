from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("command", "0009_heads"), ("community", "0007_unwell")]
    operations = [run_file(__file__, "0010_unwell.sql")]
