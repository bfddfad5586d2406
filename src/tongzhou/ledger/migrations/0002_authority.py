from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("people", "0002_second_factor")]
    operations = [run_file(__file__, "0003_authority.sql"), run_file(__file__, "0004_authority_rights.sql")]
