from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("community", "0006_gone")]
    operations = [run_file(__file__, "0007_unwell.sql")]
