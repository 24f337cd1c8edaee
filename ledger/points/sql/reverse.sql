-- The exact inverse of a grant, wholly or partly: afterwards the books stand as if the points had never been granted.
--   1. own lot: what remains goes back                            available|pending -> issued
--   2. what was spent: other lots stand in                        own lot redeemed|adjusted -> issued, other lot available -> redeemed|adjusted
--   3. what is not there: arrears, or forgiven, or refused        own lot redeemed|adjusted -> issued
--   4. what had expired was no longer the member's                own lot expired -> issued
--   5. what had filled arrears makes them again                   arrears -> issued; points that came later pay them
--   6. what was sent to another member stays there, in its pool: the sender owes as many points (arrears -> issued, no lot moves), and the
--      points at hand pay them
--   7. what was converted comes back before all this (see convert.sql)
CREATE FUNCTION ledger_reverse(p_account uuid, p_unit smallint, p_id uuid, p_source smallint, p_key text, p_fingerprint bytea, p_grant uuid,
    p_units bigint, p_occurred_at timestamptz, p_business_on date, p_order smallint, p_policy smallint, p_limit bigint, p_paid bigint,
    OUT movement uuid, OUT available bigint, OUT pending bigint, OUT held bigint, OUT arrears bigint, OUT seq bigint, OUT replayed boolean,
    OUT taken bigint, OUT owed bigint, OUT forgiven bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_lot ledger_lot;
    v_filled ledger_movement;
    v_part bigint;      -- units that are reversed through the lot
    v_refill bigint;    -- units that are reversed through the arrears that they filled
    v_split record;
    v_before bigint;    -- units that earlier reversals took for points sent away: the lot does not count them
    v_reason smallint := CASE p_source WHEN 9 THEN 38 WHEN 7 THEN 33 ELSE 31 END;   -- a recalculation speaks, an undone import, or a return
    v_from smallint; v_next uuid := p_id; v_step bigint := 0; v_paid bigint := p_paid;
BEGIN
    PERFORM ledger_lock_balances(ARRAY[p_account]);   -- all of the wallet, in order: what was converted comes back from another currency
    IF NOT ledger_begin(p_account, p_unit, p_id, p_source, p_key, p_fingerprint) THEN
        SELECT * INTO movement, available, pending, held, arrears, seq, replayed
          FROM ledger_replay(p_account, p_unit, p_source, p_key, p_fingerprint);
        SELECT coalesce(sum(m.amount) FILTER (WHERE m.debit IN (10, 11)), 0), coalesce(sum(m.amount) FILTER (WHERE m.debit = 13), 0),
               coalesce(sum(m.amount) FILTER (WHERE m.debit = 4), 0) INTO taken, owed, forgiven
          FROM ledger_movement m WHERE m.points_account_id = p_account AND m.unit_id = p_unit AND m.act_id = movement AND m.kind = 8;
        RETURN;
    END IF;
    SELECT * INTO v_lot FROM ledger_lot l
     WHERE l.id = p_grant AND l.points_account_id = p_account AND l.unit_id = p_unit AND l.came_from_id IS NULL;
    SELECT * INTO v_filled FROM ledger_movement m
     WHERE m.id IN (p_grant, ledger_sibling_id(p_grant, 1)) AND m.points_account_id = p_account AND m.unit_id = p_unit AND m.act_id = p_grant
       AND m.debit = 1 AND m.credit = 13;
    v_before := ledger_reversed_elsewhere(v_lot);
    v_part := least(p_units, coalesce(v_lot.granted - v_lot.reversed - v_before, 0));
    v_refill := p_units - v_part;
    IF v_refill > coalesce(v_filled.amount, 0) - coalesce((SELECT sum(m.amount) FROM ledger_movement m
            WHERE m.points_account_id = p_account AND m.reverses_id = v_filled.id AND m.debit = 13), 0) THEN
        RAISE EXCEPTION 'the grant has fewer points left to take back' USING ERRCODE = 'PB004';
    END IF;
    IF v_part > v_lot.remaining AND NOT v_lot.is_pending THEN
        PERFORM ledger_convert_back(p_account, p_unit, p_id, p_source, p_fingerprint, p_grant, v_part - v_lot.remaining, p_occurred_at, p_business_on,
            p_order);
        SELECT * INTO v_lot FROM ledger_lot l WHERE l.id = p_grant AND l.points_account_id = p_account;
    END IF;
    SELECT * INTO v_split FROM ledger_split_reversal(p_account, p_unit, p_grant, v_part, coalesce(v_lot.remaining, 0), v_before, p_business_on);
    UPDATE ledger_lot SET remaining = remaining - v_split.own, reversed = reversed + v_part - v_split.sent - v_split.missing_sent
     WHERE id = p_grant AND points_account_id = p_account;
    v_from := CASE WHEN v_lot.is_pending THEN 11 ELSE 10 END;   -- a pending lot was never spent: then nothing stands in

    taken := v_split.own + v_split.redeemed + v_split.adjusted; owed := 0; forgiven := 0;
    IF taken > 0 THEN
        PERFORM ledger_move(p_account, p_unit, v_next, p_id, 8::smallint, v_from, 1::smallint, taken, v_reason, p_occurred_at,
            p_business_on, p_grant, v_paid, NULL);
        PERFORM ledger_move_lot(p_account, p_unit, v_next, 1, p_grant, v_from, 1::smallint, v_split.own, v_reason, p_business_on)
          WHERE v_split.own > 0;
        PERFORM ledger_move_lot(p_account, p_unit, v_next, 2, p_grant, 2::smallint, 1::smallint, v_split.redeemed, v_reason, p_business_on),
                ledger_consume_all(p_account, p_unit, v_next, 4, v_split.redeemed, 2::smallint, v_reason, p_business_on, p_order)
          WHERE v_split.redeemed > 0;
        PERFORM ledger_move_lot(p_account, p_unit, v_next, 3, p_grant, 4::smallint, 1::smallint, v_split.adjusted, v_reason, p_business_on),
                ledger_consume_all(p_account, p_unit, v_next, 32768, v_split.adjusted, 4::smallint, v_reason, p_business_on, p_order)
          WHERE v_split.adjusted > 0;
        v_step := v_step + 1; v_next := ledger_sibling_id(p_id, v_step); v_paid := NULL;
    END IF;
    IF v_split.missing_redeemed + v_split.missing_adjusted + v_split.missing_sent > 0 THEN
        owed := v_split.missing_redeemed + v_split.missing_adjusted + v_split.missing_sent;
        SELECT b.arrears INTO arrears FROM ledger_balance b WHERE b.points_account_id = p_account AND b.unit_id = p_unit;
        IF p_policy = 1 OR (p_policy = 2 AND p_limit IS NOT NULL AND arrears + owed > p_limit) THEN
            RAISE EXCEPTION '% points of this grant are spent and may not be owed', owed USING ERRCODE = 'PB011', DETAIL = owed;
        END IF;
        PERFORM ledger_move(p_account, p_unit, v_next, p_id, 8::smallint, CASE p_policy WHEN 3 THEN 4 ELSE 13 END::smallint, 1::smallint, owed,
            v_reason, p_occurred_at, p_business_on, p_grant, v_paid, NULL);
        PERFORM ledger_move_lot(p_account, p_unit, v_next, 1, p_grant, 2::smallint, 1::smallint, v_split.missing_redeemed, v_reason,
            p_business_on) WHERE v_split.missing_redeemed > 0;
        PERFORM ledger_move_lot(p_account, p_unit, v_next, 2, p_grant, 4::smallint, 1::smallint, v_split.missing_adjusted, v_reason,
            p_business_on) WHERE v_split.missing_adjusted > 0;
        IF p_policy = 3 THEN
            forgiven := owed; owed := 0;
        END IF;
        v_step := v_step + 1; v_next := ledger_sibling_id(p_id, v_step); v_paid := NULL;
    END IF;
    IF v_split.lapsed > 0 THEN
        PERFORM ledger_move(p_account, p_unit, v_next, p_id, 8::smallint, 3::smallint, 1::smallint, v_split.lapsed, v_reason, p_occurred_at,
            p_business_on, p_grant, v_paid, NULL);
        PERFORM ledger_move_lot(p_account, p_unit, v_next, 1, p_grant, 3::smallint, 1::smallint, v_split.lapsed, v_reason, p_business_on);
        v_step := v_step + 1; v_next := ledger_sibling_id(p_id, v_step); v_paid := NULL;
    END IF;
    IF v_split.sent > 0 THEN
        PERFORM ledger_move(p_account, p_unit, v_next, p_id, 8::smallint, 13::smallint, 1::smallint, v_split.sent, v_reason, p_occurred_at,
            p_business_on, p_grant, v_paid, NULL);
        owed := owed + v_split.sent;
        v_step := v_step + 1; v_next := ledger_sibling_id(p_id, v_step); v_paid := NULL;
    END IF;
    IF v_refill > 0 THEN
        PERFORM ledger_move(p_account, p_unit, v_next, p_id, 8::smallint, 13::smallint, 1::smallint, v_refill, v_reason, p_occurred_at,
            p_business_on, v_filled.id, v_paid, NULL);
        owed := owed + v_refill;
        v_step := v_step + 1; v_next := ledger_sibling_id(p_id, v_step);
    END IF;
    PERFORM ledger_settle(p_account, p_unit, v_next, p_id, v_split.sent + v_refill, p_occurred_at, p_business_on, p_order);
    SELECT * INTO movement, available, pending, held, arrears, seq, replayed FROM ledger_answer(p_account, p_unit, p_id);
END $$;

-- The units of a grant that were taken back although they had been sent to another member: its reversals, less what its lot counts.
CREATE FUNCTION ledger_reversed_elsewhere(p_lot ledger_lot) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT coalesce(sum(m.amount), 0) - coalesce(p_lot.reversed, 0) FROM ledger_movement m
             WHERE m.points_account_id = p_lot.points_account_id AND m.reverses_id = p_lot.id AND m.kind = 8);
