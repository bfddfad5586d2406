from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("command", "0008_asked")]
    operations = [run_file(__file__, "0009_heads.sql")]
