from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("ledger", "0001_initial"),
        ("places", "0001_initial"),
        ("community", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("otp_totp", "0003_add_timestamps"),
    ]
    operations = [run_file(__file__, "0001_people.sql"), run_file(__file__, "0002_rights.sql")]
