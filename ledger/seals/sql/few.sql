-- The leaves of the movements that `chosen` names, row by row: for a few of them.
SELECT m.id, {leaf}, (SELECT g.origin::text FROM ledger_seallog g WHERE g.programme = {programme})
  FROM (SELECT m.*, (SELECT w.secret FROM ledger_sealsecret w WHERE w.points_account_id = m.points_account_id) AS secret
          FROM ledger_movement m WHERE {chosen}) m
  LEFT JOIN ledger_act a ON a.id = m.act_id AND a.points_account_id = m.points_account_id
  LEFT JOIN ledger_lot l ON l.id = m.id AND l.points_account_id = m.points_account_id
  LEFT JOIN LATERAL (
       SELECT {lot_moves} AS text FROM ledger_lotmove v
        WHERE v.points_account_id = m.points_account_id AND v.movement_id = m.id
          AND v.id > m.id AND v.id <= (left(m.id::text, 32) || 'ffff')::uuid) v ON true
 ORDER BY m.id
