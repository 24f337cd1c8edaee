"""The defects: what is wrong, the words that are exchanged to plant it, and the tests that must notice."""

import dataclasses

POINTS = "ledger/points/sql/"
BANK = ("tests/ledger/points", "tests/concurrency/ledger")
CONVERSIONS = ("tests/ledger/points/test_convert.py", "tests/rewards/conversions", "tests/ledger/points/test_properties.py")


@dataclasses.dataclass(frozen=True, slots=True)
class Defect:
    """`sound` stands exactly once in the file `path`; `planted` takes its place."""

    name: str
    path: str
    sound: str
    planted: str
    tests: tuple[str, ...] = BANK


DEFECTS = (
    Defect(
        "a later act does not lock the wallet",
        POINTS + "settle.sql",
        "b.points_account_id = p_account AND b.unit_id = p_unit FOR UPDATE;\n    IF NOT FOUND THEN\n        RAISE EXCEPTION 'wallet",
        "b.points_account_id = p_account AND b.unit_id = p_unit;\n    IF NOT FOUND THEN\n        RAISE EXCEPTION 'wallet",
        ("tests/concurrency/ledger",),
    ),
    Defect(
        "a batch looks before it locks",
        POINTS + "many.sql",
        "    PERFORM ledger_lock_balances((SELECT array_agg(DISTINCT a.account) FROM unnest(v_all) a));\n    -- Wallets in arrears",
        "    -- Wallets in arrears",
        ("tests/concurrency/ledger",),
    ),
    Defect(
        "the balance is not checked when points are taken",
        POINTS + "take.sql",
        "AND b.unit_id = p_unit AND b.available >= p_units",
        "AND b.unit_id = p_unit",
    ),
    Defect(
        "an act's facts are not compared with those under its key",
        POINTS + "grant.sql",
        "IF v_fingerprint IS DISTINCT FROM p_fingerprint THEN",
        "IF false THEN",
    ),
    Defect(
        "a repeated grant raises the balance",
        POINTS + "grant.sql",
        "SET available = b.available - CASE WHEN p_pending THEN 0 ELSE v_lot END,",
        "SET available = b.available,",
    ),
    Defect(
        "points that are due can be spent",
        POINTS + "take.sql",
        "           AND (expires_on IS NULL OR expires_on > p_business_on)\n           AND (p_reason",
        "           AND (p_reason",
    ),
    Defect(
        "pending points can be spent",
        POINTS + "take.sql",
        "unit_id = p_unit AND remaining > 0 AND NOT is_pending\n           AND (expires_on IS NULL OR expires_on > p_business_on)\n           AND (p_reason",
        "unit_id = p_unit AND remaining > 0\n           AND (expires_on IS NULL OR expires_on > p_business_on)\n           AND (p_reason",
    ),
    Defect(
        "a late redemption spends what was earned after it",
        POINTS + "take.sql",
        "AND (p_reason NOT BETWEEN 20 AND 23 OR granted_on <= p_business_on)",
        "",
        ("tests/ledger/points", "tests/rewards/redemptions"),
    ),
    Defect(
        "lots are spent in the order of their grants, whatever the currency says",
        POINTS + "take.sql",
        "ORDER BY CASE p_order WHEN 1 THEN expires_on END NULLS LAST, CASE p_order WHEN 3 THEN granted_on END DESC,",
        "ORDER BY CASE p_order WHEN 3 THEN granted_on END DESC,",
    ),
    Defect(
        "a lot lives a day too long",
        POINTS + "expire.sql",
        "WHERE points_account_id = ANY (v_wallets) AND unit_id = p_unit AND remaining > 0 AND expires_on <= p_through",
        "WHERE points_account_id = ANY (v_wallets) AND unit_id = p_unit AND remaining > 0 AND expires_on < p_through",
    ),
    Defect(
        "an expiry run forgets which wallets it locked",
        POINTS + "expire.sql",
        "WHERE points_account_id = ANY (v_wallets) AND unit_id = p_unit AND remaining > 0 AND expires_on <= p_through",
        "WHERE unit_id = p_unit AND remaining > 0 AND expires_on <= p_through",
    ),
    Defect(
        "a grant does not fill arrears",
        POINTS + "grant.sql",
        "AND b.unit_id = p_unit AND (p_pending OR b.arrears = 0)",
        "AND b.unit_id = p_unit",
    ),
    Defect(
        "the limit of arrears is not asked",
        POINTS + "reverse.sql",
        "p_limit IS NOT NULL AND arrears + owed > p_limit",
        "p_limit IS NOT NULL AND false",
    ),
    Defect(
        "a reversal may take back more than was granted",
        POINTS + "reverse.sql",
        "    IF v_refill > coalesce(v_filled.amount, 0)",
        "    IF false AND v_refill > coalesce(v_filled.amount, 0)",
    ),
    Defect(
        "points come back to the lots that were taken first",
        POINTS + "restore.sql",
        "sum(m.units) OVER (ORDER BY m.id DESC ROWS UNBOUNDED PRECEDING) AS upto",
        "sum(m.units) OVER (ORDER BY m.id ROWS UNBOUNDED PRECEDING) AS upto",
    ),
    Defect(
        "a redemption can be given back twice",
        POINTS + "restore.sql",
        "    IF v_before + p_units > v_redeemed THEN",
        "    IF p_units > v_redeemed THEN",
    ),
    Defect(
        "a hold can be settled twice",
        POINTS + "settle.sql",
        "       AND NOT EXISTS (SELECT 1 FROM ledger_movement r WHERE r.points_account_id = p_account AND r.reverses_id = p_hold);",
        ";",
    ),
    Defect(
        "movements can be edited",
        POINTS + "guards.sql",
        "ledger_make_append_only('ledger_movement'), ",
        "",
    ),
    Defect(
        "the application may write a balance",
        POINTS + "grants.sql",
        "    EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON ledger_balance FROM %I', v_role);\n",
        "",
        ("tests/ledger/points/test_rights.py",),
    ),
    Defect(
        "days are counted in UTC",
        "loyalty/kit/clock.py",
        "return at.astimezone(ZoneInfo(time_zone)).date()",
        "return at.date()",
        ("tests/loyalty/kit", "tests/rewards/purchases"),
    ),
    Defect(
        "deferred revenue is rounded at each sale",
        "ledger/valuation/domain.py",
        "deferred = to_minor(self.facts.deferred) - to_minor(before.deferred)",
        "deferred = to_minor(change.deferred)",
        ("tests/ledger/valuation", "tests/books"),
    ),
    Defect(
        "steps are rounded up",
        "rewards/earning/domain/evaluation.py",
        "    if rounding is Rounding.FLOOR:\n        return int(whole)\n",
        "    if rounding is Rounding.FLOOR:\n        return int(whole) + (rest > 0)\n",
        ("tests/rewards/earning",),
    ),
    Defect(
        "an HTTP key is good for any request",
        "accounts/partners/services.py",
        "    if bytes(first_fingerprint) != fingerprint:",
        "    if not first_fingerprint:",
        ("tests/accounts/partners",),
    ),
    Defect(
        "stock is looked at, then taken",
        "rewards/catalogue/services.py",
        'if RewardStock.objects.filter(reward=reward, left__gte=quantity).update(left=F("left") - quantity):',
        "if (row := RewardStock.objects.filter(reward=reward, left__gte=quantity).first()) and RewardStock.objects.filter(reward=reward)"
        ".update(left=row.left - quantity):",
        ("tests/rewards/redemptions/test_at_once.py",),
    ),
    Defect(
        "an event that failed is tried at once, for ever",
        "accounts/outbox/services.py",
        "    event.due_at = at + wait_after(event.attempts)\n",
        "",
        ("tests/accounts/outbox",),
    ),
    Defect(
        "who prepared a close may approve it",
        "reporting/close/services.py",
        "    if queries.had_a_hand(run, judge):",
        "    if False:",
        ("tests/reporting/close/test_services.py",),
    ),
    Defect(
        "a request is acknowledged although its COMMIT failed",
        "accounts/partners/rest.py",
        "            with contextlib.suppress(StartAgain), transaction.atomic():\n                return self._done(act, key)\n",
        "            answer = None\n            with contextlib.suppress(Exception), transaction.atomic():\n"
        "                answer = self._done(act, key)\n            if answer is not None:\n                return answer\n",
        ("tests/faults/test_lost_answers.py",),
    ),
    Defect(
        "a web server keeps a connection that broke",
        "loyalty/postgres/base.py",
        "        if self.errors_occurred or self.connection is None:\n",
        "        if self.connection is not None:\n            return True\n        if self.errors_occurred or self.connection is None:\n",
        ("tests/faults/test_kills.py",),
    ),
    Defect(
        "a web server waits for a lock for as long as it takes",
        "loyalty/postgres/patience.py",
        "-c lock_timeout={settings.MOST_LOCK_WAIT_MS}ms",
        "",
        ("tests/faults/test_busy.py",),
    ),
    Defect(
        "a page says that something broke when the database is busy",
        "loyalty/shell/failures.py",
        "    if not is_busy(error):",
        "    if True:",
        ("tests/faults/test_busy.py", "tests/loyalty/shell/test_failures.py"),
    ),
    Defect(
        "an event counts as delivered before its letter is sent",
        "accounts/outbox/services.py",
        '    event.save(update_fields=["attempts", "due_at", "last_error"])',
        '    event.delivered_at = at\n    event.save(update_fields=["attempts", "due_at", "last_error", "delivered_at"])',
        ("tests/faults/test_dying_work.py",),
    ),
    Defect(
        "an expired hold is given back in two transactions",
        "rewards/redemptions/services/later.py",
        "@transaction.atomic\ndef _end_hold(",
        "def _end_hold(",
        ("tests/faults/test_dying_work.py", "tests/rewards/redemptions"),
    ),
    Defect(
        "a tick takes what is not final yet",
        "ledger/ticks/sql/tick.sql",
        "    v_horizon := pg_snapshot_xmin(pg_current_snapshot());",
        "    v_horizon := pg_snapshot_xmax(pg_current_snapshot());",
        ("tests/ledger/ticks",),
    ),
    Defect(
        "ticks go on in a copied database and pass movements over",
        "ledger/ticks/sql/tick.sql",
        "    IF v_horizon < v_last.hi_xid THEN",
        "    IF false THEN",
        ("tests/faults/test_restore.py",),
    ),
    Defect(
        "a hot table's key leaves the wallet out",
        POINTS + "tables.sql",
        "    PRIMARY KEY (id, points_account_id),\n    CONSTRAINT lot_units_stay_in_bounds",
        "    PRIMARY KEY (id),\n    CONSTRAINT lot_units_stay_in_bounds",
        ("tests/shards",),
    ),
    Defect(
        "what a conversion gave is not taken back with its step",
        POINTS + "convert.sql",
        "v_lost := v_net / c.step_units * c.gives_units;",
        "v_lost := 0;",
        CONVERSIONS,
    ),
    Defect(
        "other points do not take the place of returned ones in a conversion",
        POINTS + "convert.sql",
        "ceil(greatest(v_part - v_others, 0)::numeric / c.step_units)",
        "ceil(v_part::numeric / c.step_units)",
        CONVERSIONS,
    ),
    Defect(
        "a run of conversions takes what was granted after its day",
        POINTS + "convert.sql",
        "v_order, p_through, NULL);\n    v_grants",
        "v_order, 'infinity', NULL);\n    v_grants",
        CONVERSIONS,
    ),
    Defect(
        "converted points forget what kind of source they came from",
        POINTS + "convert.sql",
        "VALUES (r.id, p_account, p_to, p_business_on, v_month, r.source_kind, p_portfolio",
        "VALUES (r.id, p_account, p_to, p_business_on, v_month, 2, p_portfolio",
        (*CONVERSIONS, "tests/books"),
    ),
    Defect(
        "a recalculation keeps what it posted, but not that it did",
        "rewards/recalculations/services/run.py",
        "    RecalculationResult.objects.bulk_create(results)\n",
        "",
        ("tests/rewards/recalculations",),
    ),
    Defect(
        "points on hold end a recalculation for the whole chunk",
        "rewards/recalculations/services/run.py",
        "        except PointsOnHold:\n            continue\n",
        "        except PointsOnHold:\n            break\n",
        ("tests/rewards/recalculations",),
    ),
    Defect(
        "who asked for a recalculation may approve it",
        "rewards/recalculations/services/planning.py",
        "    if row.author_id == person.pk:",
        "    if False:",
        ("tests/rewards/recalculations",),
    ),
    Defect(
        "what makes points buy less begins a day before its notice has passed",
        "accounts/programmes/notice.py",
        "    if counts_from < earliest:",
        "    if counts_from < earliest - dt.timedelta(days=1):",
        ("tests/rewards/devaluations/test_notice.py",),
    ),
    Defect(
        "members hear of the same devaluation every hour",
        "rewards/devaluations/sql/announce.sql",
        "told AS (\n    INSERT INTO rewards_devaluationnotice (member_id, change, told_at)\n"
        "    SELECT member_id, key, %(at)s FROM due ORDER BY key, member_id\n    ON CONFLICT DO NOTHING\n    RETURNING member_id, change\n",
        "told AS (\n    SELECT member_id, key AS change FROM due\n",
        ("tests/rewards/devaluations/test_announcing.py",),
    ),
    Defect(
        "who handed in a file of balances may approve it",
        "rewards/imports/services/planning.py",
        "    if row.author_id == person.pk:",
        "    if False:",
        ("tests/rewards/imports",),
    ),
    Defect(
        "an import that resets balances forgets what a member has",
        "rewards/imports/services/reading.py",
        "else (row.units or 0) - has",
        "else (row.units or 0)",
        ("tests/rewards/imports",),
    ),
    Defect(
        "a total of refunds is taken back whole each time it is told",
        "rewards/connectors/domain/amounts.py",
        "        goods -= price_minor - left_minor\n",
        "        goods -= 0\n",
        ("tests/rewards/connectors/test_services.py",),
    ),
    Defect(
        "refunds that were passed over stay so when their order is counted",
        "rewards/connectors/services/acts.py",
        "body__isnull=False, why__in=WAITS_FOR_ORDER)",
        "body__isnull=False, why=Why.NO_ORDER)",
        ("tests/rewards/connectors/test_waiting.py",),
    ),
    Defect(
        "two taps at once check in without looking at each other",
        "rewards/check_ins/services.py",
        "    bank.lock_wallets(points_accounts=[member.points_account_id])\n    seen_at",
        "    seen_at",
        ("tests/rewards/check_ins/test_at_once.py",),
    ),
    Defect(
        "a code that changes counts for as long as somebody likes",
        "rewards/check_ins/domain.py",
        "    if scanned_at is None or not at - HELD <= scanned_at <= at:",
        "    if scanned_at is None:",
        ("tests/rewards/check_ins",),
    ),
    Defect(
        "a day is chosen again when periods become longer",
        "rewards/chosen_days/domain.py",
        "        first = max([period.first_on, *(span.through_on + one for span in taken if span.through_on < day)])",
        "        first = period.first_on",
        ("tests/rewards/chosen_days",),
    ),
    Defect(
        "a gift card gets back more than it paid",
        "rewards/gift_cards/services/payments.py",
        "amount = min(left[charge.pk], amount_minor - given)",
        "amount = amount_minor - given",
        ("tests/rewards/gift_cards/test_purchases.py",),
    ),
    Defect(
        "a repeated charge takes a gift card's money twice",
        "rewards/gift_cards/services/cards.py",
        """        return Moved(earlier, replayed=True)
    on = business_date(""",
        """        act = dataclasses.replace(act, key=f"{act.key}:again")
    on = business_date(""",
        ("tests/rewards/gift_cards/test_services.py",),
    ),
    Defect(
        "the row of a gift card is not locked",
        "rewards/gift_cards/services/acts.py",
        'rows.select_for_update(no_key=True, of=("self",)).select_related("programme").order_by("pk")',
        'rows.select_related("programme").order_by("pk")',
        ("tests/concurrency/test_gift_cards.py",),
    ),
    Defect(
        "what a gift card pays is posted on the other side",
        "ledger/books/templates.py",
        "(Line(_R.LIABILITY, {_F.TENDERED: +1}, _M.RELEASE), Line(_R.FUNDING, {_F.TENDERED: -1}, _M.TAKING))",
        "(Line(_R.LIABILITY, {_F.TENDERED: -1}, _M.RELEASE), Line(_R.FUNDING, {_F.TENDERED: +1}, _M.TAKING))",
        ("tests/reporting/gift_cards/test_books.py",),
    ),
    Defect(
        "a gift card earns breakage where the law gives it to the state",
        "reporting/gift_cards/domain.py",
        "kept = (1 - Fraction(judged.unclaimed_percentage) / 100) * never",
        "kept = never",
        ("tests/reporting/gift_cards/test_domain.py",),
    ),
    Defect(
        "who asked for a gift card may issue it",
        "rewards/gift_cards/services/requests.py",
        "    if locked.requested_by_id == person.pk:",
        "    if False:",
        ("tests/rewards/gift_cards/test_requests.py",),
    ),
)
