"""Post an approved import, some rows in each transaction.

What is posted for a row and the row's result are written together, and each act has the row's own key: whoever is killed, comes back or comes
twice posts nothing twice. Members are made in a transaction of their own, before any wallet is locked.
"""

import datetime as dt
import functools
import uuid
from collections.abc import Sequence

from django.db import transaction

from accounts.members.domain import Enrolment
from accounts.members.models import Member, MemberStatus
from accounts.members.services import enrol_member, enrol_members
from ledger.points import services as points
from ledger.points.domain import Grant, Reason, Sale, Source, Taking
from loyalty.kit.clock import business_date
from loyalty.kit.problems import Problem
from loyalty.kit.runs import each_by_itself
from rewards.earning.queries import CurrencySetting, Setting, setting_of
from rewards.imports.domain import worths_of
from rewards.imports.models import BalanceImport, BalanceImportRow
from rewards.imports.queries import holdings_now, members_named, results_of, unfinished
from rewards.imports.services.reading import read_file

ROWS = 500
_Kind, _Outcome = BalanceImportRow.Kind, BalanceImportRow.Outcome
ENDED = "points_have_ended"
_POSTED_FIELDS = ["outcome", "moved_units", "movement", "failure"]


def work_on_all(*, at: dt.datetime) -> int:
    """Read and post what is unfinished; return how many imports came to their next state. May be interrupted and run again."""
    return each_by_itself(
        functools.partial(read_file if state == BalanceImport.State.READING else post_import, balance_import=pk, at=at)
        for pk, state in unfinished()
    )


def post_import(*, balance_import: uuid.UUID, at: dt.datetime, rows: int = ROWS, most_chunks: int | None = None) -> bool:
    """Post on; return whether everything is done."""
    chunks = 0
    while most_chunks is None or chunks < most_chunks:
        chunks += 1
        _make_members(balance_import, at, rows)
        if not _post_chunk(balance_import, at, rows):
            return True
    return False


def _lock(balance_import: uuid.UUID) -> BalanceImport:
    rows = BalanceImport.objects.select_for_update(of=("self",)).defer("content").select_related("programme__legal_entity__book")
    return rows.get(pk=balance_import)


def _next_rows(of: BalanceImport, rows: int) -> list[BalanceImportRow]:
    left = BalanceImportRow.objects.filter(balance_import=of, line__gt=of.run_through)
    return list(left.select_related("member", "currency").order_by("line")[:rows])


@transaction.atomic
def _make_members(balance_import: uuid.UUID, at: dt.datetime, rows: int) -> None:
    """Find or make the members of the next rows; a member who cannot be made fails their rows, and nobody else's."""
    of = _lock(balance_import)
    if of.state != BalanceImport.State.RUNNING or not of.creates_missing:
        return
    missing = [row for row in _next_rows(of, rows) if row.kind == _Kind.CREATE and row.member is None and not row.outcome]
    named = members_named(of.programme, [row.identity for row in missing])
    for row, members in zip(missing, named, strict=True):
        row.member = members[0] if len(members) == 1 else None
        if len(members) > 1:
            row.outcome, row.failure = _Outcome.FAILED, "already_member"
    fresh = {row.named: row for row in missing if row.member is None and not row.outcome}
    made = _enrolled(of, fresh, at)
    for row in missing:
        answer = made.get(row.named)
        if row.member is None and isinstance(answer, Member):
            row.member = answer
        elif row.member is None and not row.outcome:
            row.outcome, row.failure = _Outcome.FAILED, str(answer)[:60]
    BalanceImportRow.objects.bulk_update(missing, ["member", "outcome", "failure"])


def _enrolled(of: BalanceImport, fresh: dict[str, BalanceImportRow], at: dt.datetime) -> dict[str, Member | str]:
    """Enrol all at once; if one of them cannot be, each by itself. Answers with the member, or the code of the refusal."""
    facts = {name: Enrolment(**row.identity) for name, row in fresh.items()}
    try:
        with transaction.atomic():
            members = enrol_members(programme=of.programme, enrolments=list(facts.values()), at=at, announce=False)
        return dict(zip(facts, members, strict=True))
    except Problem:
        return {name: _enrolled_one(of, one, at) for name, one in facts.items()}


def _enrolled_one(of: BalanceImport, facts: Enrolment, at: dt.datetime) -> Member | str:
    try:
        with transaction.atomic():
            return enrol_member(programme=of.programme, enrolment=facts, at=at, announce=False)
    except Problem as problem:
        return problem.code


@transaction.atomic
def _post_chunk(balance_import: uuid.UUID, at: dt.datetime, rows: int) -> bool:
    """Post the next rows; return whether there may be more."""
    of = _lock(balance_import)
    if of.state != BalanceImport.State.RUNNING:
        return False
    chunk = _next_rows(of, rows)
    if not chunk:
        of.state, of.done_at, of.results = BalanceImport.State.DONE, at, results_of(of)
        of.save(update_fields=["state", "done_at", "results"])
        return False
    if any(row.kind == _Kind.CREATE and row.member is None and not row.outcome for row in chunk):
        return True  # another worker has posted the rows before these: their members come first
    open_rows = [row for row in chunk if not row.outcome]
    _Posting(of, at).post(open_rows)
    BalanceImportRow.objects.bulk_update(open_rows, _POSTED_FIELDS)
    of.run_through = chunk[-1].line
    of.save(update_fields=["run_through"])
    return True


