"""The end of a lot may move; each move is kept, and a seal tells the first end."""

import re
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

import loyalty.kit.ids
from ledger.seals import statements

SQL = Path(__file__).parent.parent / "points" / "sql"
COLUMNS = """
ALTER TABLE ledger_lot ADD COLUMN IF NOT EXISTS ends_moved boolean NOT NULL DEFAULT false, ADD COLUMN IF NOT EXISTS first_expires_on date;
"""


def table() -> str:
    """Return the statements that make the table where the first migration has not made it."""
    found = re.search(r"^CREATE TABLE ledger_lotending.*?^\);\nCREATE INDEX[^;]*;", (SQL / "tables.sql").read_text(), re.MULTILINE | re.DOTALL)
    assert found
    made = found[0].replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS").replace("CREATE INDEX", "CREATE INDEX IF NOT EXISTS")
    return made + "\nSELECT ledger_make_append_only('ledger_lotending');"


def replacing(file: str, function: str) -> str:
    """Return the statement that puts one function as its file has it into a database that was made before."""
    found = re.search(rf"^CREATE FUNCTION {function}\(.*?^(?:END )?\$\$;$", (SQL / f"{file}.sql").read_text(), re.MULTILINE | re.DOTALL)
    assert found, function
    return found[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


def sealing() -> str:
    """Return the functions that read a leaf's lot, put anew."""
    found = re.findall(r"^CREATE FUNCTION .*?^(?:END )?\$\$;$", statements.sealing(), re.MULTILINE | re.DOTALL)
    return "\n".join(found).replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


def lot_fields() -> list[migrations.AddField]:
    return [
        migrations.AddField(model_name="lot", name="ends_moved", field=models.BooleanField(default=False)),
        migrations.AddField(model_name="lot", name="first_expires_on", field=models.DateField(null=True)),
    ]


def endings() -> migrations.CreateModel:
    def towards(model: str, related_name: str) -> models.ForeignKey[models.Model, models.Model]:
        return models.ForeignKey(
            db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to=model
        )

    return migrations.CreateModel(
        name="LotEnding",
        fields=[
            ("id", models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
            ("from_on", models.DateField(null=True)),
            ("to_on", models.DateField(null=True)),
            ("why", models.SmallIntegerField(choices=[(1, "Activity"), (2, "Tier")])),
            ("business_on", models.DateField()),
            ("recorded_at", models.DateTimeField()),
            ("lot", towards("ledger.lot", "endings")),
            ("points_account", towards("ledger.pointsaccount", "+")),
            ("unit", towards("ledger.pointunit", "+")),
        ],
        options={"abstract": False},
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0016_unit_kinds")]

    operations = [
        migrations.RunSQL(COLUMNS, migrations.RunSQL.noop, lot_fields()),
        migrations.RunSQL(table(), migrations.RunSQL.noop, [endings()]),
        migrations.RunSQL(replacing("verify", "ledger_verify"), migrations.RunSQL.noop),
        migrations.RunSQL(sealing(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "endings.sql").read_text(), "DROP FUNCTION ledger_move_ends(jsonb, date)"),
    ]
