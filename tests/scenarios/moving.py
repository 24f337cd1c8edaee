"""Points between people, journals in the books, and what was known when."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from ledger.books.domain import Basis, Draft, Entry, EventType
from ledger.books.models import Journal, JournalLine
from ledger.books.services import post_journal, post_journals, reverse_journal
from ledger.points.models import Movement
from ledger.points.queries import holdings_as_of
from loyalty.kit.problems import Malformed
from rewards.transfers.models import Transfer
from rewards.transfers.services import send_points
from rewards.transfers.shapes import TransferShape
from tests.accounts.factories import MemberFactory
from tests.scenarios import cards
from tests.scenarios.sentences import minor
from tests.scenarios.stage import ANYBODY, Stage, noon
from tests.scenarios.vocabulary import SHOP, NotSpoken

CHART = ("1000", "1100", "1110", "4000", "4010")
"""Book accounts that stand for the names of a scenario, in the order in which they are met."""
ERRORS = {
    "already voided": "journal_already_reversed",
    "already_reverted": "more_than_bought",
    "key reused": "external_id_conflict",
    "insufficient_points": "not_enough_points",
    "BAD_REQUEST": "not_enough_points",
    "capture_exceeds_hold": "hold_is_smaller",
    "refund_exceeds_capture": "nothing_to_reverse",
    "refund_exceeds_payment": "more_than_bought",
    "currency_mismatch": "receiver_not_found",
}
"""Which refusal of the product says what a scenario's error says."""


# --- what acts came to -----------------------------------------------------------------------------------------------------


@SHOP.then("error")
def error(stage: Stage, expected: str) -> None:
    """The last act was refused for this reason, and nothing else was refused."""
    _check_refused(stage, [turn.code for turn in stage.turns if turn.refusal], [expected])
    assert stage.turns[-1].refusal is not None


@SHOP.then("results")
def results(stage: Stage, expected: Sequence[str]) -> None:
    """Each act by itself: `ok`, `id X` (the same letter is the same answer), `error`, or an error by name."""
    if cards.is_about_events(expected):
        cards.check_events(stage, expected)
        return
    assert len(stage.turns) == len(expected)
    names: dict[str, Any] = {}
    for turn, text in zip(stage.turns, expected, strict=True):
        word, _, name = text.replace(":", "").partition(" ")
        assert (turn.refusal is not None) == (word == "error"), (text, turn)
        if word == "id":
            assert names.setdefault(name, turn.answer.pk) == turn.answer.pk
        elif word not in ("ok", "error"):
            raise NotSpoken(f"result: {text}")
    assert len(set(names.values())) == len(names)
    refused = [(turn.code, text) for turn, text in zip(stage.turns, expected, strict=True) if turn.refusal]
    _check_refused(stage, [code for code, _ in refused], [text.replace(":", "").partition(" ")[2] for _, text in refused])


def _check_refused(stage: Stage, codes: Sequence[str | None], names: Sequence[str]) -> None:
    unknown = [name for name in names if name and name not in ERRORS]
    if unknown:
        raise NotSpoken(f"error: {unknown}")
    assert len(codes) == len(names)
    assert all(code == ERRORS[name] for code, name in zip(codes, names, strict=True) if name), (codes, names)
    stage.has_answered_for_refusals = True


# --- points between people -------------------------------------------------------------------------------------------------


@SHOP.given("accounts")
def accounts(stage: Stage, names: Sequence[str | Mapping[str, str]]) -> None:
    """Members of one programme; of several where they hold several currencies. Each has enough to send."""
    stage.seen["programmes"] = {}
    for name in names:
        owner, currency = next(iter(name.items())) if isinstance(name, Mapping) else (name, "")
        programmes = stage.seen["programmes"]
        if currency not in programmes:
            programmes[currency] = stage.open_programme([]) if programmes else stage.programme
        stage.members[owner] = MemberFactory.create(programme=programmes[currency])
        if programmes[currency] == stage.programme:
            stage.give(owner, 100_000)
        stage.begin(owner)


@SHOP.when("transfer")
def transfer(stage: Stage, value: Sequence[str]) -> Transfer:
    """As a partner sends it, in points of one cent: the shape of the request first, then the act. Raises: Malformed, Refused."""
    sender, receiver, amount = value
    from_member, to_member = stage.members[sender], stage.members[receiver]
    try:
        shape = TransferShape(member=str(from_member.pk), to_member=str(to_member.pk), units=minor(amount))
    except ValidationError as wrong:
        assert [fault["loc"] for fault in wrong.errors()] == [("units",)]
        raise Malformed(str(wrong)) from wrong
    return send_points(sender=from_member, receiver=to_member, units=shape.units, source="test", at=stage.at)


@SHOP.then("balances")
def balances(stage: Stage, expected: Mapping[str, int] | Sequence[int]) -> None:
    """By name what an owner has gained, or has where files came in; a list is what was asked `as_of`."""
    if stage.seen.get("imports"):
        assert {name: stage.has(name) for name in expected} == expected
    elif isinstance(expected, Mapping):
        gained = _book_balances(stage) if stage.book_codes else {name: stage.has(name) - stage.opening[name][0] for name in expected}
        assert {name: gained[name] for name in expected} == expected
    else:
        assert stage.seen["as_of"] == expected


