-- What members bought between two days: a row for each month, and one for the whole stretch (month NULL, last).
-- A buyer came back if they bought on two days or more of the stretch that the row is about.
WITH visit AS (
    SELECT member_id, business_on, sum(price_minor) AS price, sum(tender_minor) AS tender, sum(units) AS units, count(*) AS purchases
      FROM rewards_purchase
     WHERE programme_id = %(programme)s AND business_on BETWEEN %(first)s AND %(last)s
       AND (%(store)s::bigint IS NULL OR store_id = %(store)s::bigint)
     GROUP BY member_id, business_on
), buyer AS (
    SELECT date_trunc('month', business_on::timestamp)::date AS month, member_id,
           count(*) AS days, sum(price) AS price, sum(tender) AS tender, sum(units) AS units, sum(purchases) AS purchases
      FROM visit
     GROUP BY GROUPING SETS ((1, member_id), (member_id))
)
SELECT month, count(*), count(*) FILTER (WHERE days > 1), sum(purchases)::bigint, sum(price)::bigint,
       coalesce(sum(price) FILTER (WHERE days > 1), 0)::bigint, sum(tender)::bigint, sum(units)::bigint
  FROM buyer
 GROUP BY month
 ORDER BY month NULLS LAST
