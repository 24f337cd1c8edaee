import datetime as dt

import pytest

from accounts.partners import services, tasks
from accounts.partners.domain import Scope, request_fingerprint
from accounts.partners.models import IdempotencyKey, Partner, PartnerKey
from tests.accounts.factories import AT, PartnerKeyFactory, ProgrammeFactory
from tests.accounts.witness import refused

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _nothing_remembered():
    services.forget_keys()


@pytest.fixture
def key():
    return PartnerKeyFactory.create(programmes=[ProgrammeFactory.create(), ProgrammeFactory.create()])


def revoke_elsewhere(key):
    PartnerKey.objects.filter(pk=key.pk).update(revoked=True)


def test_a_key_says_whose_it_is_and_what_it_may_do(key):
    credential = services.authenticate_key(key.raw, AT)

    assert (credential.id, credential.key_id, credential.partner_name) == (key.prefix, key.pk, key.partner.name)
    assert credential.programme_ids == {programme.pk for programme in key.programmes.all()}
    assert credential.may(Scope.PURCHASES_WRITE)
    assert not credential.may(Scope.ADJUSTMENTS_WRITE)


def test_the_key_itself_is_stored_nowhere(key):
    secret = key.raw.partition(".")[2]

    row = PartnerKey.objects.filter(pk=key.pk).values().get()

    assert secret not in str(row)
    assert len(secret) == 32


def test_a_key_for_no_programme_opens_none():
    key = PartnerKeyFactory.create()

    assert services.authenticate_key(key.raw, AT).programme_ids == frozenset()


@pytest.mark.parametrize("raw", ["", "x", "abcdefgh.wrong", "\x00", "ü.ü"])
def test_an_unknown_key_is_refused(key, raw):
    with refused(services.KeyNotValid):
        services.authenticate_key(raw, AT)


def test_the_right_prefix_with_the_wrong_secret_is_refused(key):
    with refused(services.KeyNotValid):
        services.authenticate_key(f"{key.prefix}.{'x' * 32}", AT)


def test_a_key_is_looked_up_once_in_five_seconds(key, django_assert_num_queries):
    with django_assert_num_queries(1):
        for _ in range(3):
            services.authenticate_key(key.raw, AT)
    with django_assert_num_queries(0):
        services.authenticate_key(key.raw, AT + 4 * SECOND)
    with django_assert_num_queries(1):
        services.authenticate_key(key.raw, AT + 5 * SECOND)


def test_a_revoked_key_ends_here_at_once(key):
    services.authenticate_key(key.raw, AT)

    services.revoke_key(key=key)

    with refused(services.KeyNotValid):
        services.authenticate_key(key.raw, AT)


@pytest.mark.parametrize("ending", [revoke_elsewhere, lambda key: type(key.partner).objects.update(is_active=False)])
def test_a_key_that_another_process_ended_ends_within_five_seconds(key, ending):
    services.authenticate_key(key.raw, AT)
    ending(key)

    services.authenticate_key(key.raw, AT + 4 * SECOND)
    with refused(services.KeyNotValid):
        services.authenticate_key(key.raw, AT + 5 * SECOND)


def test_a_key_ends_at_its_time():
    key = PartnerKeyFactory.create(expires_at=AT)

    services.authenticate_key(key.raw, AT - SECOND)
    services.forget_keys()
    with refused(services.KeyNotValid):
        services.authenticate_key(key.raw, AT)


def test_a_rotated_key_has_the_same_rights_and_the_old_one_an_end(key):
    new, raw = services.rotate_key(key=key, at=AT, overlap=dt.timedelta(hours=1))

    fresh, old = services.authenticate_key(raw, AT), services.authenticate_key(key.raw, AT)
    assert (fresh.scopes, fresh.programme_ids, fresh.partner_id) == (old.scopes, old.programme_ids, old.partner_id)
    assert new.expiry_date is None
    with refused(services.KeyNotValid):
        services.authenticate_key(key.raw, AT + dt.timedelta(hours=1))


