-- Members by the month of their first purchase, from a day on: month NULL, their number; a month, how many bought in it. Who bought before
-- that day belongs to an older cohort: one look at the index of the member's purchases each.
WITH month AS (
    SELECT member_id, date_trunc('month', business_on::timestamp)::date AS month
      FROM rewards_purchase
     WHERE programme_id = %(programme)s AND business_on BETWEEN %(first)s AND %(today)s
       AND (%(store)s::bigint IS NULL OR store_id = %(store)s::bigint)
     GROUP BY 1, 2
), began AS (
    SELECT member_id, min(month) AS cohort FROM month m
     WHERE NOT EXISTS (SELECT FROM rewards_purchase p
                        WHERE p.member_id = m.member_id AND p.business_on < %(first)s
                          AND (%(store)s::bigint IS NULL OR p.store_id = %(store)s::bigint))
     GROUP BY 1
)
SELECT cohort, NULL::date, count(*) FROM began GROUP BY 1
UNION ALL
SELECT cohort, month, count(*) FROM began JOIN month USING (member_id) GROUP BY 1, 2