class _Posting:
    """Posts the rows of a chunk: all that is given in one act, what is taken one by one."""

    def __init__(self, of: BalanceImport, at: dt.datetime) -> None:
        self.of, self.at = of, at
        self.setting: Setting = setting_of(of.programme)
        self.today = business_date(at, of.programme.time_zone)

    def post(self, rows: Sequence[BalanceImportRow]) -> None:
        """Lock the wallets, then see what each row comes to. Raises: NoTermsInForce."""
        due = [row for row in rows if self._is_due(row)]
        wallets = {row.member.points_account_id for row in due if row.member}
        points.lock_wallets(points_accounts=wallets)
        held = holdings_now(wallets, self.today)
        gains: list[tuple[BalanceImportRow, int, int]] = []
        for row in due:
            assert row.member is not None and row.currency is not None and row.units is not None, row.pk
            key = (row.member.points_account_id, row.currency.unit_id)
            available, arrears = held.get(key, (0, 0))
            change = row.units - (available - arrears) if self.of.is_reset else row.units
            if change > 0:
                filled = 0 if row.starts_on and row.starts_on > self.today else min(arrears, change)
                held[key] = (available, arrears - filled)
                gains.append((row, change, change - filled))
            elif change < 0:
                self._take(row, -change)
            else:
                row.outcome = _Outcome.EQUAL
        self._give(gains)

    def _is_due(self, row: BalanceImportRow) -> bool:
        """Whether the row is to be posted; else say why not. A file may wait for its approval until points have ended."""
        if row.kind not in (_Kind.FOUND, _Kind.CREATE):
            row.outcome = _Outcome.SKIPPED
        elif row.member is not None and row.member.status == MemberStatus.CLOSED:
            row.outcome, row.failure = _Outcome.FAILED, "member_is_closed"
        elif row.ends_on is not None and row.ends_on <= self.today:
            row.outcome, row.failure = _Outcome.FAILED, ENDED
        return not row.outcome

    def _give(self, gains: Sequence[tuple[BalanceImportRow, int, int]]) -> None:
        """Give points; those that fill arrears carry no liability, the others together exactly what they are worth."""
        grants: list[Grant] = []
        rows: list[BalanceImportRow] = []
        for code in sorted({row.currency.code for row, _, _ in gains if row.currency}):
            some = [gain for gain in gains if gain[0].currency and gain[0].currency.code == code]
            each, estimate = self.setting.ssp_on(code, self.today)
            worths = worths_of([units for _, _, units in some], each)
            for (row, units, _), worth in zip(some, worths, strict=True):
                sale = Sale(worth, 0, each, estimate) if each else None
                grants.append(self._grant(self.setting.currencies[code], row, units, sale))
                rows.append(row)
        for row, grant, outcome in zip(rows, grants, points.grant_many(grants=grants) if grants else (), strict=True):
            row.outcome, row.moved_units, row.movement = _Outcome.POSTED, grant.units, outcome.movement

    def _grant(self, currency: CurrencySetting, row: BalanceImportRow, units: int, sale: Sale | None) -> Grant:
        assert row.member is not None
        terms = currency.terms_on(self.today)
        keeps_policy = self.of.keeps_policy and row.ends_on is None
        first_on, joined_at = row.starts_on or self.today, row.member.joined_at
        ends_on = currency.expires_on(first_on, joined_at=joined_at) if keeps_policy else row.ends_on
        return Grant(
            points_account=row.member.points_account_id,
            unit=currency.unit.pk,
            source=Source.IMPORT,
            key=f"import:{row.pk}",
            units=units,
            reason=Reason.MIGRATION,
            occurred_at=self.at,
            business_on=self.today,
            expires_on=ends_on,
            matures_on=row.starts_on,
            portfolio=terms.portfolio,
            terms=terms.pk if keeps_policy else 0,  # points with an end of their own do not follow the terms later
            sale=sale,
        )

    def _take(self, row: BalanceImportRow, units: int) -> None:
        assert row.member is not None and row.currency is not None
        unit = self.setting.currencies[row.currency.code].unit
        taking = Taking(
            points_account=row.member.points_account_id,
            unit=unit.pk,
            source=Source.IMPORT,
            key=f"import:{row.pk}",
            units=units,
            reason=Reason.CORRECTION,
            occurred_at=self.at,
            business_on=self.today,
        )
        outcome = points.adjust_down(taking=taking, order=unit.consumption_order)
        row.outcome, row.moved_units, row.movement = _Outcome.POSTED, -units, outcome.movement
