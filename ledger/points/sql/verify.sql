-- Recomputes every balance, lot and sequence from movements and lot moves; one row for each difference.
-- "available" and the like in the first argument of `differs` name what is wrong, expected and found are units.
CREATE FUNCTION ledger_verify(p_programme uuid)
RETURNS TABLE (points_account uuid, unit smallint, differs text, row_id uuid, expected bigint, found bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH wallet AS (SELECT id FROM ledger_pointsaccount WHERE p_programme IS NULL OR programme = p_programme),
    side AS (
        SELECT m.points_account_id, m.unit_id, s.state, sum(s.units) AS units
          FROM ledger_movement m JOIN wallet w ON w.id = m.points_account_id
         CROSS JOIN LATERAL (VALUES (m.debit, -m.amount), (m.credit, m.amount)) AS s (state, units)
         WHERE s.state >= 10 GROUP BY 1, 2, 3
    ), moved AS (
        SELECT m.points_account_id, m.lot_id, sum(CASE WHEN m.to_state IN (10, 11) THEN m.units ELSE 0 END)
                 - sum(CASE WHEN m.from_state IN (10, 11) THEN m.units ELSE 0 END) AS remaining,
               sum(CASE WHEN m.to_state = 12 THEN m.units ELSE 0 END) - sum(CASE WHEN m.from_state = 12 THEN m.units ELSE 0 END) AS held,
               sum(CASE WHEN m.from_state = 1 THEN m.units ELSE 0 END) AS granted,
               sum(CASE WHEN m.to_state = 1 THEN m.units ELSE 0 END) AS reversed
          FROM ledger_lotmove m JOIN wallet w ON w.id = m.points_account_id GROUP BY 1, 2
    ), balance AS (
        SELECT b.points_account_id, b.unit_id, v.what, v.found, coalesce(CASE WHEN v.state = 13 THEN -s.units ELSE s.units END, 0) AS expected
          FROM ledger_balance b JOIN wallet w ON w.id = b.points_account_id
         CROSS JOIN LATERAL (VALUES ('available', 10, b.available), ('pending', 11, b.pending), ('held', 12, b.held), ('arrears', 13, b.arrears))
               AS v (what, state, found)
          LEFT JOIN side s ON s.points_account_id = b.points_account_id AND s.unit_id = b.unit_id AND s.state = v.state
    ), of_lots AS (
        SELECT b.points_account_id, b.unit_id, b.available, b.pending, b.held, coalesce(sum(l.remaining) FILTER (WHERE NOT l.is_pending), 0) AS lots_available,
               coalesce(sum(l.remaining) FILTER (WHERE l.is_pending), 0) AS lots_pending, coalesce(sum(l.held), 0) AS lots_held
          FROM ledger_balance b JOIN wallet w ON w.id = b.points_account_id
          LEFT JOIN ledger_lot l ON l.points_account_id = b.points_account_id AND l.unit_id = b.unit_id AND (l.remaining > 0 OR l.held > 0)
         GROUP BY 1, 2, 3, 4, 5
    ), sequence AS (
        SELECT m.points_account_id, m.unit_id, count(*) AS n, max(m.seq) AS last, count(DISTINCT m.seq) AS numbers
          FROM ledger_movement m JOIN wallet w ON w.id = m.points_account_id GROUP BY 1, 2
    ), running AS (
        SELECT m.points_account_id, m.unit_id, m.id, m.available_after,
               sum(CASE WHEN m.credit = 10 THEN m.amount WHEN m.debit = 10 THEN -m.amount ELSE 0 END)
                   OVER (PARTITION BY m.points_account_id, m.unit_id ORDER BY m.seq) AS available
          FROM ledger_movement m JOIN wallet w ON w.id = m.points_account_id
    )
    SELECT points_account_id, unit_id, 'balance ' || what, NULL::uuid, expected::bigint, found FROM balance WHERE expected <> found
    UNION ALL SELECT points_account_id, unit_id, 'lots available', NULL, lots_available::bigint, available FROM of_lots WHERE lots_available <> available
    UNION ALL SELECT points_account_id, unit_id, 'lots pending', NULL, lots_pending::bigint, pending FROM of_lots WHERE lots_pending <> pending
    UNION ALL SELECT points_account_id, unit_id, 'lots held', NULL, lots_held::bigint, held FROM of_lots WHERE lots_held <> held
    UNION ALL SELECT l.points_account_id, l.unit_id, 'lot remaining', l.id, coalesce(m.remaining, 0)::bigint, l.remaining
      FROM ledger_lot l JOIN wallet w ON w.id = l.points_account_id LEFT JOIN moved m ON m.points_account_id = l.points_account_id AND m.lot_id = l.id
     WHERE coalesce(m.remaining, 0) <> l.remaining
    UNION ALL SELECT l.points_account_id, l.unit_id, 'lot held', l.id, coalesce(m.held, 0)::bigint, l.held
      FROM ledger_lot l JOIN wallet w ON w.id = l.points_account_id LEFT JOIN moved m ON m.points_account_id = l.points_account_id AND m.lot_id = l.id
     WHERE coalesce(m.held, 0) <> l.held
    UNION ALL SELECT l.points_account_id, l.unit_id, 'lot granted', l.id, coalesce(m.granted, 0)::bigint, l.granted
      FROM ledger_lot l JOIN wallet w ON w.id = l.points_account_id LEFT JOIN moved m ON m.points_account_id = l.points_account_id AND m.lot_id = l.id
     WHERE coalesce(m.granted, 0) <> l.granted
    UNION ALL SELECT l.points_account_id, l.unit_id, 'lot reversed', l.id, coalesce(m.reversed, 0)::bigint, l.reversed
      FROM ledger_lot l JOIN wallet w ON w.id = l.points_account_id LEFT JOIN moved m ON m.points_account_id = l.points_account_id AND m.lot_id = l.id
     WHERE coalesce(m.reversed, 0) <> l.reversed
    UNION ALL SELECT b.points_account_id, b.unit_id, 'sequence', NULL, coalesce(s.n, 0), b.seq
      FROM ledger_balance b JOIN wallet w ON w.id = b.points_account_id LEFT JOIN sequence s ON s.points_account_id = b.points_account_id AND s.unit_id = b.unit_id
     WHERE coalesce(s.n, 0) <> b.seq OR coalesce(s.last, 0) <> b.seq OR coalesce(s.numbers, 0) <> b.seq
    UNION ALL SELECT points_account_id, unit_id, 'available after', id, available::bigint, available_after FROM running WHERE available <> available_after
$$;
