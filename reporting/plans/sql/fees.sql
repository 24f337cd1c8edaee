-- Fees of a book's memberships through a day: what was paid and went back by business day, what was earned month by month.
-- By a day, a period has earned its share of the days that have passed, halves up, once it was paid for; one that was cut short has
-- earned what did not go back, from the day of the refund on. What is for life is earned by its expected life: lifetimes.sql.
WITH period AS (
    SELECT p.programme_id, p.from_on, p.to_on, p.business_on, p.paid_minor, r.business_on AS back_on, r.refunded_minor
    FROM rewards_subscriptionperiod p
    JOIN accounts_programme g ON g.id = p.programme_id
    JOIN accounts_legalentity e ON e.id = g.legal_entity_id
    LEFT JOIN rewards_subscriptionrefund r ON r.period_id = p.id
    WHERE e.book_id = %(book)s AND p.business_on <= %(through)s AND p.paid_minor > 0
), month AS (
    SELECT m::date AS first_on, least((m + interval '1 month - 1 day')::date, %(through)s) AS last_on
    FROM generate_series(date_trunc('month', (SELECT min(business_on) FROM period)), %(through)s, interval '1 month') m
), earned AS (
    SELECT p.programme_id, m.first_on, m.last_on, sum(CASE
        WHEN m.last_on < p.business_on THEN 0
        WHEN m.last_on >= p.back_on THEN p.paid_minor - p.refunded_minor
        ELSE round(p.paid_minor * least(greatest(m.last_on - p.from_on + 1, 0), p.to_on - p.from_on)::numeric / (p.to_on - p.from_on))
    END)::bigint AS minor
    FROM period p CROSS JOIN month m WHERE p.to_on <> %(forever)s GROUP BY 1, 2, 3
)
SELECT programme_id, date_trunc('month', business_on)::date, business_on, 'paid', sum(paid_minor)::bigint FROM period GROUP BY 1, 2, 3
UNION ALL
SELECT programme_id, date_trunc('month', back_on)::date, back_on, 'refunded', sum(refunded_minor)::bigint
FROM period WHERE back_on <= %(through)s AND refunded_minor > 0 GROUP BY 1, 2, 3
UNION ALL
SELECT programme_id, first_on, last_on, 'earned', minor - coalesce(lag(minor) OVER (PARTITION BY programme_id ORDER BY first_on), 0)
FROM earned
