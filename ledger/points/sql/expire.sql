-- Set-based expiry in chunks of wallets: chooses, locks in order, and only then reads the lots of the wallets that it locked. A run goes
-- through the wallets in order, p_after the last one of the chunk before: it reads the index of open lots once, neighbours together.
CREATE FUNCTION ledger_expire(p_unit smallint, p_through date, p_not_before date, p_lots integer, p_only uuid[], p_occurred_at timestamptz,
    p_after uuid, OUT last_wallet uuid, OUT lots bigint, OUT units bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_wallets uuid[];
    v_first uuid;
BEGIN
    SELECT array_agg(DISTINCT w.points_account_id), max(w.points_account_id::text)::uuid INTO v_wallets, last_wallet FROM (
        SELECT points_account_id FROM ledger_lot
         WHERE unit_id = p_unit AND remaining > 0 AND expires_on <= p_through AND (p_only IS NULL OR points_account_id = ANY (p_only))
           AND (p_after IS NULL OR points_account_id > p_after)
         ORDER BY points_account_id LIMIT p_lots) w;
    PERFORM 1 FROM ledger_balance WHERE points_account_id = ANY (v_wallets) AND unit_id = p_unit ORDER BY points_account_id FOR UPDATE;
    v_first := ledger_new_id();   -- after the wait for the locks: whoever held them wrote earlier ids
    -- No part of the statement joins another: the planner takes each for one row, and would go through all of one for each row of the other.
    -- The balances are joined as they were before the statement; the wallets are locked, so that is what they are.
    WITH due AS MATERIALIZED (
        UPDATE ledger_lot l SET remaining = 0
          FROM (SELECT id, points_account_id, remaining FROM ledger_lot
                 WHERE points_account_id = ANY (v_wallets) AND unit_id = p_unit AND remaining > 0 AND expires_on <= p_through) was
         WHERE l.id = was.id AND l.points_account_id = was.points_account_id
        RETURNING l.id, l.points_account_id, was.remaining AS units, CASE WHEN l.is_pending THEN 11 ELSE 10 END::smallint AS from_state,
                  greatest(l.expires_on, p_not_before, l.returned_on) AS business_on, l.grant_month, l.source_kind, l.portfolio
    ), numbered AS MATERIALIZED (
        SELECT ledger_sibling_id(v_first, dense_rank() OVER in_order) AS movement_id,
               row_number() OVER (PARTITION BY d.points_account_id, d.business_on, d.from_state ORDER BY d.id) AS ordinal, d.*
          FROM due d
        WINDOW in_order AS (ORDER BY d.points_account_id, d.business_on, d.from_state)
    ), planned AS MATERIALIZED (
        SELECT n.movement_id AS id, n.points_account_id, n.business_on, n.from_state, sum(n.units) AS units, row_number() OVER in_order AS step,
               coalesce(sum(sum(n.units) FILTER (WHERE n.from_state = 10)) OVER in_order, 0) AS available_gone,
               coalesce(sum(sum(n.units) FILTER (WHERE n.from_state = 11)) OVER in_order, 0) AS pending_gone
          FROM numbered n GROUP BY n.movement_id, n.points_account_id, n.business_on, n.from_state
        WINDOW in_order AS (PARTITION BY n.points_account_id ORDER BY n.business_on, n.from_state)
    ), balance AS (
        UPDATE ledger_balance b
           SET available = b.available - t.available_gone, pending = b.pending - t.pending_gone, seq = b.seq + t.steps
          FROM (SELECT points_account_id, count(*) AS steps, max(available_gone) AS available_gone, max(pending_gone) AS pending_gone
                  FROM planned GROUP BY points_account_id) t
         WHERE b.points_account_id = t.points_account_id AND b.unit_id = p_unit
    ), act AS (
        INSERT INTO ledger_act (id, points_account_id, source, key, fingerprint)
        SELECT id, points_account_id, 5, 'expire:' || id, '' FROM planned
    ), movement AS (
        INSERT INTO ledger_movement (id, points_account_id, unit_id, act_id, seq, kind, debit, credit, amount, reason, available_after,
            pending_after, held_after, arrears_after, business_on, occurred_at, recorded_at)
        SELECT p.id, p.points_account_id, p_unit, p.id, b.seq + p.step, 10, p.from_state, 3, p.units, 30, b.available - p.available_gone,
               b.pending - p.pending_gone, b.held, b.arrears, p.business_on, p_occurred_at, (SELECT clock_timestamp())
          FROM planned p JOIN ledger_balance b ON b.points_account_id = p.points_account_id AND b.unit_id = p_unit
    ), moved AS (
        INSERT INTO ledger_lotmove (id, points_account_id, unit_id, lot_id, movement_id, from_state, to_state, units, business_on, reason,
            grant_month, source_kind, portfolio)
        SELECT ledger_child_id(movement_id, ordinal), points_account_id, p_unit, id, movement_id, from_state, 3, numbered.units, business_on, 30,
               grant_month, source_kind, portfolio
          FROM numbered
        RETURNING ledger_lotmove.units
    )
    SELECT count(*), coalesce(sum(m.units), 0) INTO lots, units FROM moved m;
END $$;
