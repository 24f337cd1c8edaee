"""Books that were opened before gift cards were posted get their clearing account."""

from django.db import migrations

CODE = "1095"


def add_account(apps, _editor):
    accounts = apps.get_model("ledger", "BookAccount")
    having = accounts.objects.filter(code=CODE).values("book")
    accounts.objects.bulk_create(
        accounts(book=book, code=CODE, name="Gift card clearing", type="asset")
        for book in apps.get_model("ledger", "Book").objects.exclude(pk__in=having)
    )


def remove_unused(apps, _editor):
    apps.get_model("ledger", "BookAccount").objects.filter(code=CODE, lines__isnull=True).delete()


class Migration(migrations.Migration):
    dependencies = [("ledger", "0027_gift_card_journals")]

    operations = [migrations.RunPython(add_account, remove_unused)]
