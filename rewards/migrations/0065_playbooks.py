"""Which playbook drafted which campaign, from which answers."""

import django.db.models.deletion
import loyalty.kit.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0023_member_year_expiry'),
        ('rewards', '0064_cause_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PlaybookRun',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('playbook', models.CharField(choices=[('welcome', 'Welcome'), ('second-purchase', 'Second purchase'), ('win-back', 'Win-back'), ('birthday', 'Birthday'), ('tier-nudge', 'Tier nudge'), ('expiring-points', 'Expiring points'), ('quiet-weekday', 'Quiet weekday'), ('new-category', 'New category'), ('referral-push', 'Referral push'), ('service-recovery', 'Service recovery')], max_length=20, verbose_name='playbook')),
                ('token', models.UUIDField(verbose_name='form')),
                ('fingerprint', models.CharField(max_length=64, verbose_name='hash of the answers')),
                ('inputs', models.JSONField(default=dict, verbose_name='answers')),
                ('audience', models.PositiveBigIntegerField(help_text='On the day on which it was drafted.', verbose_name='members reached')),
                ('made_at', models.DateTimeField(verbose_name='drafted')),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('back_test', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.backtest', verbose_name='back-test')),
                ('campaign', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='playbook_run', to='rewards.campaign', verbose_name='campaign')),
                ('programme', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.programme', verbose_name='programme')),
                ('rule', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.earningrule', verbose_name='rule')),
                ('segment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.segment', verbose_name='segment')),
            ],
            options={
                'verbose_name': 'use of a playbook',
                'verbose_name_plural': 'uses of playbooks',
                'indexes': [models.Index(fields=['programme', 'id'], name='playbook_run_by_programme')],
                'constraints': [models.UniqueConstraint(fields=('programme', 'token', 'fingerprint'), name='playbook_form_counts_once', violation_error_message='This was drafted before.')],
            },
        ),
    ]
