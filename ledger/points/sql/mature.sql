-- Set-based maturing in chunks of wallets, as ledger_expire: chooses, locks in order, and only then reads the lots of the wallets that it
-- locked. A run goes through the wallets in order, p_after the last one of the chunk before.
CREATE FUNCTION ledger_mature(p_unit smallint, p_through date, p_not_before date, p_lots integer, p_occurred_at timestamptz, p_after uuid,
    OUT last_wallet uuid, OUT lots bigint, OUT units bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_wallets uuid[];
    v_owing uuid[];
    v_first uuid;
    r record;
BEGIN
    SELECT array_agg(DISTINCT w.points_account_id), max(w.points_account_id::text)::uuid INTO v_wallets, last_wallet FROM (
        SELECT points_account_id FROM ledger_lot
         WHERE unit_id = p_unit AND is_pending AND remaining > 0 AND matures_on <= p_through AND (p_after IS NULL OR points_account_id > p_after)
         ORDER BY points_account_id LIMIT p_lots) w;
    PERFORM 1 FROM ledger_balance WHERE points_account_id = ANY (v_wallets) AND unit_id = p_unit ORDER BY points_account_id FOR UPDATE;
    v_first := ledger_new_id();   -- after the wait for the locks: whoever held them wrote earlier ids
    v_owing := ARRAY(SELECT points_account_id FROM ledger_balance WHERE points_account_id = ANY (v_wallets) AND unit_id = p_unit AND arrears > 0);
    -- As in ledger_expire, no part of the statement joins another.
    WITH due AS MATERIALIZED (
        UPDATE ledger_lot l SET is_pending = false
         WHERE l.points_account_id = ANY (v_wallets) AND l.points_account_id <> ALL (v_owing) AND l.unit_id = p_unit AND l.is_pending
           AND l.remaining > 0 AND l.matures_on <= p_through
        RETURNING l.id AS lot_id, l.points_account_id, l.remaining AS units, greatest(l.matures_on, p_not_before) AS business_on,
                  l.grant_month, l.source_kind, l.portfolio
    ), planned AS MATERIALIZED (
        SELECT d.*, ledger_sibling_id(v_first, row_number() OVER (ORDER BY d.points_account_id, d.lot_id)) AS id,
               row_number() OVER in_order AS step, sum(d.units) OVER in_order AS matured
          FROM due d WINDOW in_order AS (PARTITION BY d.points_account_id ORDER BY d.lot_id)
    ), balance AS (
        UPDATE ledger_balance b SET available = b.available + t.matured, pending = b.pending - t.matured, seq = b.seq + t.steps
          FROM (SELECT points_account_id, count(*) AS steps, max(matured) AS matured FROM planned GROUP BY points_account_id) t
         WHERE b.points_account_id = t.points_account_id AND b.unit_id = p_unit
    ), act AS (
        INSERT INTO ledger_act (id, points_account_id, source, key, fingerprint)
        SELECT id, points_account_id, 5, 'mature:' || lot_id, '' FROM planned
    ), movement AS (
        INSERT INTO ledger_movement (id, points_account_id, unit_id, act_id, seq, kind, debit, credit, amount, reason, available_after,
            pending_after, held_after, arrears_after, business_on, occurred_at, recorded_at, reverses_id)
        SELECT p.id, p.points_account_id, p_unit, p.id, b.seq + p.step, 2, 11, 10, p.units, 34, b.available + p.matured, b.pending - p.matured,
               b.held, b.arrears, p.business_on, p_occurred_at, (SELECT clock_timestamp()), p.lot_id
          FROM planned p JOIN ledger_balance b ON b.points_account_id = p.points_account_id AND b.unit_id = p_unit
    ), moved AS (
        INSERT INTO ledger_lotmove (id, points_account_id, unit_id, lot_id, movement_id, from_state, to_state, units, business_on, reason,
            grant_month, source_kind, portfolio)
        SELECT ledger_child_id(id, 1), points_account_id, p_unit, lot_id, id, 11, 10, planned.units, business_on, 34, grant_month, source_kind,
               portfolio
          FROM planned
        RETURNING ledger_lotmove.units
    )
    SELECT count(*), coalesce(sum(m.units), 0) INTO lots, units FROM moved m;
    -- Wallets in arrears go lot by lot: what matures pays first what is owed.
    v_first := ledger_new_id();
    FOR r IN SELECT l.id, l.points_account_id, l.remaining, greatest(l.matures_on, p_not_before) AS business_on, u.consumption_order,
                    ledger_sibling_id(v_first, 2 * row_number() OVER (ORDER BY l.points_account_id, l.id)) AS act
               FROM ledger_lot l JOIN ledger_pointunit u ON u.id = l.unit_id
              WHERE l.points_account_id = ANY (v_owing) AND l.unit_id = p_unit AND l.is_pending AND l.remaining > 0
                AND l.matures_on <= p_through
              ORDER BY l.points_account_id, l.id LOOP
        PERFORM ledger_activate(r.points_account_id, p_unit, r.act, 5::smallint, 'mature:' || r.id, '', r.id, p_occurred_at, r.business_on,
            r.consumption_order::smallint);
        lots := lots + 1;
        units := units + r.remaining;
    END LOOP;
END $$;
