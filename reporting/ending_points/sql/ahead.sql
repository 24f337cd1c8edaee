-- Points of a programme's currencies in open lots that are not due, by the month in which they end: those that end before a day by month, the
-- others together (month NULL), and those without an end apart. What the books carried for a point of their pool in the last closed month,
-- or of the whole currency where the pool is younger, says what is carried for them.
WITH lot AS (
    SELECT unit_id, grant_month, source_kind, portfolio,
           CASE WHEN expires_on < %(until)s THEN date_trunc('month', expires_on::timestamp)::date END AS month,
           expires_on IS NULL AS is_endless, sum(remaining) AS units
      FROM ledger_lot
     WHERE unit_id = ANY (%(units)s) AND remaining > 0 AND (expires_on IS NULL OR expires_on > %(today)s)
     GROUP BY 1, 2, 3, 4, 5, 6
), stated AS (
    SELECT p.unit_id, p.grant_month, p.source_kind, p.portfolio, s.liability_minor,
           s.granted - s.reversed + s.converted - s.redeemed - s.expired - s.adjusted AS left_over
      FROM ledger_poolstatement s
      JOIN ledger_pool p ON p.id = s.pool_id
     WHERE s.period_id = %(period)s AND p.unit_id = ANY (%(units)s)
), carried AS (
    SELECT unit_id, sum(liability_minor) AS liability_minor, sum(left_over) AS left_over FROM stated GROUP BY 1
)
SELECT lot.unit_id, lot.month, lot.is_endless, sum(lot.units)::bigint,
       round(sum(lot.units * coalesce(
           CASE WHEN stated.left_over > 0 THEN stated.liability_minor::numeric / stated.left_over END,
           CASE WHEN carried.left_over > 0 THEN carried.liability_minor::numeric / carried.left_over END)))::bigint
  FROM lot
  LEFT JOIN stated ON stated.unit_id = lot.unit_id AND stated.grant_month = lot.grant_month
                  AND stated.source_kind = lot.source_kind AND stated.portfolio = lot.portfolio
  LEFT JOIN carried ON carried.unit_id = lot.unit_id
 GROUP BY 1, 2, 3
