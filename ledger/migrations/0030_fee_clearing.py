"""Books that were opened before membership fees were posted get their clearing account."""

from django.db import migrations

CODE = "1096"


def add_account(apps, _editor):
    accounts = apps.get_model("ledger", "BookAccount")
    having = accounts.objects.filter(code=CODE).values("book")
    accounts.objects.bulk_create(
        accounts(book=book, code=CODE, name="Membership fee clearing", type="asset")
        for book in apps.get_model("ledger", "Book").objects.exclude(pk__in=having)
    )


def remove_unused(apps, _editor):
    apps.get_model("ledger", "BookAccount").objects.filter(code=CODE, lines__isnull=True).delete()


class Migration(migrations.Migration):
    dependencies = [("ledger", "0029_membership_fees")]

    operations = [migrations.RunPython(add_account, remove_unused)]
