-- What a programme's purchases gave since a day, by month and in one currency, less what came back of them.
WITH bought AS (
    SELECT id, points_account_id, date_trunc('month', business_on)::date AS month, price_minor, earned
      FROM rewards_purchase WHERE programme_id = %(programme)s AND business_on BETWEEN %(first)s AND %(last)s
), moved AS (
    SELECT month, 1 AS purchases, price_minor,
           (SELECT sum((e->>'units')::bigint) FROM jsonb_array_elements(earned) e WHERE e->>'currency' = %(currency)s) AS units
      FROM bought
    UNION ALL
    SELECT date_trunc('month', r.business_on)::date, 0, -r.price_minor,
           -(SELECT sum((e->>'units')::bigint) FROM jsonb_array_elements(r.reversed) e WHERE e->>'currency' = %(currency)s)
      FROM bought b JOIN rewards_return r ON r.purchase_id = b.id AND r.points_account_id = b.points_account_id
     WHERE r.business_on <= %(last)s
)
SELECT month, sum(purchases), sum(price_minor), coalesce(sum(units), 0) FROM moved GROUP BY month
