from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("hospital", "0004_no_point"), ("sites", "0001_initial")]
    operations = [run_file(__file__, "0005_sites.sql")]