END $$;

-- Where the p_part units of a grant are now: in its own lot, spent (redeemed or adjusted; other lots stand in for them as far as they can,
-- the rest is missing), sent to another member (p_before of them taken back already; what is at hand pays, the rest is missing), or lapsed.
CREATE FUNCTION ledger_split_reversal(p_account uuid, p_unit smallint, p_grant uuid, p_part bigint, p_remaining bigint, p_before bigint,
    p_business_on date,
    OUT own bigint, OUT redeemed bigint, OUT adjusted bigint, OUT sent bigint, OUT missing_redeemed bigint, OUT missing_adjusted bigint,
    OUT missing_sent bigint, OUT lapsed bigint)
LANGUAGE plpgsql AS $$
DECLARE
    v_rest bigint;
    v_spendable bigint;
BEGIN
    own := least(p_part, p_remaining); redeemed := 0; adjusted := 0; sent := 0; missing_redeemed := 0; missing_adjusted := 0; missing_sent := 0;
    lapsed := 0;
    v_rest := p_part - own;
    IF v_rest = 0 THEN
        RETURN;
    END IF;
    SELECT coalesce(sum(CASE WHEN to_state = 2 THEN units WHEN from_state = 2 THEN -units END), 0),
           coalesce(sum(CASE WHEN to_state = 4 THEN units WHEN from_state = 4 THEN -units END), 0),
           coalesce(sum(CASE WHEN to_state = 5 THEN units WHEN from_state = 5 THEN -units END), 0) - p_before,
           coalesce(sum(CASE WHEN to_state = 3 THEN units WHEN from_state = 3 THEN -units END), 0) INTO redeemed, adjusted, sent, lapsed
      FROM ledger_lotmove WHERE points_account_id = p_account AND lot_id = p_grant AND from_state <> 1;
    redeemed := least(redeemed, v_rest);
    adjusted := least(adjusted, v_rest - redeemed);
    sent := greatest(least(sent, v_rest - redeemed - adjusted), 0);
    lapsed := least(lapsed, v_rest - redeemed - adjusted - sent);
    IF redeemed + adjusted + sent + lapsed < v_rest THEN
        RAISE EXCEPTION 'points of this grant are on hold' USING ERRCODE = 'PB008';
    END IF;
    -- What remains of the own lot is taken whole before anything else stands in, so it cannot stand in for itself; a pending lot is not spendable.
    v_spendable := ledger_spendable(p_account, p_unit, p_business_on)
        - (SELECT coalesce(sum(remaining), 0) FROM ledger_lot WHERE id = p_grant AND points_account_id = p_account AND NOT is_pending
              AND (expires_on IS NULL OR expires_on > p_business_on));
    missing_redeemed := greatest(redeemed - v_spendable, 0);
    redeemed := redeemed - missing_redeemed;
    missing_adjusted := greatest(adjusted - (v_spendable - redeemed), 0);
    adjusted := adjusted - missing_adjusted;
    missing_sent := greatest(sent - (v_spendable - redeemed - adjusted), 0);
    sent := sent - missing_sent;
END $$;
