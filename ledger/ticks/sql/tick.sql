-- Taking in, once each. A function that reads a range of transactions probes indexes only: the range is short, the tables are not.

-- Adds the lot moves of the movements in [p_lo, p_hi) to the sums, or to a rebuild's draft; answers how many movements there were.
CREATE FUNCTION ledger_add_range(p_lo xid8, p_hi xid8, p_draft boolean) RETURNS bigint LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
DECLARE
    v_movements bigint;
BEGIN
    EXECUTE format($add$
        WITH taken AS MATERIALIZED (
            SELECT id, points_account_id FROM ledger_movement WHERE xid >= $1 AND xid < $2
        ), added AS (
            INSERT INTO %1$I AS s (unit_id, business_on, grant_month, source_kind, portfolio, from_state, to_state, reason, units, moves)
            SELECT v.unit_id, v.business_on, v.grant_month, v.source_kind, v.portfolio, v.from_state, v.to_state, v.reason, sum(v.units), count(*)
              FROM taken t
              JOIN ledger_lotmove v ON v.id > t.id AND v.id <= ledger_child_id(t.id, 65535)
                                   AND v.points_account_id = t.points_account_id AND v.movement_id = t.id
             GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
                ON CONFLICT (unit_id, business_on, grant_month, source_kind, portfolio, from_state, to_state, reason)
                DO UPDATE SET units = s.units + EXCLUDED.units, moves = s.moves + EXCLUDED.moves
        )
        SELECT count(*) FROM taken $add$, CASE WHEN p_draft THEN 'ledger_rollupdraft' ELSE 'ledger_rollup' END)
       INTO v_movements USING p_lo, p_hi;
    RETURN v_movements;
END $$;

-- One tick: the next movements below the transaction horizon, about p_most of them (a transaction is never divided).
-- Answers its number, or nothing when there is nothing to take or another ticker is at work. The lock comes before everything that is read.
CREATE FUNCTION ledger_tick(p_most integer) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
DECLARE
    v_horizon xid8;
    v_last record;
    v_first xid8;
    v_hi xid8;
    v_movements bigint;
BEGIN
    ASSERT p_most > 0, 'a tick takes something';
    ASSERT current_setting('transaction_isolation') = 'read committed', 'a tick must see what was committed after it got its lock';
    IF NOT pg_try_advisory_xact_lock(hashtext('ledger ticks')) THEN
        RETURN NULL;
    END IF;
    v_horizon := pg_snapshot_xmin(pg_current_snapshot());
    SELECT no, hi_xid, total INTO STRICT v_last FROM ledger_tick ORDER BY no DESC LIMIT 1;
    IF v_horizon < v_last.hi_xid THEN
        RAISE EXCEPTION 'This server counts transactions from % on, the ledger is at % already: it was copied from an older server', v_horizon, v_last.hi_xid
            USING ERRCODE = 'PB020';
    END IF;
    SELECT xid INTO v_first FROM ledger_movement WHERE xid >= v_last.hi_xid AND xid < v_horizon ORDER BY xid LIMIT 1;
    IF v_first IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT xid INTO v_hi FROM ledger_movement WHERE xid >= v_last.hi_xid AND xid < v_horizon ORDER BY xid OFFSET p_most LIMIT 1;
    IF v_hi IS NULL THEN
        v_hi := v_horizon;
    ELSIF v_hi = v_first THEN
        v_hi := (v_first::text::numeric + 1)::text::xid8;
    END IF;
    v_movements := ledger_add_range(v_last.hi_xid, v_hi, false);
    INSERT INTO ledger_tick (no, lo_xid, hi_xid, movements, total)
    VALUES (v_last.no + 1, v_last.hi_xid, v_hi, v_movements, v_last.total + v_movements);
    RETURN v_last.no + 1;
END $$;

-- What no tick has taken yet, in the snapshot of the statement that asks: with the sums it is everything, once each.
CREATE FUNCTION ledger_untaken() RETURNS TABLE (unit_id smallint, business_on date, grant_month date, source_kind smallint, portfolio smallint,
    from_state smallint, to_state smallint, reason smallint, units bigint, moves bigint) LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    v_lo xid8 := (SELECT t.hi_xid FROM ledger_tick t ORDER BY t.no DESC LIMIT 1);
BEGIN
    RETURN QUERY
    SELECT v.unit_id, v.business_on, v.grant_month::date, v.source_kind, v.portfolio, v.from_state::smallint, v.to_state::smallint, v.reason,
           sum(v.units)::bigint, count(*)
      FROM ledger_movement m
      JOIN ledger_lotmove v ON v.id > m.id AND v.id <= ledger_child_id(m.id, 65535)
                           AND v.points_account_id = m.points_account_id AND v.movement_id = m.id
     WHERE m.xid >= v_lo
     GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;
END $$;

-- All points that moved, by day, pool, sides and reason. A key may come twice: once as a sum, once not yet taken in.
CREATE VIEW ledger_moved AS
    SELECT unit_id, business_on, grant_month::date, source_kind, portfolio, from_state::smallint, to_state::smallint, reason, units, moves
      FROM ledger_rollup
     UNION ALL
    SELECT unit_id, business_on, grant_month, source_kind, portfolio, from_state, to_state, reason, units, moves FROM ledger_untaken();

-- Where the horizon is, how long it stands there, and who holds it. Locks are seen by everybody; the rest about other roles' sessions
-- only if the owner may read all statistics (pg_read_all_stats).
CREATE FUNCTION ledger_horizon() RETURNS TABLE (horizon bigint, pid integer, held_by text, program text, state text, began_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT h.xmin::text::bigint, l.pid, coalesce(a.usename, p.owner)::text,
           coalesce(nullif(a.application_name, ''), p.gid), coalesce(a.state, CASE WHEN p.gid IS NOT NULL THEN 'prepared' END),
           coalesce(a.xact_start, p.prepared)
      FROM pg_snapshot_xmin(pg_current_snapshot()) AS h (xmin)
      LEFT JOIN pg_locks l ON l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted AND l.transactionid = h.xmin::xid
      LEFT JOIN pg_stat_activity a ON a.pid = l.pid
      LEFT JOIN pg_prepared_xacts p ON p.transaction = h.xmin::xid
     LIMIT 1
$$;
