-- Takes counts into the sums of their days: what is deleted here is added here, in one statement, so each counts once whoever else takes at the same moment.
WITH taken AS (
    DELETE FROM rewards_causeuntaken WHERE id IN (
        SELECT id FROM rewards_causeuntaken WHERE cause_id = %(cause)s ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED)
    RETURNING business_on, counted
), added AS (
    INSERT INTO rewards_causeday (cause_id, business_on, counted)
    SELECT %(cause)s, business_on, sum(counted)::bigint FROM taken GROUP BY business_on ORDER BY business_on
    ON CONFLICT (cause_id, business_on) DO UPDATE SET counted = rewards_causeday.counted + EXCLUDED.counted
)
SELECT count(*) FROM taken
