-- Notes which members of a range hear of which changes now, and writes one event for each of them.
WITH due AS (
    SELECT m.id AS member_id, c.key
      FROM accounts_member m
      CROSS JOIN unnest(%(keys)s::text[], %(units)s::bigint[]) AS c (key, unit_id)
      JOIN ledger_balance b ON b.points_account_id = m.points_account_id AND b.unit_id = c.unit_id
     WHERE m.programme_id = %(programme)s AND m.id <= %(through)s AND (%(after)s::uuid IS NULL OR m.id > %(after)s::uuid)
       AND m.status = 'active' AND m.email IS NOT NULL AND b.available + b.pending + b.held > 0
       AND NOT EXISTS (SELECT FROM rewards_devaluationnotice n WHERE n.change = c.key AND n.member_id = m.id)
), told AS (
    INSERT INTO rewards_devaluationnotice (member_id, change, told_at)
    SELECT member_id, key, %(at)s FROM due ORDER BY key, member_id
    ON CONFLICT DO NOTHING
    RETURNING member_id, change
)
INSERT INTO accounts_outboxevent (id, topic, payload, programme_id, member_id, due_at, created_at, attempts, last_error)
SELECT gen_random_uuid(), 'points.buying_less', jsonb_build_object('changes', jsonb_agg(change ORDER BY change)), %(programme)s, member_id,
       %(at)s, %(at)s, 0, ''
  FROM told GROUP BY member_id
