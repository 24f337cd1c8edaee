-- Giving points. States, kinds and reasons are the codes of ledger.points.domain.

-- The answer to an act that was done before. Other facts under the same key are refused.
CREATE FUNCTION ledger_replay(p_account uuid, p_unit smallint, p_source smallint, p_key text, p_fingerprint bytea,
    OUT movement uuid, OUT available bigint, OUT pending bigint, OUT held bigint, OUT arrears bigint, OUT seq bigint, OUT replayed boolean)
LANGUAGE plpgsql AS $$
DECLARE
    v_fingerprint bytea;
BEGIN
    SELECT a.id, a.fingerprint INTO movement, v_fingerprint FROM ledger_act a
     WHERE a.points_account_id = p_account AND a.source = p_source AND a.key = p_key;
    IF v_fingerprint IS DISTINCT FROM p_fingerprint THEN
        RAISE EXCEPTION 'the act % was done before with other facts', p_key USING ERRCODE = 'PB001';
    END IF;
    SELECT b.available, b.pending, b.held, b.arrears, b.seq INTO available, pending, held, arrears, seq
      FROM ledger_balance b WHERE b.points_account_id = p_account AND b.unit_id = p_unit;
    replayed := true;
END $$;

CREATE FUNCTION ledger_grant(p_account uuid, p_unit smallint, p_id uuid, p_source smallint, p_key text, p_fingerprint bytea,
    p_units bigint, p_pending boolean, p_reason smallint, p_occurred_at timestamptz, p_business_on date, p_expires_on date,
    p_portfolio smallint, p_terms integer, p_paid bigint, p_standalone bigint, p_ssp numeric, p_estimate integer, p_tender uuid, p_matures_on date,
    OUT movement uuid, OUT available bigint, OUT pending bigint, OUT held bigint, OUT arrears bigint, OUT seq bigint, OUT replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_filled bigint := 0;   -- units that fill arrears: they make no lot and no liability
    v_lot bigint := p_units;
    v_month date := date_trunc('month', p_business_on)::date;
    v_state smallint := CASE WHEN p_pending THEN 11 ELSE 10 END;
BEGIN
    IF p_reason = 1 AND num_nulls(p_paid, p_standalone, p_ssp) > 0 OR p_reason = 6 AND p_paid IS NULL THEN
        RAISE EXCEPTION 'a grant for a sale carries what was paid' USING ERRCODE = 'check_violation', CONSTRAINT = 'movement_sale_is_complete';
    END IF;
    -- One UPDATE is the lock, the check and the sequence. Arrears (rare) are settled on the second path.
    UPDATE ledger_balance b
       SET available = b.available + CASE WHEN p_pending THEN 0 ELSE p_units END,
           pending = b.pending + CASE WHEN p_pending THEN p_units ELSE 0 END, seq = b.seq + 1
     WHERE b.points_account_id = p_account AND b.unit_id = p_unit AND (p_pending OR b.arrears = 0)
    RETURNING b.available, b.pending, b.held, b.arrears, b.seq INTO available, pending, held, arrears, seq;
    IF NOT FOUND THEN
        SELECT least(b.arrears, p_units), p_units - least(b.arrears, p_units) INTO v_filled, v_lot FROM ledger_balance b
         WHERE b.points_account_id = p_account AND b.unit_id = p_unit FOR UPDATE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'wallet % holds no currency %', p_account, p_unit USING ERRCODE = 'PB003';
        END IF;
        UPDATE ledger_balance b
           SET available = b.available + v_lot, arrears = b.arrears - v_filled, seq = b.seq + (v_filled > 0)::int + (v_lot > 0)::int
         WHERE b.points_account_id = p_account AND b.unit_id = p_unit
        RETURNING b.available, b.pending, b.held, b.arrears, b.seq INTO available, pending, held, arrears, seq;
    END IF;
    INSERT INTO ledger_act (id, points_account_id, source, key, fingerprint)
    VALUES (p_id, p_account, p_source, p_key, p_fingerprint) ON CONFLICT ON CONSTRAINT act_happens_once DO NOTHING;
    IF NOT FOUND THEN
        UPDATE ledger_balance b
           SET available = b.available - CASE WHEN p_pending THEN 0 ELSE v_lot END,
               pending = b.pending - CASE WHEN p_pending THEN p_units ELSE 0 END, arrears = b.arrears + v_filled,
               seq = b.seq - (v_filled > 0)::int - (v_lot > 0)::int
         WHERE b.points_account_id = p_account AND b.unit_id = p_unit;
        SELECT * INTO movement, available, pending, held, arrears, seq, replayed
          FROM ledger_replay(p_account, p_unit, p_source, p_key, p_fingerprint);
        RETURN;
    END IF;
    movement := p_id;
    replayed := false;
    IF v_lot > 0 THEN
        WITH movement AS (
            INSERT INTO ledger_movement (id, points_account_id, unit_id, act_id, seq, kind, debit, credit, amount, reason, available_after,
                pending_after, held_after, arrears_after, business_on, occurred_at, paid_minor, standalone_minor, ssp_point, estimate_id, tender_id)
            VALUES (p_id, p_account, p_unit, p_id, seq - (v_filled > 0)::int, 1, 1, v_state, v_lot, p_reason, available, pending, held,
                arrears + v_filled, p_business_on, p_occurred_at, p_paid, p_standalone, p_ssp, p_estimate, p_tender)
        ), lot AS (
            INSERT INTO ledger_lot (id, points_account_id, unit_id, granted_on, grant_month, source_kind, portfolio, expires_on, matures_on,
                granted, remaining, is_pending, terms)
            VALUES (p_id, p_account, p_unit, p_business_on, v_month, p_reason, p_portfolio, p_expires_on, p_matures_on, v_lot, v_lot,
                p_pending, p_terms)
        )
        INSERT INTO ledger_lotmove (id, points_account_id, unit_id, lot_id, movement_id, from_state, to_state, units, business_on, reason,
            grant_month, source_kind, portfolio)
        VALUES (ledger_child_id(p_id, 1), p_account, p_unit, p_id, p_id, 1, v_state, v_lot, p_business_on, p_reason, v_month, p_reason,
            p_portfolio);
    END IF;
    IF v_filled > 0 THEN
        INSERT INTO ledger_movement (id, points_account_id, unit_id, act_id, seq, kind, debit, credit, amount, reason, available_after,
            pending_after, held_after, arrears_after, business_on, occurred_at, paid_minor)
        VALUES (CASE WHEN v_lot > 0 THEN ledger_sibling_id(p_id, 1) ELSE p_id END, p_account, p_unit, p_id, seq, 12, 1, 13, v_filled,
            p_reason, available, pending, held, arrears, p_business_on, p_occurred_at, CASE WHEN v_lot = 0 THEN p_paid END);
    END IF;
END $$;
