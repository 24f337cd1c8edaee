-- On the days that stores reported: what they sold, what members bought of it, and of that the members chosen. Of a day the last report
-- counts, and what comes back is off the day on which it comes back, of members as of everybody.
WITH told AS (
    SELECT DISTINCT ON (store_id, business_on) store_id, business_on, sales_minor, returns_minor, tickets
      FROM accounts_storeday
     WHERE programme_id = %(programme)s AND business_on BETWEEN %(first)s AND %(last)s
       AND (%(store)s::bigint IS NULL OR store_id = %(store)s::bigint)
     ORDER BY store_id, business_on, number DESC
), bought AS (
    SELECT store_id, business_on, count(*) AS tickets, sum(price_minor) AS price,
           count(*) FILTER (WHERE chosen) AS chosen_tickets, sum(price_minor) FILTER (WHERE chosen) AS chosen_price
      FROM (SELECT store_id, business_on, price_minor, TRUE
/* whom */
                   AS chosen
              FROM rewards_purchase
             WHERE programme_id = %(programme)s AND business_on BETWEEN %(first)s AND %(last)s AND store_id IS NOT NULL
               AND (%(store)s::bigint IS NULL OR store_id = %(store)s::bigint)) one
     GROUP BY 1, 2
), back AS (
    SELECT store_id, business_on, sum(price_minor) FILTER (WHERE chosen) AS chosen_price
      FROM (SELECT p.store_id, r.business_on, r.price_minor, TRUE
/* whom */
                   AS chosen
              FROM rewards_return r
              JOIN rewards_purchase p ON p.id = r.purchase_id AND p.points_account_id = r.points_account_id
             WHERE p.programme_id = %(programme)s AND r.business_on BETWEEN %(first)s AND %(last)s
               AND (%(store)s::bigint IS NULL OR p.store_id = %(store)s::bigint)) one
     GROUP BY 1, 2
)
SELECT count(*), coalesce(sum(told.sales_minor), 0)::bigint, coalesce(sum(told.returns_minor), 0)::bigint,
       coalesce(sum(told.tickets), 0)::bigint, coalesce(sum(bought.price), 0)::bigint, coalesce(sum(bought.tickets), 0)::bigint,
       coalesce(sum(bought.chosen_price), 0)::bigint, coalesce(sum(bought.chosen_tickets), 0)::bigint,
       coalesce(sum(back.chosen_price), 0)::bigint
  FROM told
  LEFT JOIN bought ON bought.store_id = told.store_id AND bought.business_on = told.business_on
  LEFT JOIN back ON back.store_id = told.store_id AND back.business_on = told.business_on
