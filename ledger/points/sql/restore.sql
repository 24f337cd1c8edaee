-- Gives redeemed points back (a cancelled voucher, a returned purchase), or those that a correction took (kind 9), wholly or partly: last
-- taken first, each point to its own lot. p_redemption is the movement that took them, and its credit the state that they come back from.
CREATE FUNCTION ledger_restore(p_account uuid, p_unit smallint, p_id uuid, p_source smallint, p_key text, p_fingerprint bytea, p_redemption uuid,
    p_units bigint, p_reason smallint, p_occurred_at timestamptz, p_business_on date, p_face bigint, p_order smallint,
    OUT movement uuid, OUT available bigint, OUT pending bigint, OUT held bigint, OUT arrears bigint, OUT seq bigint, OUT replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_redeemed bigint;
    v_state smallint;
    v_before bigint;
    v_homed bigint;
BEGIN
    IF NOT ledger_begin(p_account, p_unit, p_id, p_source, p_key, p_fingerprint) THEN
        SELECT * INTO movement, available, pending, held, arrears, seq, replayed
          FROM ledger_replay(p_account, p_unit, p_source, p_key, p_fingerprint);
        RETURN;
    END IF;
    SELECT m.amount, m.credit INTO v_redeemed, v_state FROM ledger_movement m
     WHERE m.id = p_redemption AND m.points_account_id = p_account AND m.unit_id = p_unit
       AND (m.credit = 2 OR m.credit = 4 AND m.kind = 9 AND m.reverses_id IS NULL);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'movement % is no redemption of this wallet', p_redemption USING ERRCODE = 'PB006';
    END IF;
    SELECT coalesce(sum(m.amount), 0) INTO v_before FROM ledger_movement m
     WHERE m.points_account_id = p_account AND m.reverses_id = p_redemption AND m.kind = 7;
    IF v_before + p_units > v_redeemed THEN
        RAISE EXCEPTION 'only % points of this redemption can still be given back', v_redeemed - v_before
            USING ERRCODE = 'PB007', DETAIL = v_redeemed - v_before;
    END IF;
    PERFORM ledger_move(p_account, p_unit, p_id, p_id, 7::smallint, v_state, 10::smallint, p_units, p_reason, p_occurred_at, p_business_on,
        p_redemption, NULL, p_face);
    v_homed := ledger_bring_home(p_account, p_unit, p_id, p_redemption, v_state, v_before, p_units, p_reason, p_business_on);
    IF v_homed < p_units THEN
        PERFORM ledger_bring_elsewhere(p_account, p_unit, p_id, p_redemption, v_state, p_units - v_homed, p_reason, p_occurred_at, p_business_on);
    END IF;
    PERFORM ledger_settle(p_account, p_unit, ledger_sibling_id(p_id, 3), p_id, p_units, p_occurred_at, p_business_on, p_order);
    SELECT * INTO movement, available, pending, held, arrears, seq, replayed FROM ledger_answer(p_account, p_unit, p_id);
END $$;

-- The points of one lot that count as redeemed (2) or adjusted (4) now: what was taken, less what came back and what a reversal took over.
CREATE FUNCTION ledger_counted_as(p_account uuid, p_lot uuid, p_state smallint) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT coalesce(sum(CASE WHEN to_state = p_state THEN units WHEN from_state = p_state THEN -units ELSE 0 END), 0)
              FROM ledger_lotmove WHERE points_account_id = p_account AND lot_id = p_lot AND from_state <> 1);
END $$;

-- Skips the p_before units that came back earlier, gives the next p_units to the lots that they were taken from, and answers how many
-- found room there: a lot whose grant was reversed in the meantime takes no more than it still counts as redeemed (adjusted).
CREATE FUNCTION ledger_bring_home(p_account uuid, p_unit smallint, p_id uuid, p_redemption uuid, p_state smallint, p_before bigint, p_units bigint,
    p_reason smallint, p_business_on date) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_units bigint;
BEGIN
    WITH taken AS (
        SELECT m.lot_id, m.id, m.units, sum(m.units) OVER (ORDER BY m.id DESC ROWS UNBOUNDED PRECEDING) AS upto
          FROM ledger_lotmove m
         WHERE m.id > p_redemption AND m.id <= ledger_child_id(p_redemption, 65535) AND m.points_account_id = p_account AND m.to_state = p_state
    ), wanted AS (
        SELECT lot_id, row_number() OVER (ORDER BY id DESC) AS ordinal,
               least(least(upto, p_before + p_units) - greatest(upto - units, p_before), ledger_counted_as(p_account, lot_id, p_state)) AS units
          FROM taken WHERE upto > p_before AND upto - units < p_before + p_units
    ), given AS (
        UPDATE ledger_lot l SET remaining = l.remaining + w.units, returned_on = greatest(l.returned_on, p_business_on)
          FROM wanted w WHERE w.units > 0 AND l.id = w.lot_id AND l.points_account_id = p_account
        RETURNING l.id, w.ordinal, w.units, l.grant_month, l.source_kind, l.portfolio
    ), moved AS (
        INSERT INTO ledger_lotmove (id, points_account_id, unit_id, lot_id, movement_id, from_state, to_state, units, business_on, reason,
            grant_month, source_kind, portfolio)
        SELECT ledger_child_id(p_id, ordinal), p_account, p_unit, id, p_id, p_state, 10, units, p_business_on, p_reason, grant_month, source_kind,
               portfolio FROM given
    )
    SELECT coalesce(sum(units), 0) INTO v_units FROM given;
    RETURN v_units;
