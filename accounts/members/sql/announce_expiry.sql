-- Notes which notices are due and not yet told, and writes one event for each member who is told something now.
WITH ending AS MATERIALIZED (
    SELECT points_account_id, unit_id, expires_on, sum(remaining)::bigint AS units
      FROM ledger_lot
     WHERE unit_id = ANY (%(units)s::bigint[]) AND remaining > 0
       AND expires_on > %(today)s::date AND expires_on <= %(today)s::date + %(longest)s::int
     GROUP BY points_account_id, unit_id, expires_on
), due AS (
    SELECT DISTINCT m.id AS member_id, e.expires_on, n.lead_days
      FROM ending e
      JOIN unnest(%(leads)s::int[]) AS n (lead_days) ON e.expires_on - n.lead_days <= %(today)s::date
      JOIN accounts_member m ON m.points_account_id = e.points_account_id
     WHERE m.status = 'active' AND m.email IS NOT NULL
       AND NOT EXISTS (SELECT FROM accounts_expirynotice t
                        WHERE t.member_id = m.id AND t.expires_on = e.expires_on AND t.lead_days = n.lead_days)
       AND coalesce((SELECT c.granted FROM accounts_consent c WHERE c.member_id = m.id AND c.kind = 'expiry'
                      ORDER BY c.at DESC, c.id DESC LIMIT 1), true)
), told AS (
    INSERT INTO accounts_expirynotice (member_id, expires_on, lead_days, told_at)
    SELECT member_id, expires_on, lead_days, %(at)s FROM due ORDER BY member_id, expires_on, lead_days
    ON CONFLICT DO NOTHING
    RETURNING member_id, expires_on
)
INSERT INTO accounts_outboxevent (id, topic, payload, programme_id, member_id, due_at, created_at, attempts, last_error)
SELECT gen_random_uuid(), 'points.expiring',
       jsonb_build_object('ending', jsonb_agg(
           jsonb_build_object('unit', e.unit_id, 'units', e.units, 'expires_on', e.expires_on) ORDER BY e.expires_on, e.unit_id)),
       %(programme)s, m.id, %(at)s, %(at)s, 0, ''
  FROM (SELECT DISTINCT member_id, expires_on FROM told) t
  JOIN accounts_member m ON m.id = t.member_id
  JOIN ending e ON e.points_account_id = m.points_account_id AND e.expires_on = t.expires_on
 GROUP BY m.id