# --- journals --------------------------------------------------------------------------------------------------------------


def draft(stage: Stage, entries: Sequence[tuple[str, int]]) -> Draft:
    """A journal by hand; a positive amount is a debit."""
    codes = stage.book_codes
    named = [Entry(codes.setdefault(name, CHART[len(codes)]), amount) for name, amount in entries]
    return Draft(EventType.MANUAL, Basis.EVENT, stage.at.date(), "scenario", named)


@SHOP.when("batch")
def batch(stage: Stage, value: Sequence[Sequence[Any]]) -> list[Journal]:
    """Transfers that may leave an owner in debt are journals: from is credited, to is debited."""
    drafts = [draft(stage, [(to, minor(amount)), (sender, -minor(amount))]) for sender, to, amount in value]
    journals = post_journals(book=stage.book, drafts=drafts, at=stage.at)
    assert [journal.number for journal in journals] == list(range(1, len(value) + 1))
    return journals


@SHOP.then("entries_per_account")
def entries_per_account(stage: Stage, expected: int) -> None:
    for code in stage.book_codes.values():
        assert _lines(stage).filter(book_account__code=code).count() == expected


@SHOP.when("journal")
def journal(stage: Stage, value: Sequence[Sequence[str]]) -> Journal:
    signs = {"Dr": 1, "Cr": -1}
    entries = [(name, signs[side] * minor(amount)) for side, name, amount in value]
    return post_journal(book=stage.book, draft=draft(stage, entries), at=stage.at)


@SHOP.given("journals")
def journals_before(stage: Stage, value: Sequence[Mapping[str, Any]]) -> None:
    """Each credits the named owner and debits another one."""
    stage.seen["journals"] = {}
    for facts in value:
        [(name, amount)] = [(key, minor(of)) for key, of in facts.items() if key != "id"]
        posted = post_journal(book=stage.book, draft=draft(stage, [("other", amount), (name, -amount)]), at=stage.at)
        stage.seen["journals"][facts["id"]] = posted


@SHOP.when("void")
def void(stage: Stage, name: str) -> Journal:
    return reverse_journal(journal=stage.seen["journals"][name], at=stage.at)


@SHOP.then("both (.+) and its reversal stay readable")
def both_stay(stage: Stage, expected: bool) -> None:
    voided = stage.seen["journals"][stage.word.split(" ")[1]]
    [reversal] = Journal.objects.filter(reverses=voided)
    sides = [[(line.book_account_id, line.amount_minor) for line in of.lines.order_by("position")] for of in (voided, reversal)]
    assert (sides[1] == [(owner, -amount) for owner, amount in sides[0]]) is expected


@SHOP.then(r"balance_(?!based$)(\w+)")
def balance_in_book(stage: Stage, expected: Any) -> None:
    """Credits less debits, as the scenarios count."""
    assert -_book_balances(stage, 1)[stage.word.removeprefix("balance_")] == minor(expected)


@SHOP.then("entries_total")
def entries_total(stage: Stage, expected: int) -> None:
    assert _lines(stage).count() == expected


def _lines(stage: Stage) -> Any:
    return JournalLine.objects.filter(journal__book=stage.book)


def _book_balances(stage: Stage, unit_minor: int = 100) -> dict[str, int]:
    """Debits less credits of each owner, in whole units of so many cents."""
    found = {}
    for name, code in stage.book_codes.items():
        total = sum(line.amount_minor for line in _lines(stage).filter(book_account__code=code))
        assert total % unit_minor == 0
        found[name] = total // unit_minor
    return found


# --- what was known when ---------------------------------------------------------------------------------------------------


@SHOP.given("entries")
def entries_before(stage: Stage, value: Sequence[Sequence[Any]]) -> None:
    """Grants one after the other; their moments stand for the moments at which the bank recorded them."""
    recorded = []
    for text, units in value:
        moment = dt.datetime.fromisoformat(text)
        outcome = stage.give(ANYBODY, units, on=moment.date(), at=moment)
        recorded.append((moment, Movement.objects.get(pk=outcome.movement).recorded_at))
    assert [at for _, at in recorded] == sorted({at for _, at in recorded}), "each was recorded at a moment of its own"
    stage.seen["recorded"] = recorded
    stage.at = noon(recorded[-1][0].date())


@SHOP.when("as_of")
def as_of(stage: Stage, moments: Sequence[str]) -> None:
    account = stage.member().points_account_id
    answers = []
    for text in moments:
        known_at = _recorded_by(stage.seen["recorded"], dt.datetime.fromisoformat(text))
        answers.append(sum(of.available for of in holdings_as_of(points_account=account, on=stage.at.date(), known_at=known_at)))
    stage.seen["as_of"] = answers


def _recorded_by(recorded: Sequence[tuple[dt.datetime, dt.datetime]], moment: dt.datetime) -> dt.datetime:
    """The recording moment of the entry of that moment, or one between it and the next."""
    place = max(n for n, (of, _) in enumerate(recorded) if of <= moment)
    exact = recorded[place][1]
    if recorded[place][0] == moment:
        return exact
    after = recorded[place + 1][1] if place + 1 < len(recorded) else exact + dt.timedelta(seconds=1)
    return exact + (after - exact) / 2
