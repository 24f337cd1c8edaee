-- Members by the month in which they joined, from a day on, where the programme is: month NULL, their number; a month, how many bought in it.
WITH began AS (
    SELECT id, date_trunc('month', joined_at AT TIME ZONE %(zone)s)::date AS cohort
      FROM accounts_member
     WHERE programme_id = %(programme)s AND joined_at >= %(first)s::timestamp AT TIME ZONE %(zone)s
), bought AS (
    SELECT DISTINCT member_id, date_trunc('month', business_on::timestamp)::date AS month
      FROM rewards_purchase
     WHERE programme_id = %(programme)s AND business_on BETWEEN %(first)s AND %(today)s
       AND (%(store)s::bigint IS NULL OR store_id = %(store)s::bigint)
)
SELECT cohort, NULL::date, count(*) FROM began GROUP BY 1
UNION ALL
SELECT cohort, month, count(*) FROM began JOIN bought ON bought.member_id = began.id GROUP BY 1, 2
