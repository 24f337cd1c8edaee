-- The sums are a cache: they can be computed again from lot moves, tick by tick, while purchases and ticks go on.

-- Adds the next ticks to the draft, about p_most movements; once it has caught up, the draft takes the sums' place.
-- Answers the last tick in the draft and whether that was the end. Stopped at any point, it goes on from there.
CREATE FUNCTION ledger_rebuild(p_most integer, OUT through_no bigint, OUT last_no bigint, OUT finished boolean) LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    v_from record;
    v_to record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ledger rebuild'));
    INSERT INTO ledger_rollupbuild (through_no) VALUES (0) ON CONFLICT DO NOTHING;
    SELECT t.* INTO STRICT v_from FROM ledger_rollupbuild b JOIN ledger_tick t ON t.no = b.through_no;
    SELECT max(t.no) INTO last_no FROM ledger_tick t;
    IF v_from.no = last_no THEN
        PERFORM pg_advisory_xact_lock(hashtext('ledger ticks'));
        SELECT max(t.no) INTO last_no FROM ledger_tick t;
    END IF;
    finished := v_from.no = last_no;
    through_no := v_from.no;
    IF finished THEN
        DELETE FROM ledger_rollup;
        INSERT INTO ledger_rollup SELECT * FROM ledger_rollupdraft;
        DELETE FROM ledger_rollupdraft;
        DELETE FROM ledger_rollupbuild;
        RETURN;
    END IF;
    SELECT t.* INTO STRICT v_to FROM ledger_tick t
     WHERE t.no > v_from.no AND (t.total <= v_from.total + p_most OR t.no = v_from.no + 1) ORDER BY t.no DESC LIMIT 1;
    PERFORM ledger_add_range(v_from.hi_xid, v_to.hi_xid, true);
    UPDATE ledger_rollupbuild SET through_no = v_to.no;
    through_no := v_to.no;
END $$;

-- Begins anew: forgets what an unfinished rebuild has gathered.
CREATE FUNCTION ledger_forget_rebuild() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ledger rebuild'));
    DELETE FROM ledger_rollupdraft;
    DELETE FROM ledger_rollupbuild;
END $$;

-- Compares the sums, and what they have not taken in yet, with all lot moves, in one snapshot; answers what differs.
CREATE FUNCTION ledger_verify_rollup() RETURNS TABLE (unit_id smallint, business_on date, grant_month date, source_kind smallint, portfolio smallint,
    from_state smallint, to_state smallint, reason smallint, expected bigint, found bigint, expected_moves bigint, found_moves bigint)
LANGUAGE sql STABLE SET search_path = public, pg_temp SET jit = off AS $$
    SELECT k.unit_id, k.business_on, k.grant_month, k.source_kind, k.portfolio, k.from_state, k.to_state, k.reason,
           coalesce(sum(k.units) FILTER (WHERE k.is_raw), 0)::bigint, coalesce(sum(k.units) FILTER (WHERE NOT k.is_raw), 0)::bigint,
           coalesce(sum(k.moves) FILTER (WHERE k.is_raw), 0)::bigint, coalesce(sum(k.moves) FILTER (WHERE NOT k.is_raw), 0)::bigint
      FROM (SELECT true AS is_raw, v.unit_id, v.business_on, v.grant_month::date, v.source_kind, v.portfolio, v.from_state::smallint,
                   v.to_state::smallint, v.reason, sum(v.units)::bigint AS units, count(*) AS moves
              FROM ledger_lotmove v GROUP BY 2, 3, 4, 5, 6, 7, 8, 9
             UNION ALL SELECT false, m.* FROM ledger_moved m) k
     GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
    HAVING (sum(k.units) FILTER (WHERE k.is_raw), sum(k.moves) FILTER (WHERE k.is_raw))
           IS DISTINCT FROM (sum(k.units) FILTER (WHERE NOT k.is_raw), sum(k.moves) FILTER (WHERE NOT k.is_raw))
     ORDER BY 1, 2, 3, 4, 5, 6, 7, 8
$$;
