from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("command", "0006_unwell")]
    operations = [run_file(__file__, "0007_published.sql")]
