-- Do the points in lots, in balances and in allocations agree? One row per currency of a book, in one snapshot.
--   lots       all lot moves into and out of the member's side (available, pending, held), by their sums: so the sums are checked too,
--              because the valuation reads the lot moves themselves
--   later      of these, on business dates after the period
--   balances   what the wallets hold
--   allocated  what the valuation took in
--   arrears    what members owe, and how many do
WITH unit AS (
    SELECT id, code FROM ledger_pointunit WHERE book_id = %(book)s::bigint AND is_valued
), lots AS (
    SELECT unit_id, sum(change) AS units, sum(change) FILTER (WHERE business_on > %(ends_on)s::date) AS later
      FROM (SELECT unit_id, business_on, CASE WHEN to_state IN (10, 11, 12) THEN units ELSE 0 END
                                       - CASE WHEN from_state IN (10, 11, 12) THEN units ELSE 0 END AS change
              FROM ledger_moved WHERE unit_id IN (SELECT id FROM unit)) moves
     GROUP BY unit_id
), balances AS (
    SELECT unit_id, sum(available + pending + held) AS units, sum(arrears) AS arrears, count(*) FILTER (WHERE arrears > 0) AS debtors
      FROM ledger_balance WHERE unit_id IN (SELECT id FROM unit) GROUP BY unit_id
), allocated AS (
    SELECT pool.unit_id, sum(granted - reversed - redeemed - expired - adjusted) AS units
      FROM ledger_allocation allocation JOIN ledger_pool pool ON pool.id = allocation.pool_id GROUP BY pool.unit_id
)
SELECT unit.id, unit.code, coalesce(lots.units, 0), coalesce(lots.later, 0), coalesce(balances.units, 0), coalesce(allocated.units, 0),
       coalesce(balances.arrears, 0), coalesce(balances.debtors, 0)
  FROM unit
  LEFT JOIN lots ON lots.unit_id = unit.id
  LEFT JOIN balances ON balances.unit_id = unit.id
  LEFT JOIN allocated ON allocated.unit_id = unit.id
 ORDER BY unit.id
