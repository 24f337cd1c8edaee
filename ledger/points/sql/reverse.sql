-- The exact inverse of a grant, wholly or partly: afterwards the books stand as if the points had never been granted.
--   1. own lot: what remains goes back                            available|pending -> issued
--   2. what was spent: other lots take its place                  own lot redeemed -> issued, other lot available -> redeemed
--   3. what is not there: arrears, or forgiven, or refused        own lot redeemed -> issued
--   4. what had expired was no longer the member's                own lot expired -> issued
--   5. what had filled arrears makes them again                   arrears -> issued
CREATE FUNCTION ledger_reverse(p_account uuid, p_unit smallint, p_id uuid, p_source smallint, p_key text, p_fingerprint bytea, p_grant uuid,
    p_units bigint, p_occurred_at timestamptz, p_business_on date, p_order smallint, p_policy smallint, p_limit bigint, p_paid bigint,
    OUT movement uuid, OUT available bigint, OUT pending bigint, OUT held bigint, OUT arrears bigint, OUT seq bigint, OUT replayed boolean,
    OUT taken bigint, OUT owed bigint, OUT forgiven bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_lot ledger_lot;
    v_filled ledger_movement;
    v_part bigint;      -- units that are reversed through the lot
    v_own bigint := 0; v_others bigint := 0; v_missing bigint := 0; v_lapsed bigint := 0; v_refill bigint := 0;
    v_redeemed bigint; v_expired bigint;
    v_from smallint; v_next uuid := p_id; v_paid bigint := p_paid;
BEGIN
    IF NOT ledger_begin(p_account, p_unit, p_id, p_source, p_key, p_fingerprint) THEN
        SELECT * INTO movement, available, pending, held, arrears, seq, replayed
          FROM ledger_replay(p_account, p_unit, p_source, p_key, p_fingerprint);
        SELECT coalesce(sum(m.amount) FILTER (WHERE m.debit IN (10, 11)), 0), coalesce(sum(m.amount) FILTER (WHERE m.debit = 13), 0),
               coalesce(sum(m.amount) FILTER (WHERE m.debit = 4), 0) INTO taken, owed, forgiven
          FROM ledger_movement m WHERE m.points_account_id = p_account AND m.reverses_id = p_grant AND m.act_id = movement;
        RETURN;
    END IF;
    SELECT * INTO v_lot FROM ledger_lot l WHERE l.id = p_grant AND l.points_account_id = p_account AND l.unit_id = p_unit;
    SELECT * INTO v_filled FROM ledger_movement m
     WHERE m.points_account_id = p_account AND m.unit_id = p_unit AND m.act_id = p_grant AND m.debit = 1 AND m.credit = 13;
    v_part := least(p_units, coalesce(v_lot.granted - v_lot.reversed, 0));
    v_refill := p_units - v_part;
    IF v_refill > coalesce(v_filled.amount, 0) - coalesce((SELECT sum(m.amount) FROM ledger_movement m
            WHERE m.points_account_id = p_account AND m.reverses_id = v_filled.id AND m.debit = 13), 0) THEN
        RAISE EXCEPTION 'the grant has fewer points left to take back' USING ERRCODE = 'PB004';
    END IF;

    v_own := least(v_part, coalesce(v_lot.remaining, 0));
    v_from := CASE WHEN v_lot.is_pending THEN 11 ELSE 10 END;
    IF v_part > v_own THEN
        SELECT coalesce(sum(CASE WHEN to_state = 2 THEN units WHEN from_state = 2 THEN -units END), 0),
               coalesce(sum(CASE WHEN to_state = 3 THEN units WHEN from_state = 3 THEN -units END), 0) INTO v_redeemed, v_expired
          FROM ledger_lotmove WHERE points_account_id = p_account AND lot_id = p_grant;
        v_lapsed := least(v_part - v_own - least(v_part - v_own, v_redeemed), v_expired);
        v_others := least(v_part - v_own, v_redeemed);
        IF v_own + v_others + v_lapsed < v_part THEN
            RAISE EXCEPTION 'points of this grant are on hold' USING ERRCODE = 'PB008';
        END IF;
    END IF;
    UPDATE ledger_lot SET remaining = remaining - v_own, reversed = reversed + v_part WHERE id = p_grant AND points_account_id = p_account;
    v_missing := greatest(v_others - ledger_spendable(p_account, p_unit, p_business_on), 0);
    v_others := v_others - v_missing;

    IF v_own + v_others > 0 THEN    -- a pending lot was never spent, so v_others is 0 where v_from is 11
        PERFORM ledger_move(p_account, p_unit, v_next, p_id, 8::smallint, v_from, 1::smallint, v_own + v_others,
            31::smallint, p_occurred_at, p_business_on, p_grant, v_paid, NULL);
        IF v_own > 0 THEN
            PERFORM ledger_move_lot(p_account, p_unit, v_next, 1, p_grant, v_from, 1::smallint, v_own, 31::smallint, p_business_on);
        END IF;
        IF v_others > 0 THEN
            PERFORM ledger_move_lot(p_account, p_unit, v_next, 2, p_grant, 2::smallint, 1::smallint, v_others, 31::smallint, p_business_on);
            PERFORM ledger_consume(p_account, p_unit, v_next, 3, v_others, 2::smallint, 31::smallint, p_business_on, p_order);
        END IF;
        v_next := ledger_new_id(); v_paid := NULL;
    END IF;
    taken := v_own + v_others; owed := 0; forgiven := 0;
    IF v_missing > 0 THEN
        SELECT b.arrears INTO arrears FROM ledger_balance b WHERE b.points_account_id = p_account AND b.unit_id = p_unit;
        IF p_policy = 1 OR p_policy = 2 AND p_limit IS NOT NULL AND arrears + v_missing > p_limit THEN
            RAISE EXCEPTION '% points of this grant are spent and may not be owed', v_missing USING ERRCODE = 'PB011', DETAIL = v_missing;
        END IF;
        PERFORM ledger_move(p_account, p_unit, v_next, p_id, 8::smallint, CASE p_policy WHEN 3 THEN 4 ELSE 13 END::smallint, 1::smallint, v_missing,
            31::smallint, p_occurred_at, p_business_on, p_grant, v_paid, NULL);
        PERFORM ledger_move_lot(p_account, p_unit, v_next, 1, p_grant, 2::smallint, 1::smallint, v_missing, 31::smallint, p_business_on);
        owed := CASE p_policy WHEN 3 THEN 0 ELSE v_missing END; forgiven := v_missing - owed;
        v_next := ledger_new_id(); v_paid := NULL;
    END IF;
    IF v_lapsed > 0 THEN
        PERFORM ledger_move(p_account, p_unit, v_next, p_id, 8::smallint, 3::smallint, 1::smallint, v_lapsed, 31::smallint, p_occurred_at,
            p_business_on, p_grant, v_paid, NULL);
        PERFORM ledger_move_lot(p_account, p_unit, v_next, 1, p_grant, 3::smallint, 1::smallint, v_lapsed, 31::smallint, p_business_on);
        v_next := ledger_new_id(); v_paid := NULL;
    END IF;
    IF v_refill > 0 THEN
        PERFORM ledger_move(p_account, p_unit, v_next, p_id, 8::smallint, 13::smallint, 1::smallint, v_refill, 31::smallint, p_occurred_at,
            p_business_on, v_filled.id, v_paid, NULL);
        owed := owed + v_refill;
    END IF;
    SELECT * INTO movement, available, pending, held, arrears, seq, replayed FROM ledger_answer(p_account, p_unit, p_id);
END $$;
