from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("people", "0003_doors")]
    operations = [run_file(__file__, "0005_vault_in_batches.sql")]
