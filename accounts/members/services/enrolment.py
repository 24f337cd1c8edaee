"""Enrol members, one or thousands at a time."""

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.entities.models import Store
from accounts.members import domain
from accounts.members.domain import Enrolment
from accounts.members.facts import InvalidMember, normalised
from accounts.members.models import Member, MemberStatus
from accounts.outbox.models import OutboxEvent
from accounts.outbox.services import event_of, publish_many
from accounts.programmes.models import Programme, ProgrammeState
from accounts.users.models import User
from ledger.points.models import PointUnit
from ledger.points.services import open_points_accounts
from loyalty.kit.problems import FieldError, Refused
from loyalty.kit.rows import checked_fields

_TRIES = 4
_IDENTITIES = (("card", "number"), ("email", "email"), ("phone", "phone"))
_FOREIGN = ("programme", "home_store", "points_account", "user")


class ExternalIdConflict(Refused):
    code = "external_id_conflict"


class AlreadyMember(Refused):
    """The e-mail, phone or card belongs to another member; `errors` says which."""

    code = "already_member"


class ProgrammeNotOpen(Refused):
    code = "programme_not_open"


def enrol_member(*, programme: Programme, enrolment: Enrolment, at: dt.datetime, user: User | None = None, announce: bool = True) -> Member:
    """Enrol one member with a wallet; the same external id with the same facts again returns the same member.

    Raises: InvalidMember, InvalidFields, ExternalIdConflict, AlreadyMember, ProgrammeNotOpen.
    """
    return _Enrolling(programme, at, user, announce).run([_Said(enrolment, "")])[0]


def enrol_members(*, programme: Programme, enrolments: Sequence[Enrolment], at: dt.datetime, announce: bool = True) -> list[Member]:
    """Enrol all or none, with a constant number of statements for thousands; return them in the order given.

    A field at fault is named with its place in the list (/items/3/email). `announce` says whether welcome mail goes out.
    Raises: InvalidMember, InvalidFields, ExternalIdConflict, AlreadyMember, ProgrammeNotOpen.
    """
    said = [_Said(one, f"/items/{place}") for place, one in enumerate(enrolments)]
    return _Enrolling(programme, at, None, announce).run(said)


@dataclasses.dataclass(frozen=True, slots=True)
class _Said:
    """An enrolment and where it stood in the request."""

    facts: Enrolment
    pointer: str


