"""Gift cards, what happened to them, and what they paid of purchases and got back of returns."""

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import loyalty.kit.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0018_list_preferences'),
        ('rewards', '0041_chosen_day_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='GiftCardTerms',
            fields=[
                ('programme', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='gift_card_terms', serialize=False, to='accounts.programme', verbose_name='programme')),
                ('valid_days', models.PositiveIntegerField(blank=True, help_text='For cards issued from now on. Empty: they never run out.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(36500)], verbose_name='days that a card lasts')),
            ],
            options={
                'verbose_name': 'terms of gift cards',
                'verbose_name_plural': 'terms of gift cards',
            },
        ),
        migrations.AddField(
            model_name='purchase',
            name='gift_card_minor',
            field=models.BigIntegerField(db_default=0, default=0, verbose_name='paid with gift cards'),
        ),
        migrations.AddField(
            model_name='return',
            name='gift_card_minor',
            field=models.BigIntegerField(db_default=0, default=0, verbose_name='of it to gift cards'),
        ),
        migrations.CreateModel(
            name='GiftCard',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('code_digest', models.BinaryField(max_length=32)),
                ('last_four', models.CharField(max_length=4, verbose_name='last four')),
                ('pin_digest', models.BinaryField(max_length=32, null=True)),
                ('kind', models.CharField(choices=[('sold', 'sold'), ('given', 'given')], max_length=5, verbose_name='kind')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('face_minor', models.BigIntegerField(verbose_name='value')),
                ('paid_minor', models.BigIntegerField(verbose_name='paid for it')),
                ('balance_minor', models.BigIntegerField(verbose_name='balance')),
                ('state', models.CharField(choices=[('active', 'active'), ('blocked', 'blocked'), ('empty', 'empty')], default='active', max_length=7, verbose_name='state')),
                ('issued_at', models.DateTimeField(verbose_name='issued')),
                ('issued_on', models.DateField(verbose_name='business day')),
                ('expires_on', models.DateField(null=True, verbose_name='first day without it')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='gift_cards', to='accounts.member', verbose_name='member')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.programme', verbose_name='programme')),
            ],
            options={
                'verbose_name': 'gift card',
                'verbose_name_plural': 'gift cards',
                'indexes': [
                    models.Index(models.F('programme'), models.F('issued_on'), models.F('id'), name='gift_card_by_day'),
                    models.Index(models.F('programme'), models.F('expires_on'), condition=models.Q(('balance_minor__gt', 0), ('expires_on__isnull', False)), name='gift_card_to_expire'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('programme', 'code_digest'), name='gift_card_code_is_unique', violation_error_message='There is a card with this code.'),
                    models.CheckConstraint(condition=models.Q(('balance_minor__gte', 0)), name='gift_card_is_never_overdrawn', violation_error_message='There is not enough on the card.'),
                    models.CheckConstraint(condition=models.Q(('balance_minor__lte', models.F('face_minor')), ('face_minor__gte', 1), ('face_minor__lte', 1000000000)), name='gift_card_holds_what_it_was_issued_with', violation_error_message='A card never holds more than it was issued with.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('kind', 'sold'), ('paid_minor', models.F('face_minor'))), models.Q(('kind', 'given'), ('paid_minor', 0)), _connector='OR'), name='gift_card_sold_is_paid_for', violation_error_message='A sold card is paid for in full, a given one not at all.'),
                    models.CheckConstraint(condition=models.Q(('state', 'blocked'), models.Q(('balance_minor', 0), ('state', 'empty')), models.Q(('balance_minor__gt', 0), ('state', 'active')), _connector='OR'), name='gift_card_state_fits_its_balance', violation_error_message='A card is empty exactly when nothing is on it.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='GiftCardEvent',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('issued', 'issued'), ('charged', 'paid with it'), ('given_back', 'given back'), ('expired', 'ran out'), ('blocked', 'blocked'), ('unblocked', 'unblocked')], max_length=10, verbose_name='what happened')),
                ('amount_minor', models.BigIntegerField(default=0, verbose_name='amount')),
                ('before_minor', models.BigIntegerField(verbose_name='before')),
                ('after_minor', models.BigIntegerField(verbose_name='after')),
                ('purchase', models.UUIDField(null=True, verbose_name='purchase')),
                ('returned', models.UUIDField(null=True, verbose_name='return')),
                ('receipt', models.CharField(blank=True, max_length=100, verbose_name='receipt')),
                ('source', models.CharField(max_length=60, verbose_name='sent by')),
                ('key', models.CharField(max_length=120, verbose_name='number')),
                ('fingerprint', models.BinaryField(max_length=16)),
                ('occurred_at', models.DateTimeField(verbose_name='happened')),
                ('business_on', models.DateField(verbose_name='business day')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='why')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='rewards.giftcard', verbose_name='gift card')),
                ('charge', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='given_back', to='rewards.giftcardevent', verbose_name='gives back')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.programme', verbose_name='programme')),
            ],
            options={
                'verbose_name': 'event of a gift card',
                'verbose_name_plural': 'events of gift cards',
                'indexes': [
                    models.Index(models.F('programme'), models.F('business_on'), models.F('id'), name='gift_card_event_by_day'),
                    models.Index(models.F('purchase'), condition=models.Q(('purchase__isnull', False)), name='gift_card_event_by_purchase'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('programme', 'source', 'key'), name='gift_card_event_happens_once', violation_error_message='This number was used before.'),
                    models.CheckConstraint(condition=models.Q(('after_minor__gte', 0), ('amount_minor__gte', 0), ('before_minor__gte', 0), models.Q(models.Q(('after_minor', django.db.models.expressions.CombinedExpression(models.F('before_minor'), '+', models.F('amount_minor'))), ('amount_minor__gt', 0), ('kind__in', ('issued', 'given_back'))), models.Q(('after_minor', django.db.models.expressions.CombinedExpression(models.F('before_minor'), '-', models.F('amount_minor'))), ('amount_minor__gt', 0), ('kind__in', ('charged', 'expired'))), models.Q(('after_minor', models.F('before_minor')), ('amount_minor', 0), ('kind__in', ('blocked', 'unblocked'))), _connector='OR')), name='gift_card_event_says_both_balances', violation_error_message='The balance after is the balance before and the amount.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('charge__isnull', False), ('kind', 'given_back')), models.Q(models.Q(('kind', 'given_back'), _negated=True), ('charge__isnull', True)), _connector='OR'), name='gift_card_gives_back_a_charge', violation_error_message='What is given back was paid before.'),
                ],
            },
        ),
    ]
