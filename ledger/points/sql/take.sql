-- Taking points from open lots: redeem, hold, correct, and the settling of arrears.

-- Takes up to p_units from the open, not yet due lots of a wallet whose balance row is locked, writes the lot moves of movement
-- p_movement from ordinal p_first on, and answers how many units it found. Lots are read after the lock, in a statement of its own.
-- Orders: 1 earliest expiry, 2 oldest, 3 newest first.
CREATE FUNCTION ledger_consume(p_account uuid, p_unit smallint, p_movement uuid, p_first integer, p_units bigint, p_to smallint,
    p_reason smallint, p_business_on date, p_order smallint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_units bigint;
BEGIN
    WITH open_lot AS (
        SELECT id, remaining, row_number() OVER in_order AS ordinal, sum(remaining) OVER in_order - remaining AS before
          FROM ledger_lot
         WHERE points_account_id = p_account AND unit_id = p_unit AND remaining > 0 AND NOT is_pending
           AND (expires_on IS NULL OR expires_on > p_business_on)
           AND (p_reason NOT BETWEEN 20 AND 23 OR granted_on <= p_business_on)    -- what is redeemed had been earned by then
        WINDOW in_order AS (ORDER BY CASE p_order WHEN 1 THEN expires_on END NULLS LAST, CASE p_order WHEN 3 THEN granted_on END DESC,
                                     CASE p_order WHEN 3 THEN id END DESC, granted_on, id ROWS UNBOUNDED PRECEDING)
    ), taken AS (
        UPDATE ledger_lot l
           SET remaining = l.remaining - least(o.remaining, p_units - o.before),
               held = l.held + CASE WHEN p_to = 12 THEN least(o.remaining, p_units - o.before) ELSE 0 END
          FROM open_lot o
         WHERE l.id = o.id AND l.points_account_id = p_account AND o.before < p_units
        RETURNING l.id, o.ordinal, least(o.remaining, p_units - o.before) AS units, l.grant_month, l.source_kind, l.portfolio
    ), moved AS (
        INSERT INTO ledger_lotmove (id, points_account_id, unit_id, lot_id, movement_id, from_state, to_state, units, business_on, reason,
            grant_month, source_kind, portfolio)
        SELECT ledger_child_id(p_movement, p_first - 1 + ordinal), p_account, p_unit, id, p_movement, 10, p_to, units, p_business_on, p_reason,
               grant_month, source_kind, portfolio
          FROM taken
    )
    SELECT coalesce(sum(units), 0) INTO v_units FROM taken;
    RETURN v_units;
END $$;

CREATE FUNCTION ledger_spendable(p_account uuid, p_unit smallint, p_business_on date) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT coalesce(sum(remaining), 0) FROM ledger_lot
             WHERE points_account_id = p_account AND unit_id = p_unit AND remaining > 0 AND NOT is_pending
               AND (expires_on IS NULL OR expires_on > p_business_on));
END $$;

-- What could be redeemed on a day: points that had been earned by then and were not due. A late or back-dated redemption cannot
-- spend what came after it, or the wallet would have been below zero on that day.
CREATE FUNCTION ledger_redeemable(p_account uuid, p_unit smallint, p_business_on date) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT coalesce(sum(remaining), 0) FROM ledger_lot
             WHERE points_account_id = p_account AND unit_id = p_unit AND remaining > 0 AND NOT is_pending
               AND granted_on <= p_business_on AND (expires_on IS NULL OR expires_on > p_business_on));
END $$;

-- Redeem (p_kind 6, p_to 2), hold (3, 12) or correct downwards (9, 4).
CREATE FUNCTION ledger_take(p_account uuid, p_unit smallint, p_id uuid, p_source smallint, p_key text, p_fingerprint bytea,
    p_kind smallint, p_to smallint, p_units bigint, p_reason smallint, p_occurred_at timestamptz, p_business_on date, p_order smallint,
    p_face bigint,
    OUT movement uuid, OUT available bigint, OUT pending bigint, OUT held bigint, OUT arrears bigint, OUT seq bigint, OUT replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM ledger_balance b WHERE b.points_account_id = p_account AND b.unit_id = p_unit FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'wallet % holds no currency %', p_account, p_unit USING ERRCODE = 'PB003';
    END IF;
    INSERT INTO ledger_act (id, points_account_id, source, key, fingerprint)
    VALUES (p_id, p_account, p_source, p_key, p_fingerprint) ON CONFLICT ON CONSTRAINT act_happens_once DO NOTHING;
    IF NOT FOUND THEN
        SELECT * INTO movement, available, pending, held, arrears, seq, replayed
          FROM ledger_replay(p_account, p_unit, p_source, p_key, p_fingerprint);
        RETURN;
    END IF;
    UPDATE ledger_balance b
       SET available = b.available - p_units, held = b.held + CASE WHEN p_to = 12 THEN p_units ELSE 0 END, seq = b.seq + 1
     WHERE b.points_account_id = p_account AND b.unit_id = p_unit AND b.available >= p_units
    RETURNING b.available, b.pending, b.held, b.arrears, b.seq INTO available, pending, held, arrears, seq;
    IF FOUND THEN
        INSERT INTO ledger_movement (id, points_account_id, unit_id, act_id, seq, kind, debit, credit, amount, reason, available_after,
            pending_after, held_after, arrears_after, business_on, occurred_at, face_minor)
        VALUES (p_id, p_account, p_unit, p_id, seq, p_kind, 10, p_to, p_units, p_reason, available, pending, held, arrears, p_business_on,
            p_occurred_at, p_face);
    END IF;
    IF NOT FOUND OR ledger_consume(p_account, p_unit, p_id, 1, p_units, p_to, p_reason, p_business_on, p_order) < p_units THEN
        -- The exception undoes the partial taking; its text carries what could have been spent.
        RAISE EXCEPTION 'not enough points' USING ERRCODE = 'PB002', DETAIL =
            (SELECT CASE WHEN p_reason BETWEEN 20 AND 23 THEN ledger_redeemable(p_account, p_unit, p_business_on)
                         ELSE ledger_spendable(p_account, p_unit, p_business_on) END
                  + coalesce((SELECT sum(m.units) FROM ledger_lotmove m WHERE m.id >= p_id AND m.id < ledger_child_id(p_id, 65535)
                     AND m.points_account_id = p_account), 0));
    END IF;
    movement := p_id;
    replayed := false;
END $$;
