-- Recomputes every balance, lot and sequence from movements and lot moves; one row for each difference.
-- `differs` names what is wrong, `row_id` the row if it is one of many, expected and found are units (or rows).
CREATE FUNCTION ledger_verify(p_programme uuid)
RETURNS TABLE (points_account uuid, unit smallint, differs text, row_id uuid, expected bigint, found bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH wallet AS MATERIALIZED (SELECT id FROM ledger_pointsaccount WHERE p_programme IS NULL OR programme = p_programme),
    change AS MATERIALIZED (
        SELECT m.points_account_id, m.unit_id, m.id, m.seq, m.act_id, m.available_after, m.pending_after, m.held_after, m.arrears_after,
               CASE 10 WHEN m.credit THEN m.amount WHEN m.debit THEN -m.amount ELSE 0 END AS available,
               CASE 11 WHEN m.credit THEN m.amount WHEN m.debit THEN -m.amount ELSE 0 END AS pending,
               CASE 12 WHEN m.credit THEN m.amount WHEN m.debit THEN -m.amount ELSE 0 END AS held,
               CASE 13 WHEN m.debit THEN m.amount WHEN m.credit THEN -m.amount ELSE 0 END AS arrears
          FROM ledger_movement m JOIN wallet w ON w.id = m.points_account_id
    ), running AS (
        SELECT points_account_id, unit_id, id, seq, available_after, pending_after, held_after, arrears_after, row_number() OVER so_far AS place,
               sum(available) OVER so_far AS available, sum(pending) OVER so_far AS pending, sum(held) OVER so_far AS held,
               sum(arrears) OVER so_far AS arrears
          FROM change WINDOW so_far AS (PARTITION BY points_account_id, unit_id ORDER BY seq, id ROWS UNBOUNDED PRECEDING)
    ), side AS (
        SELECT points_account_id, unit_id, sum(available) AS available, sum(pending) AS pending, sum(held) AS held, sum(arrears) AS arrears,
               count(*) AS n FROM change GROUP BY 1, 2
    ), lot AS MATERIALIZED (SELECT l.* FROM ledger_lot l JOIN wallet w ON w.id = l.points_account_id),
    of_lots AS (
        SELECT points_account_id, unit_id, sum(remaining) FILTER (WHERE NOT is_pending) AS available,
               sum(remaining) FILTER (WHERE is_pending) AS pending, sum(held) AS held
          FROM lot GROUP BY 1, 2
    ), lot_move AS MATERIALIZED (SELECT v.* FROM ledger_lotmove v JOIN wallet w ON w.id = v.points_account_id),
    moved AS (
        SELECT points_account_id, lot_id, min(id::text)::uuid AS first, min(unit_id) AS unit_id,
               sum(CASE WHEN to_state IN (10, 11) THEN units ELSE 0 END) - sum(CASE WHEN from_state IN (10, 11) THEN units ELSE 0 END) AS remaining,
               sum(CASE WHEN to_state = 12 THEN units ELSE 0 END) - sum(CASE WHEN from_state = 12 THEN units ELSE 0 END) AS held,
               sum(CASE WHEN from_state = 1 THEN units ELSE 0 END) AS granted,
               sum(CASE WHEN to_state = 1 THEN units ELSE 0 END) AS reversed,
               sum(CASE WHEN to_state = 2 THEN units WHEN from_state = 2 THEN -units ELSE 0 END) AS redeemed
          FROM lot_move GROUP BY 1, 2
    ), pair AS (
        SELECT l.points_account_id, l.unit_id, l.id, v.what, v.expected, v.found
          FROM lot l LEFT JOIN moved m ON m.points_account_id = l.points_account_id AND m.lot_id = l.id
         CROSS JOIN LATERAL (VALUES ('lot granted', m.granted, l.granted), ('lot remaining', m.remaining, l.remaining), ('lot held', m.held, l.held),
               ('lot reversed', m.reversed, l.reversed), ('lot redeemed below zero', greatest(m.redeemed, 0), coalesce(m.redeemed, 0))) AS v (what, expected, found)
    ), balance AS (
        SELECT b.points_account_id, b.unit_id, v.what, v.expected, v.found
          FROM ledger_balance b JOIN wallet w ON w.id = b.points_account_id
          LEFT JOIN side s ON s.points_account_id = b.points_account_id AND s.unit_id = b.unit_id
          LEFT JOIN of_lots l ON l.points_account_id = b.points_account_id AND l.unit_id = b.unit_id
         CROSS JOIN LATERAL (VALUES ('balance available', s.available, b.available), ('balance pending', s.pending, b.pending),
               ('balance held', s.held, b.held), ('balance arrears', s.arrears, b.arrears), ('sequence', s.n, b.seq),
               ('lots available', l.available, b.available), ('lots pending', l.pending, b.pending), ('lots held', l.held, b.held))
               AS v (what, expected, found)
    ), after AS (
        SELECT r.points_account_id, r.unit_id, r.id, v.what, v.expected, v.found FROM running r
         CROSS JOIN LATERAL (VALUES ('place in sequence', r.place, r.seq), ('available after', r.available, r.available_after),
               ('pending after', r.pending, r.pending_after), ('held after', r.held, r.held_after), ('arrears after', r.arrears, r.arrears_after))
               AS v (what, expected, found)
    )
    SELECT points_account_id, unit_id, what, NULL::uuid, coalesce(expected, 0)::bigint, found::bigint FROM balance WHERE coalesce(expected, 0) <> found
    UNION ALL SELECT points_account_id, unit_id, what, id, coalesce(expected, 0)::bigint, found::bigint FROM pair WHERE coalesce(expected, 0) <> found
    UNION ALL SELECT points_account_id, unit_id, what, id, expected::bigint, found::bigint FROM after WHERE expected <> found
    UNION ALL SELECT points_account_id, unit_id, 'movement without a balance', NULL, 0, n FROM side s
     WHERE NOT EXISTS (SELECT FROM ledger_balance b WHERE b.points_account_id = s.points_account_id AND b.unit_id = s.unit_id)
    UNION ALL SELECT points_account_id, unit_id, 'movement without its act', id, 1, 0 FROM change c
     WHERE NOT EXISTS (SELECT FROM ledger_act a WHERE a.id = c.act_id AND a.points_account_id = c.points_account_id)
    UNION ALL SELECT points_account_id, unit_id, 'lot without its movement', id, 1, 0 FROM lot l
     WHERE NOT EXISTS (SELECT FROM ledger_movement m WHERE m.id = l.id AND m.points_account_id = l.points_account_id)
    UNION ALL SELECT points_account_id, unit_id, 'lot move without its lot', first, 1, 0 FROM moved v
     WHERE NOT EXISTS (SELECT FROM lot l WHERE l.id = v.lot_id AND l.points_account_id = v.points_account_id)
    UNION ALL SELECT points_account_id, unit_id, 'lot move without its movement', id, 1, 0 FROM lot_move v
     WHERE NOT EXISTS (SELECT FROM ledger_movement m WHERE m.id = v.movement_id AND m.points_account_id = v.points_account_id)
    UNION ALL SELECT v.points_account_id, v.unit_id, 'pool of a lot move', v.id, 1, 0
      FROM lot_move v JOIN lot l ON l.id = v.lot_id AND l.points_account_id = v.points_account_id
     WHERE (v.unit_id, v.grant_month, v.source_kind, v.portfolio) IS DISTINCT FROM (l.unit_id, l.grant_month, l.source_kind, l.portfolio)
$$;
