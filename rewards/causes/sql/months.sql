-- What counted for a cause through a day, by month: the sums of days and what is in none yet, in one statement and so never late and never twice.
SELECT date_trunc('month', business_on)::date, sum(counted)::bigint
FROM (
    SELECT business_on, counted FROM rewards_causeday WHERE cause_id = %(cause)s
    UNION ALL
    SELECT business_on, counted FROM rewards_causeuntaken WHERE cause_id = %(cause)s
) counts
WHERE business_on <= %(through)s
GROUP BY 1 ORDER BY 1
