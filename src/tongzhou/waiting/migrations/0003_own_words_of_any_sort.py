from django.db import migrations

from tongzhou.database.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("waiting", "0002_own_words")]
    operations = [run_file(__file__, "0003_own_words_of_any_sort.sql")]
