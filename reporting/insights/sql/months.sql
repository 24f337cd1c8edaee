-- What members bought between two days, less what came back of it: a row for each month, and one for the whole stretch (month NULL, last).
-- Nothing comes back before it was bought, so returns are read from the first day on, by their index.
-- A buyer came back if their first and last purchase in the row's stretch lie on different days.
WITH buyer AS (
    SELECT date_trunc('month', business_on::timestamp)::date AS month, member_id, min(business_on) < max(business_on) AS came_back,
           count(*) AS purchases, sum(price_minor - coalesce(b.price, 0)) AS price,
           sum(tender_minor - coalesce(b.price - b.refunded, 0)) AS tender, sum(units) AS units, sum(price_minor) AS gross
      FROM rewards_purchase p
      LEFT JOIN (SELECT points_account_id, purchase_id, sum(price_minor) AS price, sum(refunded_minor) AS refunded
                   FROM rewards_return WHERE business_on >= %(first)s GROUP BY 1, 2) b
             ON b.purchase_id = p.id AND b.points_account_id = p.points_account_id
     WHERE programme_id = %(programme)s AND business_on BETWEEN %(first)s AND %(last)s
       AND (%(store)s::bigint IS NULL OR store_id = %(store)s::bigint)
       AND (%(channel)s::bigint IS NULL OR channel_id = %(channel)s::bigint)
/* whom */
     GROUP BY GROUPING SETS ((1, member_id), (member_id))
)
SELECT month, count(*), count(*) FILTER (WHERE came_back), sum(purchases)::bigint, sum(price)::bigint,
       coalesce(sum(price) FILTER (WHERE came_back), 0)::bigint, sum(tender)::bigint, sum(units)::bigint, sum(gross)::bigint
  FROM buyer
 GROUP BY month
 ORDER BY month NULLS LAST
