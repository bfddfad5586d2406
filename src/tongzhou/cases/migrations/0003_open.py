from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_contacts")]
    operations = [run_file(__file__, "0003_open.sql")]
