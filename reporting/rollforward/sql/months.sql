-- Points of one currency by the month of their business date, from the sums of lot moves and what they have not taken in yet (no close
-- needed).
SELECT date_trunc('month', business_on)::date,
       sum(units) FILTER (WHERE from_state = 1),
       sum(units) FILTER (WHERE to_state = 1),
       sum(CASE WHEN to_state = 2 THEN units WHEN from_state = 2 THEN -units END),
       sum(CASE WHEN to_state = 3 THEN units WHEN from_state = 3 THEN -units END),
       sum(CASE WHEN to_state IN (4, 5) THEN units WHEN from_state IN (4, 5) THEN -units END),
       sum(CASE WHEN to_state = 6 THEN units WHEN from_state = 6 THEN -units END)
  FROM ledger_moved
 WHERE unit_id = %(unit)s::smallint AND (from_state < 10 OR to_state < 10)
 GROUP BY 1
 ORDER BY 1