END $$;

-- Points without a home, because the grant that they came from was reversed after they were spent. What the reversal put in their place
-- is undone, in this order:
--   1. lots that stood in for the reversed one get their points back (lot moves numbered from 32769 on)
--   2. arrears that are still owed are paid
--   3. points that were forgiven are taken after all
--   4. arrears that later grants filled: those grants made no lot, so a lot is made now, on the terms of the lot that is gone
CREATE FUNCTION ledger_bring_elsewhere(p_account uuid, p_unit smallint, p_id uuid, p_redemption uuid, p_state smallint, p_units bigint, p_reason smallint,
    p_occurred_at timestamptz, p_business_on date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_left bigint := p_units - ledger_bring_to_stand_ins(p_account, p_unit, p_id, p_state, p_units, p_reason, p_business_on);
    v_owed bigint;
    v_forgiven bigint;
BEGIN
    SELECT least(arrears, v_left) INTO v_owed FROM ledger_balance WHERE points_account_id = p_account AND unit_id = p_unit;
    IF v_owed > 0 THEN
        PERFORM ledger_move(p_account, p_unit, ledger_sibling_id(p_id, 1), p_id, 12::smallint, 10::smallint, 13::smallint, v_owed, 36::smallint,
            p_occurred_at, p_business_on, NULL, NULL, NULL);
        v_left := v_left - v_owed;
    END IF;
    SELECT least(v_left, coalesce(sum(CASE WHEN m.kind = 8 AND m.debit = 4 THEN m.amount WHEN m.kind = 9 THEN -m.amount ELSE 0 END), 0))
      INTO v_forgiven FROM ledger_movement m
     WHERE m.points_account_id = p_account AND m.unit_id = p_unit AND m.reverses_id IS NOT NULL;
    IF v_forgiven > 0 THEN
        PERFORM ledger_move(p_account, p_unit, ledger_sibling_id(p_id, 2), p_id, 9::smallint, 10::smallint, 4::smallint, v_forgiven, 33::smallint,
            p_occurred_at, p_business_on, p_redemption, NULL, NULL);
        v_left := v_left - v_forgiven;
    END IF;
    IF v_left > 0 THEN
        INSERT INTO ledger_lot (id, points_account_id, unit_id, granted_on, grant_month, source_kind, portfolio, expires_on, granted, remaining,
            is_pending, terms, returned_on)
        SELECT p_id, p_account, p_unit, p_business_on, date_trunc('month', p_business_on)::date, l.source_kind, l.portfolio, l.expires_on,
               v_left, v_left, false, l.terms, p_business_on
          FROM ledger_lotmove m JOIN ledger_lot l ON l.id = m.lot_id AND l.points_account_id = m.points_account_id
         WHERE m.id > p_redemption AND m.id <= ledger_child_id(p_redemption, 65535) AND m.points_account_id = p_account
         ORDER BY l.reversed > 0 DESC, m.id LIMIT 1;
        PERFORM ledger_move_lot(p_account, p_unit, p_id, 65535, p_id, 1::smallint, 10::smallint, v_left, p_reason, p_business_on);
    END IF;
END $$;

CREATE FUNCTION ledger_bring_to_stand_ins(p_account uuid, p_unit smallint, p_id uuid, p_state smallint, p_units bigint, p_reason smallint, p_business_on date)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_units bigint;
BEGIN
    WITH stood_in AS (
        SELECT v.lot_id, max(v.id::text) AS last, sum(CASE WHEN v.to_state = p_state THEN v.units ELSE -v.units END) AS units
          FROM ledger_lotmove v JOIN ledger_movement m ON m.id = v.movement_id AND m.points_account_id = v.points_account_id
         WHERE v.points_account_id = p_account AND v.unit_id = p_unit AND v.from_state <> 1
           AND (v.to_state = p_state AND m.kind IN (8, 12) OR v.from_state = p_state AND m.kind = 7 AND v.id > ledger_child_id(v.movement_id, 32768))
         GROUP BY v.lot_id
    ), room AS (
        SELECT lot_id, last, least(units, ledger_counted_as(p_account, lot_id, p_state)) AS units FROM stood_in WHERE units > 0
    ), chosen AS (
        SELECT lot_id, row_number() OVER last_first AS ordinal, least(units, p_units - (sum(units) OVER last_first - units)) AS units
          FROM room WHERE units > 0
        WINDOW last_first AS (ORDER BY last DESC ROWS UNBOUNDED PRECEDING)
    ), given AS (
        UPDATE ledger_lot l SET remaining = l.remaining + c.units, returned_on = greatest(l.returned_on, p_business_on)
          FROM chosen c WHERE c.units > 0 AND l.id = c.lot_id AND l.points_account_id = p_account
        RETURNING l.id, c.ordinal, c.units, l.grant_month, l.source_kind, l.portfolio
    ), moved AS (
        INSERT INTO ledger_lotmove (id, points_account_id, unit_id, lot_id, movement_id, from_state, to_state, units, business_on, reason,
            grant_month, source_kind, portfolio)
        SELECT ledger_child_id(p_id, 32768 + ordinal), p_account, p_unit, id, p_id, p_state, 10, units, p_business_on, p_reason, grant_month,
               source_kind, portfolio FROM given
    )
    SELECT coalesce(sum(units), 0) INTO v_units FROM given;
    RETURN v_units;
END $$;
