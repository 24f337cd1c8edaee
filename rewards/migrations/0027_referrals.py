"""Codes by which members bring friends, and who brought whom."""

import django.db.models.deletion
import loyalty.kit.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0016_guard_kind'),
        ('rewards', '0026_campaign_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('waiting', 'waiting for the first purchase'), ('rewarded', 'rewarded'), ('refused', 'does not count'), ('lapsed', 'no purchase in time'), ('reversed', 'taken back')], default='waiting', max_length=10, verbose_name='state')),
                ('reason', models.CharField(blank=True, choices=[('self_referral', 'the same person'), ('not_new', 'no new member'), ('cycle', 'brought the member who names the code'), ('too_many', 'too many friends in a short time'), ('advocate_not_active', 'the membership behind the code is not active')], max_length=20, verbose_name='why it does not count')),
                ('claimed_at', models.DateTimeField(verbose_name='code named')),
                ('claimed_on', models.DateField(verbose_name='business day')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('purchase', models.UUIDField(null=True, verbose_name='first purchase')),
                ('purchase_on', models.DateField(null=True, verbose_name='day of the first purchase')),
                ('advocate_event', models.UUIDField(null=True)),
                ('friend_event', models.UUIDField(null=True)),
                ('advocate', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='brought', to='accounts.member', verbose_name='brought by')),
                ('friend', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='referral', to='accounts.member', verbose_name='friend')),
                ('programme', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.programme', verbose_name='programme')),
            ],
            options={
                'verbose_name': 'referral',
                'verbose_name_plural': 'referrals',
                'indexes': [models.Index(models.F('advocate'), models.F('claimed_at'), name='referral_by_advocate'), models.Index(models.F('programme'), models.F('state'), models.F('id'), name='referral_by_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(('advocate', models.F('friend')), _negated=True), name='referral_is_between_two_members', violation_error_message='Nobody brings themselves.'), models.CheckConstraint(condition=models.Q(('state', 'refused'), ('reason', ''), _connector='XOR'), name='referral_refused_says_why', violation_error_message='Say why it does not count.'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['rewarded', 'reversed']), _negated=True), models.Q(('advocate_event__isnull', False), ('friend_event__isnull', False), ('purchase__isnull', False)), _connector='OR'), name='referral_rewarded_names_its_purchase', violation_error_message='What is rewarded names the purchase.')],
            },
        ),
        migrations.CreateModel(
            name='ReferralCode',
            fields=[
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='referral_code', serialize=False, to='accounts.member', verbose_name='member')),
                ('code', models.CharField(max_length=20, verbose_name='code')),
                ('programme', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.programme', verbose_name='programme')),
            ],
            options={
                'verbose_name': 'referral code',
                'verbose_name_plural': 'referral codes',
                'constraints': [models.UniqueConstraint(fields=('programme', 'code'), name='referral_code_once_per_programme', violation_error_message='This code is taken.')],
            },
        ),
    ]
