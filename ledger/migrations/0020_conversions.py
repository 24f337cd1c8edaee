"""What gathers in one currency becomes points of another: a state more, what was converted, and how it comes back."""

import re
from pathlib import Path

from django.db import migrations, models

import loyalty.kit.ids

SQL = Path(__file__).parent.parent / "points" / "sql"
STATE = """
ALTER DOMAIN ledger_state DROP CONSTRAINT state_is_known;
ALTER DOMAIN ledger_state ADD CONSTRAINT state_is_known CHECK (VALUE BETWEEN 1 AND 6 OR VALUE BETWEEN 10 AND 13);
"""
UNDO = """
DROP FUNCTION ledger_convert(uuid, smallint, uuid, smallint, text, bytea, smallint, bigint, bigint, bigint, bigint, numeric, date, timestamptz, date,
    date, smallint, integer);
DROP FUNCTION ledger_convertible(uuid, smallint, date, date);
DROP FUNCTION ledger_consume_to_convert(uuid, smallint, uuid, bigint, date, smallint, date, uuid);
DROP FUNCTION ledger_give_converted(uuid, smallint, uuid, bigint, bigint, timestamptz, date, date, smallint, integer);
DROP FUNCTION ledger_convert_due(smallint, smallint, uuid, integer, smallint, text, bigint, bigint, numeric, date, timestamptz, date, date, smallint,
    integer);
DROP FUNCTION ledger_converted(bigint, bigint, bigint, numeric);
DROP FUNCTION ledger_convert_back(uuid, smallint, uuid, smallint, bytea, uuid, bigint, timestamptz, date, smallint);
DROP FUNCTION ledger_still_converted(uuid, uuid, bigint);
DROP FUNCTION ledger_bring_converted(uuid, smallint, uuid, uuid, uuid, uuid, bigint, bigint, timestamptz, date);
DROP FUNCTION ledger_reverse_converted(uuid, smallint, uuid, bigint, smallint, bytea, uuid, uuid, bigint, timestamptz, date);
"""


def table() -> str:
    """Return the statements that make the table where the first migration has not made it."""
    found = re.search(r"^CREATE TABLE ledger_conversion.*?^\);", (SQL / "tables.sql").read_text(), re.MULTILINE | re.DOTALL)
    assert found
    return found[0].replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS") + "\nSELECT ledger_make_append_only('ledger_conversion');"


def replacing(file: str, function: str) -> str:
    """Return the statement that puts one function as its file has it into a database that was made before."""
    found = re.search(rf"^CREATE FUNCTION {function}\(.*?^(?:END )?\$\$;$", (SQL / f"{file}.sql").read_text(), re.MULTILINE | re.DOTALL)
    assert found, function
    return found[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


def conversion() -> migrations.CreateModel:
    def towards(model: str) -> "models.ForeignKey[models.Model, models.Model]":
        return models.ForeignKey(db_constraint=False, db_index=False, on_delete=models.PROTECT, related_name="+", to=model)

    return migrations.CreateModel(
        name="Conversion",
        fields=[
            ("id", models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
            ("units", models.BigIntegerField(verbose_name="units taken")),
            ("given", models.BigIntegerField(verbose_name="units given")),
            ("step_units", models.BigIntegerField(null=True, verbose_name="units of a step")),
            ("gives_units", models.BigIntegerField(null=True, verbose_name="units that a step gives")),
            ("rate", models.DecimalField(decimal_places=6, max_digits=12, null=True, verbose_name="rate")),
            ("points_account", towards("ledger.pointsaccount")),
            ("unit", towards("ledger.pointunit")),
            ("to_unit", towards("ledger.pointunit")),
        ],
        options={"verbose_name": "conversion", "verbose_name_plural": "conversions"},
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0019_receipts_ask_once")]

    operations = [
        migrations.RunSQL(STATE, migrations.RunSQL.noop),
        migrations.RunSQL(table(), migrations.RunSQL.noop, [conversion()]),
        migrations.RunSQL(replacing("reverse", "ledger_reverse"), migrations.RunSQL.noop),
        migrations.RunSQL(replacing("verify", "ledger_verify"), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "convert.sql").read_text(), UNDO),
    ]
