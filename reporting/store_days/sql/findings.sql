-- Days between two on which a store and its members do not fit: members bought for more, or on more tickets, than the store reported, or
-- bought on a day of which a store that reports said nothing. Of a day the last report counts.
WITH told AS (
    SELECT DISTINCT ON (store_id, business_on) store_id, business_on, sales_minor, tickets
      FROM accounts_storeday
     WHERE programme_id = %(programme)s AND business_on BETWEEN %(first)s AND %(last)s
     ORDER BY store_id, business_on, number DESC
), bought AS (
    SELECT store_id, business_on, count(*) AS tickets, sum(price_minor)::bigint AS price
      FROM rewards_purchase
     WHERE programme_id = %(programme)s AND business_on BETWEEN %(first)s AND %(last)s
       AND store_id IN (SELECT store_id FROM accounts_storeday WHERE programme_id = %(programme)s)
     GROUP BY 1, 2
)
SELECT bought.store_id, s.name, bought.business_on, told.store_id IS NULL AS is_missing, bought.price, bought.tickets,
       told.sales_minor, told.tickets, count(*) OVER ()
  FROM bought
  JOIN accounts_store s ON s.id = bought.store_id
  LEFT JOIN told ON told.store_id = bought.store_id AND told.business_on = bought.business_on
 WHERE told.store_id IS NULL OR bought.price > told.sales_minor OR bought.tickets > told.tickets
 ORDER BY bought.business_on DESC, s.name, bought.store_id
 LIMIT %(limit)s
