-- Set-based expiry in chunks of wallets: chooses, locks in order, and only then reads the lots of the wallets that it locked.
CREATE FUNCTION ledger_expire(p_unit smallint, p_through date, p_not_before date, p_wallets integer, p_only uuid[], p_occurred_at timestamptz,
    OUT wallets bigint, OUT lots bigint, OUT units bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_wallets uuid[];
    v_first uuid := ledger_new_id();
BEGIN
    -- The next due lots by the index, not the next wallets by sorting: a chunk costs the same however many lots are due.
    SELECT array_agg(DISTINCT w.points_account_id) INTO v_wallets FROM (
        SELECT points_account_id FROM ledger_lot
         WHERE unit_id = p_unit AND remaining > 0 AND expires_on <= p_through AND (p_only IS NULL OR points_account_id = ANY (p_only))
         ORDER BY expires_on LIMIT p_wallets) w;
    PERFORM 1 FROM ledger_balance WHERE points_account_id = ANY (v_wallets) AND unit_id = p_unit ORDER BY points_account_id FOR UPDATE;
    WITH due AS MATERIALIZED (
        UPDATE ledger_lot l SET remaining = 0
          FROM (SELECT id, points_account_id, remaining FROM ledger_lot
                 WHERE points_account_id = ANY (v_wallets) AND unit_id = p_unit AND remaining > 0 AND expires_on <= p_through) was
         WHERE l.id = was.id AND l.points_account_id = was.points_account_id
        RETURNING l.id, l.points_account_id, was.remaining AS units, CASE WHEN l.is_pending THEN 11 ELSE 10 END::smallint AS from_state,
                  greatest(l.expires_on, p_not_before, l.returned_on) AS business_on, l.grant_month, l.source_kind, l.portfolio
    ), planned AS MATERIALIZED (
        SELECT ledger_sibling_id(v_first, row_number() OVER (ORDER BY points_account_id, business_on, from_state)) AS id,
               points_account_id, business_on, from_state, sum(d.units) AS units,
               row_number() OVER in_order AS step, sum(sum(d.units) FILTER (WHERE from_state = 10)) OVER in_order AS available_gone,
               sum(sum(d.units) FILTER (WHERE from_state = 11)) OVER in_order AS pending_gone
          FROM due d GROUP BY points_account_id, business_on, from_state
        WINDOW in_order AS (PARTITION BY points_account_id ORDER BY business_on, from_state)
    ), balance AS (
        UPDATE ledger_balance b
           SET available = b.available - t.available_gone, pending = b.pending - t.pending_gone, seq = b.seq + t.steps
          FROM (SELECT points_account_id, count(*) AS steps, coalesce(sum(p.units) FILTER (WHERE from_state = 10), 0) AS available_gone,
                       coalesce(sum(p.units) FILTER (WHERE from_state = 11), 0) AS pending_gone
                  FROM planned p GROUP BY points_account_id) t
         WHERE b.points_account_id = t.points_account_id AND b.unit_id = p_unit
        RETURNING b.*, t.steps, t.available_gone AS available_total, t.pending_gone AS pending_total
    ), act AS (
        INSERT INTO ledger_act (id, points_account_id, source, key, fingerprint)
        SELECT id, points_account_id, 5, 'expire:' || id, '' FROM planned
    ), movement AS (
        INSERT INTO ledger_movement (id, points_account_id, unit_id, act_id, seq, kind, debit, credit, amount, reason, available_after,
            pending_after, held_after, arrears_after, business_on, occurred_at, recorded_at)
        SELECT p.id, p.points_account_id, p_unit, p.id, b.seq - b.steps + p.step, 10, p.from_state, 3, p.units, 30,
               b.available + b.available_total - coalesce(p.available_gone, 0), b.pending + b.pending_total - coalesce(p.pending_gone, 0),
               b.held, b.arrears, p.business_on, p_occurred_at, (SELECT clock_timestamp())
          FROM planned p JOIN balance b ON b.points_account_id = p.points_account_id
    ), moved AS (
        INSERT INTO ledger_lotmove (id, points_account_id, unit_id, lot_id, movement_id, from_state, to_state, units, business_on, reason,
            grant_month, source_kind, portfolio)
        SELECT ledger_child_id(p.id, row_number() OVER (PARTITION BY p.id ORDER BY d.id)), d.points_account_id, p_unit, d.id, p.id, d.from_state,
               3, d.units, d.business_on, 30, d.grant_month, d.source_kind, d.portfolio
          FROM due d JOIN planned p USING (points_account_id, business_on, from_state)
        RETURNING ledger_lotmove.units
    )
    SELECT coalesce(cardinality(v_wallets), 0), count(*), coalesce(sum(m.units), 0) INTO wallets, lots, units FROM moved m;
END $$;
