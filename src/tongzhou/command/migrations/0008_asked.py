from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("command", "0007_published")]
    operations = [run_file(__file__, "0008_asked.sql")]
