from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("command", "0005_line_list"), ("community", "0005_hear"), ("people", "0004_last_word")]
    operations = [run_file(__file__, "0006_unwell.sql")]
