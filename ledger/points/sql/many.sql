-- The set-based forms of grant and redeem, for files and batches. Wallets are locked in order, lots are read after the lock.

CREATE TYPE ledger_grant_row AS (ordinal integer, account uuid, unit smallint, id uuid, source smallint, key text, fingerprint bytea,
    units bigint, pending boolean, reason smallint, occurred_at timestamptz, business_on date, expires_on date, portfolio smallint,
    terms integer, paid bigint, standalone bigint, ssp numeric, estimate integer, tender uuid, matures_on date);

CREATE FUNCTION ledger_lock_balances(p_accounts uuid[]) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT 1 FROM ledger_balance WHERE points_account_id = ANY (p_accounts) ORDER BY points_account_id, unit_id FOR UPDATE
$$;

CREATE FUNCTION ledger_grant_many(p_rows jsonb)
RETURNS TABLE (ordinal integer, movement uuid, available bigint, pending bigint, held bigint, arrears bigint, seq bigint, replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_all ledger_grant_row[] := (SELECT array_agg(r ORDER BY r.ordinal) FROM jsonb_populate_recordset(NULL::ledger_grant_row, p_rows) r);
    v_bulk ledger_grant_row[];
    r ledger_grant_row;
BEGIN
    IF EXISTS (SELECT FROM unnest(v_all) a WHERE a.reason = 1 AND num_nulls(a.paid, a.standalone, a.ssp) > 0 OR a.reason = 6 AND a.paid IS NULL) THEN
        RAISE EXCEPTION 'a grant for a sale carries what was paid' USING ERRCODE = 'check_violation', CONSTRAINT = 'movement_sale_is_complete';
    END IF;
    PERFORM ledger_lock_balances((SELECT array_agg(DISTINCT a.account) FROM unnest(v_all) a));
    -- Wallets in arrears, wallets without the currency and acts done before go one by one through ledger_grant; the rest in one set.
    SELECT array_agg(n ORDER BY n.ordinal) INTO v_bulk FROM unnest(v_all) n
      JOIN ledger_balance b ON b.points_account_id = n.account AND b.unit_id = n.unit AND b.arrears = 0
     WHERE NOT EXISTS (SELECT 1 FROM ledger_act a WHERE a.points_account_id = n.account AND a.source = n.source AND a.key = n.key)
       AND NOT EXISTS (SELECT 1 FROM unnest(v_all) d WHERE d.account = n.account AND d.source = n.source AND d.key = n.key AND d.ordinal < n.ordinal);
    RETURN QUERY SELECT * FROM ledger_grant_set(v_bulk);
    FOR r IN SELECT n.* FROM unnest(v_all) n WHERE NOT EXISTS (SELECT FROM unnest(v_bulk) b WHERE b.ordinal = n.ordinal) ORDER BY n.ordinal LOOP
        RETURN QUERY SELECT r.ordinal, g.* FROM ledger_grant(r.account, r.unit, r.id, r.source, r.key, r.fingerprint, r.units, r.pending,
            r.reason, r.occurred_at, r.business_on, r.expires_on, r.portfolio, r.terms, r.paid, r.standalone, r.ssp, r.estimate, r.tender, r.matures_on) g;
    END LOOP;
END $$;

-- New grants to locked wallets without arrears: one statement.
CREATE FUNCTION ledger_grant_set(p_rows ledger_grant_row[])
RETURNS TABLE (ordinal integer, movement uuid, available bigint, pending bigint, held bigint, arrears bigint, seq bigint, replayed boolean)
LANGUAGE sql AS $$
    WITH n AS MATERIALIZED (
        SELECT r.*, date_trunc('month', r.business_on)::date AS grant_month, CASE WHEN r.pending THEN 11 ELSE 10 END::smallint AS state,
               row_number() OVER in_order AS step, sum(CASE WHEN r.pending THEN 0 ELSE r.units END) OVER in_order AS available_more,
               sum(CASE WHEN r.pending THEN r.units ELSE 0 END) OVER in_order AS pending_more
          FROM unnest(p_rows) r
        WINDOW in_order AS (PARTITION BY r.account, r.unit ORDER BY r.ordinal)
    ), balance AS (
        UPDATE ledger_balance b
           SET available = b.available + t.available_more, pending = b.pending + t.pending_more, seq = b.seq + t.steps
          FROM (SELECT account, unit, count(*) AS steps, max(available_more) AS available_more, max(pending_more) AS pending_more
                  FROM n GROUP BY account, unit) t
         WHERE b.points_account_id = t.account AND b.unit_id = t.unit
        RETURNING b.points_account_id, b.unit_id, b.available - t.available_more AS available, b.pending - t.pending_more AS pending, b.held,
                  b.arrears, b.seq - t.steps AS seq
    ), act AS (
        INSERT INTO ledger_act (id, points_account_id, source, key, fingerprint) SELECT id, account, source, key, fingerprint FROM n
    ), movement AS (
        INSERT INTO ledger_movement (id, points_account_id, unit_id, act_id, seq, kind, debit, credit, amount, reason, available_after,
            pending_after, held_after, arrears_after, business_on, occurred_at, recorded_at, paid_minor, standalone_minor, ssp_point,
            estimate_id, tender_id)
        SELECT n.id, n.account, n.unit, n.id, b.seq + n.step, 1, 1, n.state, n.units, n.reason, b.available + n.available_more,
               b.pending + n.pending_more, b.held, b.arrears, n.business_on, n.occurred_at, (SELECT clock_timestamp()), n.paid, n.standalone,
               n.ssp, n.estimate, n.tender
          FROM n JOIN balance b ON b.points_account_id = n.account AND b.unit_id = n.unit
        RETURNING id, available_after, pending_after, held_after, arrears_after, seq
    ), lot AS (
        INSERT INTO ledger_lot (id, points_account_id, unit_id, granted_on, grant_month, source_kind, portfolio, expires_on, matures_on, granted,
            remaining, is_pending, terms)
        SELECT id, account, unit, business_on, grant_month, reason, portfolio, expires_on, matures_on, units, units, pending, terms FROM n
    ), moved AS (
        INSERT INTO ledger_lotmove (id, points_account_id, unit_id, lot_id, movement_id, from_state, to_state, units, business_on, reason,
            grant_month, source_kind, portfolio)
        SELECT ledger_child_id(id, 1), account, unit, id, id, 1, state, units, business_on, reason, grant_month, reason, portfolio FROM n
    )
    SELECT n.ordinal, n.id, m.available_after, m.pending_after, m.held_after, m.arrears_after, m.seq, false
      FROM n JOIN movement m ON m.id = n.id
$$;

CREATE TYPE ledger_take_row AS (ordinal integer, account uuid, unit smallint, id uuid, source smallint, key text, fingerprint bytea,
    units bigint, reason smallint, occurred_at timestamptz, business_on date, face bigint, consumption smallint);

-- Redeems for many wallets at once, each wallet at most once a call. A wallet that has too few points answers refused, with what it could
-- spend, and nothing happens to it; the others go on.
CREATE FUNCTION ledger_redeem_many(p_rows jsonb)
RETURNS TABLE (ordinal integer, movement uuid, available bigint, pending bigint, held bigint, arrears bigint, seq bigint, replayed boolean,
    refused boolean, spendable bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_all ledger_take_row[] := (SELECT array_agg(r ORDER BY r.ordinal) FROM jsonb_populate_recordset(NULL::ledger_take_row, p_rows) r);
    v_known integer[];
    v_short integer[];
BEGIN
    PERFORM ledger_lock_balances((SELECT array_agg(DISTINCT a.account) FROM unnest(v_all) a));
    v_known := coalesce((SELECT array_agg(n.ordinal) FROM unnest(v_all) n JOIN ledger_act a
        ON a.points_account_id = n.account AND a.source = n.source AND a.key = n.key), '{}');
    v_short := coalesce((SELECT array_agg(n.ordinal) FROM unnest(v_all) n
        WHERE n.ordinal <> ALL (v_known) AND ledger_redeemable(n.account, n.unit, n.business_on) < n.units), '{}');
    RETURN QUERY SELECT n.ordinal, a.*, false, NULL::bigint FROM unnest(v_all) n,
        ledger_replay(n.account, n.unit, n.source, n.key, n.fingerprint) a WHERE n.ordinal = ANY (v_known);
    RETURN QUERY SELECT n.ordinal, NULL::uuid, b.available::bigint, b.pending::bigint, b.held::bigint, b.arrears::bigint, b.seq, false, true,
            ledger_redeemable(n.account, n.unit, n.business_on)
        FROM unnest(v_all) n LEFT JOIN ledger_balance b ON b.points_account_id = n.account AND b.unit_id = n.unit
       WHERE n.ordinal = ANY (v_short);
    RETURN QUERY SELECT t.*, NULL::bigint FROM ledger_redeem_set(
        (SELECT array_agg(n) FROM unnest(v_all) n WHERE n.ordinal <> ALL (v_known) AND n.ordinal <> ALL (v_short))) t;
END $$;

-- Redemptions of locked wallets that are known to be covered: one statement.
CREATE FUNCTION ledger_redeem_set(p_rows ledger_take_row[])
RETURNS TABLE (ordinal integer, movement uuid, available bigint, pending bigint, held bigint, arrears bigint, seq bigint, replayed boolean,
    refused boolean)
LANGUAGE sql AS $$
    WITH n AS MATERIALIZED (SELECT * FROM unnest(p_rows)),
    act AS (
        INSERT INTO ledger_act (id, points_account_id, source, key, fingerprint) SELECT id, account, source, key, fingerprint FROM n
    ), balance AS (
        UPDATE ledger_balance b SET available = b.available - n.units, seq = b.seq + 1
          FROM n WHERE b.points_account_id = n.account AND b.unit_id = n.unit
        RETURNING b.*
    ), movement AS (
        INSERT INTO ledger_movement (id, points_account_id, unit_id, act_id, seq, kind, debit, credit, amount, reason, available_after,
            pending_after, held_after, arrears_after, business_on, occurred_at, face_minor)
        SELECT n.id, n.account, n.unit, n.id, b.seq, 6, 10, 2, n.units, n.reason, b.available, b.pending, b.held, b.arrears, n.business_on,
               n.occurred_at, n.face
          FROM n JOIN balance b ON b.points_account_id = n.account AND b.unit_id = n.unit
    ), open_lot AS (
        SELECT l.id, l.points_account_id, n.id AS movement_id, n.business_on, n.reason, n.units AS wanted, l.remaining,
               row_number() OVER in_order AS ordinal, sum(l.remaining) OVER in_order - l.remaining AS before
          FROM n JOIN ledger_lot l ON l.points_account_id = n.account AND l.unit_id = n.unit AND l.remaining > 0 AND NOT l.is_pending
           AND l.granted_on <= n.business_on AND (l.expires_on IS NULL OR l.expires_on > n.business_on)
        WINDOW in_order AS (PARTITION BY l.points_account_id
            ORDER BY CASE n.consumption WHEN 1 THEN l.expires_on END NULLS LAST, CASE n.consumption WHEN 3 THEN l.granted_on END DESC,
                     CASE n.consumption WHEN 3 THEN l.id END DESC, l.granted_on, l.id
            ROWS UNBOUNDED PRECEDING)
    ), taken AS (
        UPDATE ledger_lot l SET remaining = l.remaining - least(o.remaining, o.wanted - o.before)
          FROM open_lot o
         WHERE l.id = o.id AND l.points_account_id = o.points_account_id AND o.before < o.wanted
        RETURNING l.id, l.points_account_id, l.unit_id, o.movement_id, o.ordinal, least(o.remaining, o.wanted - o.before) AS units,
                  o.business_on, o.reason, l.grant_month, l.source_kind, l.portfolio
    ), moved AS (
        INSERT INTO ledger_lotmove (id, points_account_id, unit_id, lot_id, movement_id, from_state, to_state, units, business_on, reason,
            grant_month, source_kind, portfolio)
        SELECT ledger_child_id(movement_id, ordinal), points_account_id, unit_id, id, movement_id, 10, 2, units, business_on, reason,
               grant_month, source_kind, portfolio FROM taken
    )
    SELECT n.ordinal, n.id, b.available::bigint, b.pending::bigint, b.held::bigint, b.arrears::bigint, b.seq, false, false
      FROM n JOIN balance b ON b.points_account_id = n.account AND b.unit_id = n.unit
$$;
