-- What follows an earlier act: activate a pending grant, capture or release a hold.

-- Locks the wallet's balance row and claims the act; answers true when the act is new.
CREATE FUNCTION ledger_begin(p_account uuid, p_unit smallint, p_id uuid, p_source smallint, p_key text, p_fingerprint bytea)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM ledger_balance b WHERE b.points_account_id = p_account AND b.unit_id = p_unit FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'wallet % holds no currency %', p_account, p_unit USING ERRCODE = 'PB003';
    END IF;
    INSERT INTO ledger_act (id, points_account_id, source, key, fingerprint)
    VALUES (p_id, p_account, p_source, p_key, p_fingerprint) ON CONFLICT ON CONSTRAINT act_happens_once DO NOTHING;
    RETURN FOUND;
END $$;

-- Applies a change of balances and writes the movement that explains it; the balance row is locked already.
CREATE FUNCTION ledger_move(p_account uuid, p_unit smallint, p_id uuid, p_act uuid, p_kind smallint, p_debit smallint, p_credit smallint,
    p_units bigint, p_reason smallint, p_occurred_at timestamptz, p_business_on date, p_reverses uuid, p_paid bigint, p_face bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    b ledger_balance;
BEGIN
    UPDATE ledger_balance
       SET available = available + CASE p_credit WHEN 10 THEN p_units ELSE 0 END - CASE p_debit WHEN 10 THEN p_units ELSE 0 END,
           pending = pending + CASE p_credit WHEN 11 THEN p_units ELSE 0 END - CASE p_debit WHEN 11 THEN p_units ELSE 0 END,
           held = held + CASE p_credit WHEN 12 THEN p_units ELSE 0 END - CASE p_debit WHEN 12 THEN p_units ELSE 0 END,
           -- arrears are what the member owes: debiting them makes the debt larger
           arrears = arrears + CASE p_debit WHEN 13 THEN p_units ELSE 0 END - CASE p_credit WHEN 13 THEN p_units ELSE 0 END,
           seq = seq + 1
     WHERE points_account_id = p_account AND unit_id = p_unit
    RETURNING * INTO b;
    INSERT INTO ledger_movement (id, points_account_id, unit_id, act_id, seq, kind, debit, credit, amount, reason, available_after,
        pending_after, held_after, arrears_after, business_on, occurred_at, reverses_id, paid_minor, face_minor)
    VALUES (p_id, p_account, p_unit, p_act, b.seq, p_kind, p_debit, p_credit, p_units, p_reason, b.available, b.pending, b.held, b.arrears,
        p_business_on, p_occurred_at, p_reverses, p_paid, p_face);
END $$;

CREATE FUNCTION ledger_move_lot(p_account uuid, p_unit smallint, p_movement uuid, p_ordinal integer, p_lot uuid, p_from smallint, p_to smallint,
    p_units bigint, p_reason smallint, p_business_on date) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_lotmove (id, points_account_id, unit_id, lot_id, movement_id, from_state, to_state, units, business_on, reason,
        grant_month, source_kind, portfolio)
    SELECT ledger_child_id(p_movement, p_ordinal), p_account, p_unit, id, p_movement, p_from, p_to, p_units, p_business_on, p_reason,
           grant_month, source_kind, portfolio
      FROM ledger_lot WHERE id = p_lot AND points_account_id = p_account;
END $$;

-- Pays arrears out of up to p_units that have just become available: available -> arrears for the wallet, available -> redeemed for the
-- lots, as the points that were taken back had been. Points that are due pay nothing.
CREATE FUNCTION ledger_settle(p_account uuid, p_unit smallint, p_id uuid, p_act uuid, p_units bigint, p_occurred_at timestamptz,
    p_business_on date, p_order smallint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_owed bigint := (SELECT least(arrears, p_units) FROM ledger_balance WHERE points_account_id = p_account AND unit_id = p_unit);
BEGIN
    IF v_owed = 0 THEN
        RETURN;
    END IF;
    v_owed := least(v_owed, ledger_spendable(p_account, p_unit, p_business_on));
    IF v_owed > 0 THEN
        PERFORM ledger_move(p_account, p_unit, p_id, p_act, 12::smallint, 10::smallint, 13::smallint, v_owed, 36::smallint, p_occurred_at,
            p_business_on, NULL, NULL, NULL);
        PERFORM ledger_consume_all(p_account, p_unit, p_id, 1, v_owed, 2::smallint, 36::smallint, p_business_on, p_order);
    END IF;
END $$;

-- As ledger_consume, where the lots are known to hold enough; anything else means that they and the balance have come apart.
CREATE FUNCTION ledger_consume_all(p_account uuid, p_unit smallint, p_movement uuid, p_first integer, p_units bigint, p_to smallint,
    p_reason smallint, p_business_on date, p_order smallint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF ledger_consume(p_account, p_unit, p_movement, p_first, p_units, p_to, p_reason, p_business_on, p_order) <> p_units THEN
        RAISE EXCEPTION 'the lots of wallet % hold fewer points than its balance', p_account USING ERRCODE = 'PB009';
    END IF;
END $$;

CREATE FUNCTION ledger_answer(p_account uuid, p_unit smallint, p_id uuid,
    OUT movement uuid, OUT available bigint, OUT pending bigint, OUT held bigint, OUT arrears bigint, OUT seq bigint, OUT replayed boolean)
LANGUAGE plpgsql AS $$
BEGIN
    SELECT p_id, b.available, b.pending, b.held, b.arrears, b.seq, false INTO movement, available, pending, held, arrears, seq, replayed
      FROM ledger_balance b WHERE b.points_account_id = p_account AND b.unit_id = p_unit;
END $$;

-- Pending points of one lot become available; arrears are paid from them first.
CREATE FUNCTION ledger_activate(p_account uuid, p_unit smallint, p_id uuid, p_source smallint, p_key text, p_fingerprint bytea, p_lot uuid,
    p_occurred_at timestamptz, p_business_on date, p_order smallint,
    OUT movement uuid, OUT available bigint, OUT pending bigint, OUT held bigint, OUT arrears bigint, OUT seq bigint, OUT replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_units bigint;
BEGIN
    IF NOT ledger_begin(p_account, p_unit, p_id, p_source, p_key, p_fingerprint) THEN
        SELECT * INTO movement, available, pending, held, arrears, seq, replayed
          FROM ledger_replay(p_account, p_unit, p_source, p_key, p_fingerprint);
        RETURN;
    END IF;
    UPDATE ledger_lot SET is_pending = false
     WHERE id = p_lot AND points_account_id = p_account AND unit_id = p_unit AND is_pending AND remaining > 0 RETURNING remaining INTO v_units;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'lot % has no pending points', p_lot USING ERRCODE = 'PB004';
    END IF;
    PERFORM ledger_move(p_account, p_unit, p_id, p_id, 2::smallint, 11::smallint, 10::smallint, v_units, 34::smallint, p_occurred_at,
        p_business_on, p_lot, NULL, NULL);
    PERFORM ledger_move_lot(p_account, p_unit, p_id, 1, p_lot, 11::smallint, 10::smallint, v_units, 34::smallint, p_business_on);
    PERFORM ledger_settle(p_account, p_unit, ledger_sibling_id(p_id, 1), p_id, v_units, p_occurred_at, p_business_on, p_order);
    SELECT * INTO movement, available, pending, held, arrears, seq, replayed FROM ledger_answer(p_account, p_unit, p_id);
END $$;

-- Captures (p_kind 4, p_to 2) or releases (5, 10) a hold: the same lots, the same units. A capture of fewer points (p_units) takes them in
-- the order in which the hold took them, and gives the rest back at once.
CREATE FUNCTION ledger_finish_hold(p_account uuid, p_unit smallint, p_id uuid, p_source smallint, p_key text, p_fingerprint bytea, p_hold uuid,
    p_kind smallint, p_to smallint, p_reason smallint, p_occurred_at timestamptz, p_business_on date, p_face bigint, p_order smallint,
    p_units bigint,
    OUT movement uuid, OUT available bigint, OUT pending bigint, OUT held bigint, OUT arrears bigint, OUT seq bigint, OUT replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_held bigint;
    v_part bigint;
    v_back bigint;   -- units that come back to the wallet
BEGIN
    IF NOT ledger_begin(p_account, p_unit, p_id, p_source, p_key, p_fingerprint) THEN
        SELECT * INTO movement, available, pending, held, arrears, seq, replayed
          FROM ledger_replay(p_account, p_unit, p_source, p_key, p_fingerprint);
        RETURN;
    END IF;
    SELECT m.amount INTO v_held FROM ledger_movement m
     WHERE m.id = p_hold AND m.points_account_id = p_account AND m.unit_id = p_unit AND m.kind = 3
       AND NOT EXISTS (SELECT 1 FROM ledger_movement r WHERE r.points_account_id = p_account AND r.reverses_id = p_hold);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'hold % is not open', p_hold USING ERRCODE = 'PB005';
    END IF;
    v_part := coalesce(p_units, v_held);
    IF v_part > v_held THEN
        RAISE EXCEPTION 'the hold has only % points', v_held USING ERRCODE = 'PB012', DETAIL = v_held;
    END IF;
    PERFORM ledger_finish_part(p_account, p_unit, p_id, p_id, p_hold, 0, v_part, p_kind, p_to, p_reason, p_occurred_at, p_business_on, p_face);
    IF v_part < v_held THEN
        PERFORM ledger_finish_part(p_account, p_unit, ledger_sibling_id(p_id, 1), p_id, p_hold, v_part, v_held - v_part, 5::smallint, 10::smallint,
            32::smallint, p_occurred_at, p_business_on, NULL);
    END IF;
    v_back := CASE WHEN p_to = 10 THEN v_held ELSE v_held - v_part END;
    IF v_back > 0 THEN
        PERFORM ledger_settle(p_account, p_unit, ledger_sibling_id(p_id, 2), p_id, v_back, p_occurred_at, p_business_on, p_order);
    END IF;
    SELECT * INTO movement, available, pending, held, arrears, seq, replayed FROM ledger_answer(p_account, p_unit, p_id);
END $$;

-- Moves p_units of a hold, after the first p_skip of them, out of it.
CREATE FUNCTION ledger_finish_part(p_account uuid, p_unit smallint, p_id uuid, p_act uuid, p_hold uuid, p_skip bigint, p_units bigint,
    p_kind smallint, p_to smallint, p_reason smallint, p_occurred_at timestamptz, p_business_on date, p_face bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ledger_move(p_account, p_unit, p_id, p_act, p_kind, 12::smallint, p_to, p_units, p_reason, p_occurred_at, p_business_on, p_hold,
        NULL, p_face);
    WITH held AS (
        SELECT m.*, sum(m.units) OVER (ORDER BY m.id ROWS UNBOUNDED PRECEDING) AS upto
          FROM ledger_lotmove m
         WHERE m.id > p_hold AND m.id <= ledger_child_id(p_hold, 65535) AND m.points_account_id = p_account
    ), part AS (
        SELECT h.*, least(h.upto, p_skip + p_units) - greatest(h.upto - h.units, p_skip) AS moved
          FROM held h WHERE h.upto > p_skip AND h.upto - h.units < p_skip + p_units
    ), lot AS (
        UPDATE ledger_lot l
           SET held = l.held - p.moved, remaining = l.remaining + CASE WHEN p_to = 10 THEN p.moved ELSE 0 END,
               returned_on = CASE WHEN p_to = 10 THEN greatest(l.returned_on, p_business_on) ELSE l.returned_on END
          FROM part p WHERE l.id = p.lot_id AND l.points_account_id = p_account
    )
    INSERT INTO ledger_lotmove (id, points_account_id, unit_id, lot_id, movement_id, from_state, to_state, units, business_on, reason,
        grant_month, source_kind, portfolio)
    SELECT ledger_child_id(p_id, row_number() OVER (ORDER BY p.id)), p_account, p_unit, p.lot_id, p_id, 12, p_to, p.moved, p_business_on,
           p_reason, p.grant_month, p.source_kind, p.portfolio
      FROM part p;
END $$;
