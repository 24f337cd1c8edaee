import pytest
from django.db import DatabaseError, transaction

from rewards.earning.models import EarningRuleVersion
from tests.rewards.purchases.conftest import open_earning

pytestmark = pytest.mark.django_db


def test_an_approved_version_is_never_changed() -> None:
    open_earning()
    versions = EarningRuleVersion.objects.all()

    for change in (lambda: versions.update(definition={}), versions.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()

    assert versions.get().definition["points"] == 1
