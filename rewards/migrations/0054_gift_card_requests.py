"""Cards above a limit wait for a second person."""

import django.db.models.deletion
import loyalty.kit.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0019_devaluation_notice'),
        ('rewards', '0053_fill_undone_days'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='GiftCardRequest',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.UUIDField(unique=True, verbose_name='number')),
                ('kind', models.CharField(choices=[('sold', 'sold'), ('given', 'given')], max_length=5, verbose_name='kind')),
                ('amount_minor', models.BigIntegerField(verbose_name='value')),
                ('note', models.CharField(max_length=300, verbose_name='why')),
                ('state', models.CharField(choices=[('waiting', 'waiting for a second person'), ('issued', 'issued'), ('refused', 'refused')], default='waiting', max_length=7, verbose_name='state')),
                ('requested_at', models.DateTimeField(verbose_name='asked')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('decision_note', models.CharField(blank=True, max_length=300, verbose_name='why so decided')),
            ],
            options={
                'verbose_name': 'request for a gift card',
                'verbose_name_plural': 'requests for gift cards',
            },
        ),
        migrations.AddField(
            model_name='giftcardevent',
            name='approved_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by'),
        ),
        migrations.AddField(
            model_name='giftcardterms',
            name='alone_minor',
            field=models.PositiveBigIntegerField(db_default=10000, default=10000, help_text='In minor units: what a colleague issues, or a key gives away, in a day. 0: everything waits for a second person.', verbose_name='value a day without a second person'),
        ),
        migrations.AddConstraint(
            model_name='giftcardevent',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by__isnull', True), models.Q(('by__isnull', False), ('kind', 'issued'), models.Q(('approved_by', models.F('by')), _negated=True)), _connector='OR'), name='gift_card_is_approved_by_somebody_else', violation_error_message='Another person must decide on this card.'),
        ),
        migrations.AddField(
            model_name='giftcardrequest',
            name='card',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='request', to='rewards.giftcard', verbose_name='gift card'),
        ),
        migrations.AddField(
            model_name='giftcardrequest',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='giftcardrequest',
            name='programme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.programme', verbose_name='programme'),
        ),
        migrations.AddField(
            model_name='giftcardrequest',
            name='requested_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by'),
        ),
        migrations.AddIndex(
            model_name='giftcardrequest',
            index=models.Index(models.F('programme'), models.F('requested_at'), condition=models.Q(('state', 'waiting')), name='gift_card_request_waiting'),
        ),
        migrations.AddConstraint(
            model_name='giftcardrequest',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('requested_by')), _negated=True), _connector='OR'), name='gift_card_request_needs_two_people', violation_error_message='Another person must decide on this card.'),
        ),
        migrations.AddConstraint(
            model_name='giftcardrequest',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gte', 1), ('amount_minor__lte', 1000000000)), name='gift_card_request_is_worth_something', violation_error_message='A card holds more than nothing.'),
        ),
        migrations.AddConstraint(
            model_name='giftcardrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('card__isnull', True), ('decided_at__isnull', True), ('decided_by__isnull', True), ('state', 'waiting')), models.Q(('card__isnull', True), ('decided_at__isnull', False), ('decided_by__isnull', False), ('state', 'refused')), models.Q(('card__isnull', False), ('decided_at__isnull', False), ('decided_by__isnull', False), ('state', 'issued')), _connector='OR'), name='gift_card_request_state_fits_its_facts', violation_error_message='What is decided says who and when; what is issued names its card.'),
        ),
    ]
