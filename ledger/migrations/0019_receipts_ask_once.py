"""A receipt asks once, not for each movement, from which id on its transaction can have written."""

from django.db import migrations

from ledger.seals import statements


class Migration(migrations.Migration):
    dependencies = [("ledger", "0018_names")]

    operations = [migrations.RunSQL(statements.replacing("ledger_leaves_of_this_transaction"), migrations.RunSQL.noop)]
