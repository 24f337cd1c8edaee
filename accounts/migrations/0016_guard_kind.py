"""The kind of a currency never changes."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "programmes" / "sql" / "guard_kind.sql"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0015_currency_kinds")]
    operations = [migrations.RunSQL(SQL.read_text(), "DROP TRIGGER currency_kind_is_fixed ON accounts_pointcurrency")]
