-- The stores where members bought most between two days, less what came back of it. Nothing comes back before it was bought.
SELECT p.store_id, (sum(p.price_minor) - coalesce(sum(b.price), 0))::bigint AS net
  FROM rewards_purchase p
  LEFT JOIN (SELECT points_account_id, purchase_id, sum(price_minor) AS price
               FROM rewards_return WHERE business_on >= %(first)s GROUP BY 1, 2) b
         ON b.purchase_id = p.id AND b.points_account_id = p.points_account_id
 WHERE p.programme_id = %(programme)s AND p.business_on BETWEEN %(first)s AND %(last)s AND p.store_id IS NOT NULL
   AND (%(channel)s::bigint IS NULL OR channel_id = %(channel)s::bigint)
/* whom */
 GROUP BY p.store_id
 ORDER BY net DESC, p.store_id
 LIMIT %(limit)s
