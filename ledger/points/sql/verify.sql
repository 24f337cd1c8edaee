-- Recomputes every balance, lot and sequence from movements and lot moves; one row for each difference.
-- `differs` names what is wrong, `row_id` the row if it is one of many, expected and found are units (or rows).
CREATE FUNCTION ledger_verify(p_programme uuid)
RETURNS TABLE (points_account uuid, unit smallint, differs text, row_id uuid, expected bigint, found bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH wallet AS MATERIALIZED (SELECT id FROM ledger_pointsaccount WHERE p_programme IS NULL OR programme = p_programme),
    change AS MATERIALIZED (
        SELECT m.points_account_id, m.unit_id, m.id, m.seq, m.act_id, CASE WHEN 6 IN (m.debit, m.credit) THEN coalesce(m.reverses_id, m.id) END AS converts, m.debit = m.credit AS one_sided, m.available_after, m.pending_after, m.held_after, m.arrears_after,
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
               sum(CASE WHEN from_state = 1 OR from_state = 5 AND movement_id = lot_id THEN units ELSE 0 END) AS granted,
               sum(CASE WHEN to_state = 1 THEN units ELSE 0 END) AS reversed,
               sum(CASE WHEN to_state = 2 THEN units WHEN from_state = 2 THEN -units ELSE 0 END) AS redeemed,
               sum(CASE WHEN to_state = 5 THEN units WHEN from_state = 5 AND movement_id <> lot_id THEN -units ELSE 0 END) AS sent,
               sum(CASE WHEN to_state = 6 THEN units WHEN from_state = 6 THEN -units ELSE 0 END) AS converted
          FROM lot_move GROUP BY 1, 2
    ), pair AS (
        SELECT l.points_account_id, l.unit_id, l.id, v.what, v.expected, v.found
          FROM lot l LEFT JOIN moved m ON m.points_account_id = l.points_account_id AND m.lot_id = l.id
         CROSS JOIN LATERAL (VALUES ('lot granted', m.granted, l.granted), ('lot remaining', m.remaining, l.remaining), ('lot held', m.held, l.held),
               ('lot reversed', m.reversed, l.reversed), ('lot redeemed below zero', greatest(m.redeemed, 0), coalesce(m.redeemed, 0)),
               ('lot sent below zero', CASE WHEN l.came_from_id IS NULL THEN greatest(m.sent, 0) ELSE m.sent END, coalesce(m.sent, 0)),
               ('lot converted below zero', greatest(m.converted, 0), coalesce(m.converted, 0))) AS v (what, expected, found)
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
    , conversion AS (
        -- what a conversion took and gave, and what is left of both since: its own movements name it as their act, later ones as what they undo
        SELECT c.points_account_id, c.unit_id, c.id, v.what, v.expected, v.found
          FROM ledger_conversion c JOIN wallet w ON w.id = c.points_account_id
         CROSS JOIN LATERAL (
            SELECT coalesce(sum(m.amount) FILTER (WHERE m.id = c.id AND m.credit = 6), 0) AS took,
                   coalesce(sum(m.amount) FILTER (WHERE m.act_id = c.id AND m.debit = 1 AND m.unit_id = c.to_unit_id), 0) AS gave,
                   coalesce(sum(CASE WHEN m.kind <> 13 THEN 0 WHEN m.credit = 6 THEN m.amount WHEN m.debit = 6 THEN -m.amount ELSE 0 END), 0) AS left_units,
                   coalesce(sum(CASE WHEN m.act_id = c.id AND m.debit = 1 AND m.unit_id = c.to_unit_id THEN m.amount WHEN m.kind = 8 THEN -m.amount ELSE 0 END), 0) AS left_given
              FROM ledger_movement m
             WHERE m.points_account_id = c.points_account_id AND (m.id = c.id OR m.id IN (SELECT ledger_sibling_id(c.id, n) FROM generate_series(1, 12) n)
                OR m.reverses_id = c.id OR m.reverses_id IN (SELECT ledger_sibling_id(c.id, n) FROM generate_series(1, 12) n))) m
         CROSS JOIN LATERAL (VALUES ('conversion taken', m.took, c.units::bigint), ('conversion given', m.gave, c.given::bigint),
               ('conversion left', CASE WHEN c.rate IS NULL THEN m.left_units / c.step_units * c.gives_units ELSE floor(m.left_units * c.rate)::bigint END,
                m.left_given)) AS v (what, expected, found)
    )
    SELECT points_account_id, unit_id, what, NULL::uuid, coalesce(expected, 0)::bigint, found::bigint FROM balance WHERE coalesce(expected, 0) <> found
    UNION ALL SELECT points_account_id, unit_id, what, id, coalesce(expected, 0)::bigint, found::bigint FROM pair WHERE coalesce(expected, 0) <> found
    UNION ALL SELECT points_account_id, unit_id, what, id, expected::bigint, found::bigint FROM after WHERE expected <> found
    UNION ALL SELECT points_account_id, unit_id, 'movement without a balance', NULL, 0, n FROM side s
     WHERE NOT EXISTS (SELECT FROM ledger_balance b WHERE b.points_account_id = s.points_account_id AND b.unit_id = s.unit_id)
    UNION ALL SELECT points_account_id, unit_id, 'movement without its act', id, 1, 0 FROM change c
     WHERE NOT EXISTS (SELECT FROM ledger_act a WHERE a.id = c.act_id AND a.points_account_id = c.points_account_id)
    UNION ALL SELECT points_account_id, unit_id, what, id, expected::bigint, found::bigint FROM conversion WHERE expected <> found
    UNION ALL SELECT points_account_id, unit_id, 'movement without its conversion', id, 1, 0 FROM change c
     WHERE c.converts IS NOT NULL AND NOT EXISTS (SELECT FROM ledger_conversion o WHERE o.id = c.converts AND o.points_account_id = c.points_account_id)
    UNION ALL SELECT points_account_id, unit_id, 'movement with one side', id, 2, 1 FROM change WHERE one_sided
    UNION ALL SELECT points_account_id, unit_id, 'lot move with one side', id, 2, 1 FROM lot_move WHERE from_state = to_state
    UNION ALL SELECT points_account_id, unit_id, 'lot move out of bounds', id, 0, units FROM lot_move
     WHERE NOT (units BETWEEN 1 AND 1000000000000
                AND (from_state BETWEEN 1 AND 6 OR from_state BETWEEN 10 AND 13) AND (to_state BETWEEN 1 AND 6 OR to_state BETWEEN 10 AND 13))
    UNION ALL SELECT points_account_id, unit_id, 'lot without its movement', id, 1, 0 FROM lot l
     WHERE NOT EXISTS (SELECT FROM ledger_movement m WHERE m.id = l.id AND m.points_account_id = l.points_account_id)
    UNION ALL SELECT points_account_id, unit_id, 'lot move without its lot', first, 1, 0 FROM moved v
     WHERE NOT EXISTS (SELECT FROM lot l WHERE l.id = v.lot_id AND l.points_account_id = v.points_account_id)
    UNION ALL SELECT points_account_id, unit_id, 'lot move without its movement', id, 1, 0 FROM lot_move v
     WHERE NOT EXISTS (SELECT FROM ledger_movement m WHERE m.id = v.movement_id AND m.points_account_id = v.points_account_id)
    UNION ALL SELECT l.points_account_id, l.unit_id, 'received lot', l.id, coalesce(v.units, 0)::bigint, l.granted::bigint
      FROM lot l LEFT JOIN lot_move v ON v.id = l.came_from_id AND v.to_state = 5
      LEFT JOIN lot h ON h.id = v.lot_id AND h.points_account_id = v.points_account_id
     WHERE l.came_from_id IS NOT NULL
       AND (l.id, l.granted, l.unit_id, l.grant_month, l.source_kind, l.portfolio,
            CASE WHEN NOT (l.ends_moved OR h.ends_moved) THEN l.expires_on END, l.matures_on, l.terms) IS DISTINCT FROM
           (ledger_sibling_id(v.movement_id, ('x' || right(v.id::text, 4))::bit(16)::integer), v.units, h.unit_id, h.grant_month, h.source_kind,
            h.portfolio, CASE WHEN NOT (l.ends_moved OR h.ends_moved) THEN h.expires_on END, h.matures_on, h.terms)
    UNION ALL SELECT l.points_account_id, l.unit_id, 'end of a lot', l.id, 1, 0
      FROM lot l
      LEFT JOIN LATERAL (SELECT count(*) AS n, (array_agg(e.from_on ORDER BY e.id))[1] AS first_on, (array_agg(e.to_on ORDER BY e.id DESC))[1] AS last_on
                           FROM ledger_lotending e WHERE e.points_account_id = l.points_account_id AND e.lot_id = l.id) e ON true
     WHERE (l.ends_moved, CASE WHEN l.ends_moved THEN l.first_expires_on END, CASE WHEN l.ends_moved THEN l.expires_on END) IS DISTINCT FROM
           (e.n > 0, e.first_on, e.last_on)
    UNION ALL SELECT min(points_account_id::text)::uuid, unit_id, 'points between two wallets', min(id::text)::uuid,
                     coalesce(sum(units) FILTER (WHERE to_state = 5), 0)::bigint, coalesce(sum(units) FILTER (WHERE from_state = 5), 0)::bigint
      FROM lot_move WHERE 5 IN (from_state, to_state) GROUP BY unit_id, grant_month, source_kind, portfolio, business_on
    HAVING sum(CASE WHEN to_state = 5 THEN units ELSE -units END) <> 0
    UNION ALL SELECT v.points_account_id, v.unit_id, 'pool of a lot move', v.id, 1, 0
      FROM lot_move v JOIN lot l ON l.id = v.lot_id AND l.points_account_id = v.points_account_id
     WHERE (v.unit_id, v.grant_month, v.source_kind, v.portfolio) IS DISTINCT FROM (l.unit_id, l.grant_month, l.source_kind, l.portfolio)
$$;
