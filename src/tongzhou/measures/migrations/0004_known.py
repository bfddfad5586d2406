from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("measures", "0003_excepted")]
    operations = [run_file(__file__, "0004_known.sql")]
