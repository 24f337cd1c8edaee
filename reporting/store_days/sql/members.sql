-- What members bought on some days in some stores, and what of theirs came back there on these days: a row for each store and day.
SELECT store_id, business_on, sum(tickets)::bigint, sum(price)::bigint
  FROM (
    SELECT store_id, business_on, count(*) AS tickets, sum(price_minor) AS price
      FROM rewards_purchase
     WHERE programme_id = %(programme)s AND business_on BETWEEN %(first)s AND %(last)s AND store_id = ANY (%(stores)s)
     GROUP BY 1, 2
    UNION ALL
    SELECT p.store_id, r.business_on, 0, -sum(r.price_minor)
      FROM rewards_return r
      JOIN rewards_purchase p ON p.id = r.purchase_id AND p.points_account_id = r.points_account_id
     WHERE p.programme_id = %(programme)s AND r.business_on BETWEEN %(first)s AND %(last)s AND p.store_id = ANY (%(stores)s)
     GROUP BY 1, 2
  ) moved
 GROUP BY 1, 2
