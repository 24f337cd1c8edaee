"""The runs of the verifications, only added to."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0012_verify_by_month'),
    ]

    operations = [
        migrations.CreateModel(
            name='Audit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('ledger', 'Balances, lots and seals'), ('rollups', 'Sums of reports')], max_length=20)),
                ('programme', models.UUIDField(help_text='Empty: all programmes.', null=True)),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField()),
                ('looked_at', models.BigIntegerField(help_text='Sealed movements, or lot moves.')),
                ('outside', models.IntegerField(default=0, help_text='Checkpoints kept outside that it was held against.')),
                ('findings', models.IntegerField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('ended_at__gte', models.F('began_at')), ('findings__gte', 0), ('looked_at__gte', 0), ('outside__gte', 0)), name='audit_counts_what_it_found', violation_error_message='An audit ends after it began and counts from nought.')],
            },
        ),
        migrations.RunSQL("SELECT ledger_make_append_only('ledger_audit')", migrations.RunSQL.noop),
    ]
