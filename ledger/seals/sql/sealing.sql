-- Sealing by ranges. A chunk's movements lie close together by transaction and by id, so everything that their leaves are made of is read by
-- a few ranges of indexes and joined at once; looking up act, lot and lot moves row by row costs several times as much. Statistics know
-- nothing about the newest rows, so the functions say how to read instead of letting the planner guess.

-- A leaf's log is written by one function and checked by `verify_ledger`: asking for it again with each leaf cost a quarter of the insert.
-- The movement comes first in the leaf's key: new movements lie together at the end of that index, wallets all over it.
ALTER TABLE ledger_sealleaf DROP CONSTRAINT ledger_sealleaf_log_id_fkey, DROP CONSTRAINT movement_is_sealed_once,
    ADD CONSTRAINT movement_is_sealed_once UNIQUE (movement_id, points_account_id);

-- Gives the next movements of a log their places, in the order of (xid, id): those behind the log's position and below the horizon or, when
-- catching up, whatever has no leaf yet. Answers how many those were (fewer than p_most: there are no more), the last of them, the log's
-- size before, and the hashes of the new leaves one behind the other. The caller holds the log's lock and moves its position on.
CREATE FUNCTION ledger_seal(p_log smallint, p_horizon xid8, p_most integer, p_catching_up boolean,
    OUT picked bigint, OUT last_xid bigint, OUT last_movement uuid, OUT size bigint, OUT hashes bytea) LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET enable_nestloop = off SET enable_seqscan = off SET jit = off AS $$
DECLARE
    v_programme uuid;
    v_xid xid8;
    v_movement uuid;
    v_units smallint[];
    v_through xid8;
    v_bounds record;
BEGIN
    SELECT g.programme, g.xid::text::xid8, coalesce(g.movement, '00000000-0000-0000-0000-000000000000') INTO STRICT v_programme, v_xid, v_movement
      FROM ledger_seallog g WHERE g.id = p_log;
    v_units := ARRAY(SELECT u.id FROM ledger_pointunit u WHERE u.programme = v_programme);
    size := coalesce((SELECT s.index + 1 FROM ledger_sealleaf s WHERE s.log_id = p_log ORDER BY s.index DESC LIMIT 1), 0);
    hashes := '';
    -- Where the chunk ends at the latest, in the index's order: after a long stall, sorting all that waits for each chunk would be dear.
    SELECT m.xid INTO v_through FROM ledger_movement m
     WHERE NOT p_catching_up AND m.xid >= v_xid AND m.xid < p_horizon AND (m.xid > v_xid OR m.id > v_movement) AND m.unit_id = ANY (v_units)
     ORDER BY m.xid OFFSET p_most - 1 LIMIT 1;
    WITH next AS MATERIALIZED (
        SELECT m.xid, m.id, m.act_id FROM ledger_movement m
         WHERE m.unit_id = ANY (v_units)
           AND (p_catching_up OR m.xid >= v_xid AND m.xid < p_horizon AND (m.xid > v_xid OR m.id > v_movement) AND (v_through IS NULL OR m.xid <= v_through))
           AND (NOT p_catching_up
                OR NOT EXISTS (SELECT FROM ledger_sealleaf s WHERE s.movement_id = m.id AND s.points_account_id = m.points_account_id))
         ORDER BY m.xid, m.id LIMIT p_most
    )
    SELECT count(*) AS n, (array_agg(xid ORDER BY xid DESC, id DESC))[1] AS xid, (array_agg(id ORDER BY xid DESC, id DESC))[1] AS last,
           (array_agg(id ORDER BY id))[1] AS first_id, (array_agg(id ORDER BY id DESC))[1] AS last_id,
           (array_agg(act_id ORDER BY act_id))[1] AS first_act, (array_agg(act_id ORDER BY act_id DESC))[1] AS last_act
      INTO v_bounds FROM next;
    picked := v_bounds.n;
    last_xid := v_bounds.xid::text::bigint;
    last_movement := v_bounds.last;
    IF picked = 0 THEN
        RETURN;
    END IF;
    WITH chosen AS MATERIALIZED (
        SELECT m.*, (left(m.id::text, 32) || 'ffff')::uuid AS last_child,
               (SELECT w.secret FROM ledger_sealsecret w WHERE w.points_account_id = m.points_account_id) AS secret
          FROM ledger_movement m
         WHERE m.unit_id = ANY (v_units) AND m.id BETWEEN v_bounds.first_id AND v_bounds.last_id
           AND m.xid <= v_bounds.xid AND (m.xid < v_bounds.xid OR m.id <= v_bounds.last)
           AND (p_catching_up OR m.xid >= v_xid AND (m.xid > v_xid OR m.id > v_movement))
           AND NOT EXISTS (SELECT FROM ledger_sealleaf s WHERE s.movement_id = m.id AND s.points_account_id = m.points_account_id
                              AND s.movement_id BETWEEN v_bounds.first_id AND v_bounds.last_id)
    ), moved AS (
        SELECT m.id, m.points_account_id, {lot_moves} AS text
          FROM chosen m
          JOIN ledger_lotmove v ON v.movement_id = m.id AND v.points_account_id = m.points_account_id AND v.id > m.id AND v.id <= m.last_child
           AND v.id BETWEEN v_bounds.first_id AND (left(v_bounds.last_id::text, 32) || 'ffff')::uuid
         GROUP BY m.id, m.points_account_id
    ), hashed AS (
        SELECT m.xid, m.id, m.points_account_id, {leaf} AS hash
          FROM chosen m
          LEFT JOIN ledger_act a ON a.id = m.act_id AND a.points_account_id = m.points_account_id
           AND a.id BETWEEN v_bounds.first_act AND v_bounds.last_act
          LEFT JOIN ledger_lot l ON l.id = m.id AND l.points_account_id = m.points_account_id
           AND l.id BETWEEN v_bounds.first_id AND v_bounds.last_id
          LEFT JOIN moved v ON v.id = m.id AND v.points_account_id = m.points_account_id
    ), placed AS (
        INSERT INTO ledger_sealleaf AS s (log_id, index, movement_id, points_account_id, hash)
        SELECT p_log, size - 1 + row_number() OVER (ORDER BY h.xid, h.id), h.id, h.points_account_id, h.hash FROM hashed h
        RETURNING s.index, s.hash
    )
    SELECT coalesce(string_agg(p.hash, ''::bytea ORDER BY p.index), '') INTO hashes FROM placed p;
END $$;

-- The leaves of what this transaction has posted, and the name of the programme's log, if it has one: what a receipt promises. Its movements'
-- ids were made within the last day (`/healthz/deep` watches the clocks), so that only the newest partitions are asked.
CREATE FUNCTION ledger_leaves_of_this_transaction(p_programme uuid) RETURNS TABLE (movement_id uuid, hash bytea, origin text) LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off AS $$
BEGIN
    RETURN QUERY {leaves_of_this_transaction};
END $$;