def test_a_key_does_not_outlive_its_own_end_by_rotation():
    key = PartnerKeyFactory.create(expires_at=AT + 2 * SECOND)

    new, _raw = services.rotate_key(key=key, at=AT)

    key.refresh_from_db()
    assert key.expiry_date == new.expiry_date == AT + 2 * SECOND


def test_a_revoked_key_is_not_rotated(key):
    services.revoke_key(key=key)

    with refused(services.KeyNotValid):
        services.rotate_key(key=key, at=AT)


class TestIdempotency:
    BODY = b'{"b": 1,  "a": 2}\n'
    SAME = request_fingerprint("POST", "/purchases", b"{}")
    OTHER = request_fingerprint("POST", "/purchases", b"{ }")

    @pytest.fixture
    def claim(self):
        facts = {"credential": "abcdefgh", "programme_id": ProgrammeFactory.create().pk, "key": "k1"}
        return lambda fingerprint=self.SAME, at=AT, **other: services.claim_key(**facts | other, fingerprint=fingerprint, at=at)

    @pytest.fixture
    def answered(self, claim):
        claim()
        row = IdempotencyKey.objects.get()
        services.store_answer(credential=row.credential, programme_id=row.programme_id, key=row.key, status=201, body=self.BODY)
        return row

    def test_a_new_request_goes_on_after_one_statement(self, claim, django_assert_num_queries):
        with django_assert_num_queries(1):
            assert claim() is None

    def test_a_repeat_gets_the_first_bytes(self, claim, answered, django_assert_num_queries):
        with django_assert_num_queries(2):
            again = claim()

        assert (again.status, again.body) == (201, self.BODY)

    def test_another_request_under_the_same_key_is_refused(self, claim, answered):
        with refused(services.IdempotencyKeyReused):
            claim(self.OTHER)

    @pytest.mark.parametrize("other", [{"credential": "zzzzzzzz"}, {"key": "k2"}, {"programme_id": "0192f0c1-2d3e-7000-8000-000000000000"}])
    def test_a_key_belongs_to_credential_and_programme(self, claim, answered, other):
        assert claim(self.OTHER, **other) is None

    def test_an_answer_is_stored_once(self, answered):
        with pytest.raises(AssertionError):
            services.store_answer(
                credential=answered.credential, programme_id=answered.programme_id, key=answered.key, status=500, body=b""
            )

    def test_old_answers_are_forgotten(self, claim, answered, monkeypatch):
        claim(key="young", at=AT + dt.timedelta(days=1))
        monkeypatch.setattr("loyalty.kit.clock.now", lambda: AT + dt.timedelta(days=31, seconds=1))

        assert tasks.forget_old_answers() == 1
        assert IdempotencyKey.objects.get().key == "young"


def test_the_fingerprint_sees_method_path_and_bytes():
    prints = {
        request_fingerprint(*request) for request in [("POST", "/a", b"x"), ("PUT", "/a", b"x"), ("POST", "/b", b"x"), ("POST", "/a", b"y")]
    }

    assert {len(digest) for digest in prints} == {32}
    assert len(prints) == 4


def test_partners_and_keys_are_called_by_name(key):
    assert str(Partner(name="Corner shop")) == "Corner shop"
    assert str(key) == f"Till ({key.prefix}…)"


def test_old_answers_are_forgotten_in_chunks_and_young_ones_kept(key):
    programme = key.programmes.first()
    for number in range(7):
        at = AT - dt.timedelta(days=number)
        services.claim_key(credential="k", programme_id=programme.pk, key=f"n{number}", fingerprint=bytes(32), at=at)

    forgotten = services.forget_answers(before=AT - dt.timedelta(days=1), chunk=2)

    assert forgotten == 5
    assert set(IdempotencyKey.objects.values_list("key", flat=True)) == {"n0", "n1"}
