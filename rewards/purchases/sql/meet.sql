-- Who bought, with their wallets locked, and which of the receipts were recorded before: one row for each purchase, in their order.
-- LIMIT keeps members and claims to one look into the index for each purchase: a plan from a young table's statistics may not read them all.
WITH met AS MATERIALIZED (
    SELECT n.position, n.source, n.receipt, m.*
      FROM jsonb_to_recordset(%(named)s::jsonb) AS n (position integer, source text, receipt text, member uuid, external text, card text)
      LEFT JOIN LATERAL ({members}) m ON true
), locked AS MATERIALIZED (
    SELECT ledger_lock_balances(ARRAY (SELECT points_account_id FROM met WHERE points_account_id IS NOT NULL))
)
SELECT c.id, c.fingerprint, {met}
  FROM met CROSS JOIN locked
  LEFT JOIN LATERAL (
    SELECT id, fingerprint FROM rewards_purchaseclaim
     WHERE programme_id = %(programme)s AND source = met.source AND external_id = met.receipt LIMIT 1) c ON true
 ORDER BY met.position
