"""The seals: logs, leaves, nodes and checkpoints, and a secret for every wallet. Tables with keys of their own by SQL."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "seals" / "sql"
UNDO = """
DROP INDEX ledger_act_by_time;
DROP TRIGGER make_seal_secret ON ledger_pointsaccount;
DROP FUNCTION ledger_make_seal_secret();
DROP TABLE ledger_sealleaf, ledger_sealnode, ledger_sealsecret;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0007_ticks'),
    ]

    operations = [
        migrations.CreateModel(
            name='SealLog',
            fields=[
                ('id', models.SmallAutoField(primary_key=True, serialize=False)),
                ('programme', models.UUIDField(unique=True)),
                ('origin', models.CharField(help_text="The log's name in its checkpoints; never changes.", max_length=200, unique=True)),
                ('opened_at', models.DateTimeField()),
                ('cluster', models.BigIntegerField(help_text='The database server that counted the transactions.')),
                ('xid', models.BigIntegerField(default=0)),
                ('movement', models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='SealCheckpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('size', models.BigIntegerField()),
                ('root', models.BinaryField()),
                ('note', models.TextField(help_text='The signed text (c2sp.org/tlog-checkpoint).')),
                ('issued_at', models.DateTimeField()),
                ('log', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='checkpoints', to='ledger.seallog')),
            ],
        ),
        migrations.CreateModel(
            name='SealPublication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=200)),
                ('published_at', models.DateTimeField()),
                ('checkpoint', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='publications', to='ledger.sealcheckpoint')),
            ],
        ),
        migrations.AddConstraint(
            model_name='sealcheckpoint',
            constraint=models.UniqueConstraint(fields=('log', 'size'), name='checkpoint_is_signed_once', violation_error_message='There is a checkpoint of this size already.'),
        ),
        migrations.AddConstraint(
            model_name='sealpublication',
            constraint=models.UniqueConstraint(fields=('checkpoint', 'place'), name='checkpoint_is_published_once', violation_error_message='This checkpoint is there already.'),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL((SQL / "tables.sql").read_text(), UNDO)],
            state_operations=[
                migrations.CreateModel(
                    name='SealSecret',
                    fields=[
                        ('points_account', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='ledger.pointsaccount')),
                        ('secret', models.BinaryField(null=True)),
                        ('forgotten_at', models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name='SealLeaf',
                    fields=[
                        ('index', models.BigIntegerField()),
                        ('movement', models.UUIDField(db_column='movement_id', primary_key=True, serialize=False)),
                        ('hash', models.BinaryField()),
                        ('points_account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount')),
                        ('log', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='leaves', to='ledger.seallog')),
                    ],
                ),
            ],
        ),
    ]
