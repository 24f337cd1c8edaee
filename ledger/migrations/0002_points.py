"""The points bank: the reference table by Django; the hot tables, their guards and the posting functions by SQL."""

from pathlib import Path

import django.db.models.deletion
import loyalty.kit.ids
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "points" / "sql"
FILES = ("tables", "guards", "grant", "take", "settle", "restore", "reverse", "expire", "many", "verify")
UNDO = """
DROP TABLE IF EXISTS ledger_lotending, ledger_conversion;
DROP TABLE ledger_lotmove, ledger_lot, ledger_movement, ledger_act, ledger_balance, ledger_pointsaccount CASCADE;
DO $$ DECLARE f record; BEGIN
    FOR f IN SELECT p.oid::regprocedure AS name FROM pg_proc p WHERE p.proname ~
        '^ledger_(grant|replay|consume|spendable|take|begin|move|settle|answer|activate|finish|restore|reverse|expire|lock_balances|redeem|refuse_change|make_append_only|first_id|new_id|child_id|sibling_id|split_reversal|bring_|plan_partitions|verify)'
    LOOP EXECUTE 'DROP FUNCTION ' || f.name || ' CASCADE'; END LOOP;
END $$;
DROP TYPE IF EXISTS ledger_grant_row, ledger_take_row CASCADE;
DROP DOMAIN ledger_points, ledger_amount, ledger_key, ledger_state, ledger_month;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_books")]

    operations = [
        migrations.CreateModel(
            name="PointUnit",
            fields=[
                ("id", models.SmallAutoField(primary_key=True, serialize=False)),
                ("programme", models.UUIDField(help_text="The programme that this currency belongs to.")),
                ("book", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="units", to="ledger.book")),
                ("code", models.CharField(max_length=20)),
                ("scale", models.PositiveSmallIntegerField(default=0)),
                ("time_zone", models.CharField(max_length=50)),
                (
                    "consumption_order",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "earliest expiry first"), (2, "oldest first"), (3, "newest first")], default=1
                    ),
                ),
                (
                    "arrears_policy",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "refuse to take back spent points"),
                            (2, "owe spent points up to a limit"),
                            (3, "forgive spent points"),
                        ],
                        default=2,
                    ),
                ),
                ("arrears_limit", models.BigIntegerField(blank=True, help_text="Empty: no limit.", null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "code"),
                        name="unit_code_is_unique_in_programme",
                        violation_error_message="This programme already has a currency with that code.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scale__lte", 4)),
                        name="unit_scale_is_at_most_4",
                        violation_error_message="A currency has at most four decimals.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("arrears_limit__isnull", True), ("arrears_limit__gte", 0), _connector="OR"),
                        name="unit_arrears_limit_is_not_negative",
                        violation_error_message="The limit of arrears cannot be negative.",
                    ),
                ],
            },
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL("\n".join((SQL / f"{name}.sql").read_text() for name in FILES), UNDO)],
            state_operations=[
                migrations.CreateModel(
                    name="PointsAccount",
                    fields=[
                        ("id", models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ("programme", models.UUIDField()),
                        ("opened_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Balance",
                    fields=[
                        ("id", models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        (
                            "points_account",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.pointsaccount",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.pointunit",
                            ),
                        ),
                        ("available", models.BigIntegerField(default=0)),
                        ("pending", models.BigIntegerField(default=0)),
                        ("held", models.BigIntegerField(default=0)),
                        ("arrears", models.BigIntegerField(default=0)),
                        ("seq", models.BigIntegerField(default=0)),
                    ],
                ),
                migrations.CreateModel(
                    name="Act",
                    fields=[
                        ("id", models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        (
                            "points_account",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.pointsaccount",
                            ),
                        ),
                        ("source", models.SmallIntegerField()),
                        ("key", models.TextField()),
                        ("fingerprint", models.BinaryField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Movement",
                    fields=[
                        ("id", models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        (
                            "points_account",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.pointsaccount",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.pointunit",
                            ),
                        ),
                        (
                            "act",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="movements",
                                to="ledger.act",
                            ),
                        ),
                        ("seq", models.BigIntegerField()),
                        (
                            "kind",
                            models.SmallIntegerField(
                                choices=[
                                    (1, "Grant"),
                                    (2, "Activate"),
                                    (3, "Hold"),
                                    (4, "Capture"),
                                    (5, "Release"),
                                    (6, "Redeem"),
                                    (7, "Restore"),
                                    (8, "Reverse"),
                                    (9, "Adjust"),
                                    (10, "Expire"),
                                    (11, "Transfer"),
                                    (12, "Settle"),
                                ]
                            ),
                        ),
                        (
                            "debit",
                            models.SmallIntegerField(
                                choices=[
                                    (1, "Issued"),
                                    (2, "Redeemed"),
                                    (3, "Expired"),
                                    (4, "Adjusted"),
                                    (5, "Transferred"),
                                    (10, "Available"),
                                    (11, "Pending"),
                                    (12, "Held"),
                                    (13, "Arrears"),
                                ]
                            ),
                        ),
                        (
                            "credit",
                            models.SmallIntegerField(
                                choices=[
                                    (1, "Issued"),
                                    (2, "Redeemed"),
                                    (3, "Expired"),
                                    (4, "Adjusted"),
                                    (5, "Transferred"),
                                    (10, "Available"),
                                    (11, "Pending"),
                                    (12, "Held"),
                                    (13, "Arrears"),
                                ]
                            ),
                        ),
                        ("amount", models.BigIntegerField()),
                        (
                            "reason",
                            models.SmallIntegerField(
                                choices=[
                                    (1, "Sale"),
                                    (2, "Promotion"),
                                    (3, "Goodwill"),
                                    (4, "Referral"),
                                    (5, "Signup"),
                                    (6, "Purchased"),
                                    (7, "Partner"),
                                    (8, "Employee"),
                                    (9, "Migration"),
                                    (20, "Reward"),
                                    (21, "Tender"),
                                    (22, "Third party"),
                                    (23, "Donation"),
                                    (30, "Expiry"),
                                    (31, "Return"),
                                    (32, "Cancellation"),
                                    (33, "Correction"),
                                    (34, "Maturation"),
                                    (35, "Transfer"),
                                    (36, "Settlement"),
                                ]
                            ),
                        ),
                        ("available_after", models.BigIntegerField()),
                        ("pending_after", models.BigIntegerField()),
                        ("held_after", models.BigIntegerField()),
                        ("arrears_after", models.BigIntegerField()),
                        ("business_on", models.DateField()),
                        ("occurred_at", models.DateTimeField()),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "reverses",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reversals",
                                to="ledger.movement",
                            ),
                        ),
                        ("paid_minor", models.BigIntegerField(null=True)),
                        ("standalone_minor", models.BigIntegerField(null=True)),
                        ("ssp_point", models.DecimalField(decimal_places=10, max_digits=20, null=True)),
                        ("estimate_id", models.IntegerField(null=True)),
                        (
                            "tender",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.movement",
                            ),
                        ),
                        ("face_minor", models.BigIntegerField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Lot",
                    fields=[
                        ("id", models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        (
                            "points_account",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.pointsaccount",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.pointunit",
                            ),
                        ),
                        ("granted_on", models.DateField()),
                        ("grant_month", models.DateField()),
                        (
                            "source_kind",
                            models.SmallIntegerField(
                                choices=[
                                    (1, "Sale"),
                                    (2, "Promotion"),
                                    (3, "Goodwill"),
                                    (4, "Referral"),
                                    (5, "Signup"),
                                    (6, "Purchased"),
                                    (7, "Partner"),
                                    (8, "Employee"),
                                    (9, "Migration"),
                                    (20, "Reward"),
                                    (21, "Tender"),
                                    (22, "Third party"),
                                    (23, "Donation"),
                                    (30, "Expiry"),
                                    (31, "Return"),
                                    (32, "Cancellation"),
                                    (33, "Correction"),
                                    (34, "Maturation"),
                                    (35, "Transfer"),
                                    (36, "Settlement"),
                                ]
                            ),
                        ),
                        ("portfolio", models.SmallIntegerField()),
                        ("expires_on", models.DateField(null=True)),
                        ("matures_on", models.DateField(null=True)),
                        ("granted", models.BigIntegerField()),
                        ("remaining", models.BigIntegerField()),
                        ("held", models.BigIntegerField()),
                        ("reversed", models.BigIntegerField()),
                        ("is_pending", models.BooleanField()),
                        ("terms", models.IntegerField()),
                        ("returned_on", models.DateField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="LotMove",
                    fields=[
                        ("id", models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        (
                            "points_account",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.pointsaccount",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.pointunit",
                            ),
                        ),
                        (
                            "lot",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="moves",
                                to="ledger.lot",
                            ),
                        ),
                        (
                            "movement",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lot_moves",
                                to="ledger.movement",
                            ),
                        ),
                        (
                            "from_state",
                            models.SmallIntegerField(
                                choices=[
                                    (1, "Issued"),
                                    (2, "Redeemed"),
                                    (3, "Expired"),
                                    (4, "Adjusted"),
                                    (5, "Transferred"),
                                    (10, "Available"),
                                    (11, "Pending"),
                                    (12, "Held"),
                                    (13, "Arrears"),
                                ]
                            ),
                        ),
                        (
                            "to_state",
                            models.SmallIntegerField(
                                choices=[
                                    (1, "Issued"),
                                    (2, "Redeemed"),
                                    (3, "Expired"),
                                    (4, "Adjusted"),
                                    (5, "Transferred"),
                                    (10, "Available"),
                                    (11, "Pending"),
                                    (12, "Held"),
                                    (13, "Arrears"),
                                ]
                            ),
                        ),
                        ("units", models.BigIntegerField()),
                        ("business_on", models.DateField()),
                        (
                            "reason",
                            models.SmallIntegerField(
                                choices=[
                                    (1, "Sale"),
                                    (2, "Promotion"),
                                    (3, "Goodwill"),
                                    (4, "Referral"),
                                    (5, "Signup"),
                                    (6, "Purchased"),
                                    (7, "Partner"),
                                    (8, "Employee"),
                                    (9, "Migration"),
                                    (20, "Reward"),
                                    (21, "Tender"),
                                    (22, "Third party"),
                                    (23, "Donation"),
                                    (30, "Expiry"),
                                    (31, "Return"),
                                    (32, "Cancellation"),
                                    (33, "Correction"),
                                    (34, "Maturation"),
                                    (35, "Transfer"),
                                    (36, "Settlement"),
                                ]
                            ),
                        ),
                        ("grant_month", models.DateField()),
                        (
                            "source_kind",
                            models.SmallIntegerField(
                                choices=[
                                    (1, "Sale"),
                                    (2, "Promotion"),
                                    (3, "Goodwill"),
                                    (4, "Referral"),
                                    (5, "Signup"),
                                    (6, "Purchased"),
                                    (7, "Partner"),
                                    (8, "Employee"),
                                    (9, "Migration"),
                                    (20, "Reward"),
                                    (21, "Tender"),
                                    (22, "Third party"),
                                    (23, "Donation"),
                                    (30, "Expiry"),
                                    (31, "Return"),
                                    (32, "Cancellation"),
                                    (33, "Correction"),
                                    (34, "Maturation"),
                                    (35, "Transfer"),
                                    (36, "Settlement"),
                                ]
                            ),
                        ),
                        ("portfolio", models.SmallIntegerField()),
                    ],
                ),
            ],
        ),
    ]