@dataclasses.dataclass(frozen=True, slots=True)
class _Enrolling:
    """One act of enrolment: to which programme, when, for whom."""

    programme: Programme
    at: dt.datetime
    user: User | None
    announce: bool

    @transaction.atomic
    def run(self, said: Sequence[_Said]) -> list[Member]:
        """Enrol. Files of a programme go one after another, because they would wait for each other's rows crosswise."""
        if self.programme.state in {ProgrammeState.PAUSED, ProgrammeState.CLOSED}:
            raise ProgrammeNotOpen(_("%(programme)s takes no new members at the moment.") % {"programme": self.programme})
        read = [_Said(normalised(self.programme, one.facts, self.at, one.pointer), one.pointer) for one in said]
        self._refuse_foreign_stores(read)
        if len(read) > 1:
            Programme.objects.select_for_update(no_key=True).get(pk=self.programme.pk)
        for _try in range(_TRIES - 1):
            try:
                with transaction.atomic():
                    return self._enrol(read)
            except IntegrityError:
                continue  # another transaction has just taken an identity: look again, it is now a repeat or a refusal
        return self._enrol(read)

    def _enrol(self, said: Sequence[_Said]) -> list[Member]:
        """Tell repeats from new members, write the new ones, and announce them."""
        taken = self._taken(said)  # before `_known`: who enrols in between is then seen as a repeat, never as a stranger with our address
        known = self._known(said)
        fresh: list[_Said] = []
        answers: list[Member | int] = []
        for one in said:
            external_id, fingerprint = one.facts.external_id, one.facts.fingerprint
            found = known.get(external_id)
            if found is None:
                answers.append(len(fresh))
                if external_id:
                    known[external_id] = (fingerprint, len(fresh))
                fresh.append(one)
            elif found[0] == fingerprint:
                answers.append(found[1])
            else:
                raise ExternalIdConflict(_("A member with the external id %(id)s exists with other facts.") % {"id": external_id})
        self._refuse_taken(fresh, taken)
        made = self._write(fresh) if fresh else []
        if self.announce and made:
            publish_many(events=[self._event(member) for member in made])
        return [made[answer] if isinstance(answer, int) else answer for answer in answers]

    def _known(self, said: Iterable[_Said]) -> dict[str, tuple[bytes, Member | int]]:
        """Return fingerprint and member of the external ids that are enrolled already."""
        asked = [one.facts.external_id for one in said if one.facts.external_id]
        found = Member.objects.of(self.programme).filter(external_id__in=asked) if asked else ()
        return {str(member.external_id): (bytes(member.enrolment_fingerprint), member) for member in found}

    def _write(self, fresh: Sequence[_Said]) -> list[Member]:
        units = list(PointUnit.objects.filter(programme=self.programme.pk).order_by("id"))
        wallets = open_points_accounts(programme=self.programme.pk, units=units, at=self.at, count=len(fresh))
        members = []
        for one, wallet in zip(fresh, wallets, strict=True):
            member = self._member(one.facts)
            member.points_account = wallet
            members.append(checked_fields(member, exclude=_FOREIGN, at=one.pointer))
        return Member.objects.bulk_create(members, batch_size=2_000)

    def _member(self, facts: Enrolment) -> Member:
        return Member(
            programme=self.programme,
            number=facts.card or domain.new_card_number(),
            external_id=facts.external_id or None,
            email=facts.email or None,
            phone=facts.phone or None,
            given_name=facts.given_name,
            family_name=facts.family_name,
            birth_date=facts.birth_date,
            locale=facts.locale,
            status=MemberStatus.ACTIVE,
            joined_at=facts.joined_at or self.at,
            home_store_id=facts.home_store_id,
            user=self.user,
            attributes=dict(facts.attributes),
            enrolment_fingerprint=facts.fingerprint,
        )

    def _taken(self, said: Iterable[_Said]) -> dict[str, set[str]]:
        """Return, by field, the identities of the list that members of the programme have already."""
        taken: dict[str, set[str]] = {}
        for field, column in _IDENTITIES:
            given = {value for one in said if (value := getattr(one.facts, field))}
            holders = Member.objects.of(self.programme).filter(**{f"{column}__in": given}) if given else Member.objects.none()
            taken[field] = set(holders.values_list(column, flat=True))
        return taken

    def _refuse_taken(self, fresh: Sequence[_Said], taken: Mapping[str, set[str]]) -> None:
        """Raise AlreadyMember, naming every field, if an identity is taken in the programme or given twice in the list."""
        faults = []
        for field, _column in _IDENTITIES:
            given = Counter(value for one in fresh if (value := getattr(one.facts, field)))
            clashes = [one for one in fresh if (value := getattr(one.facts, field)) in taken[field] or given[value] > 1]
            faults += [FieldError(f"{one.pointer}/{field}", f"{field}_in_use", _("Another member has this already.")) for one in clashes]
        if faults:
            raise AlreadyMember(_("Somebody is a member with this card, e-mail address or phone number already."), errors=faults)

    def _refuse_foreign_stores(self, said: Iterable[_Said]) -> None:
        asked = {place for one in said if (place := one.facts.home_store_id) is not None}
        if asked and Store.objects.selling_for(self.programme.legal_entity_id).filter(pk__in=asked).count() < len(asked):
            detail = _("The home store belongs to another company.")
            raise InvalidMember(detail, errors=[FieldError("/home_store", "unknown_store", detail)])

    def _event(self, member: Member) -> OutboxEvent:
        return event_of(topic="member.enrolled", payload={}, at=self.at, programme_id=self.programme.pk, member_id=member.pk)
