-- Adds to the counts of members whose wallets the caller has locked.
INSERT INTO rewards_tiercount AS c (member_id, key, counts_on, known_on, amount, evidence)
SELECT * FROM unnest(%s::uuid[], %s::text[], %s::date[], %s::date[], %s::bigint[], %s::uuid[])
    ON CONFLICT (member_id, key, counts_on, known_on)
    DO UPDATE SET amount = c.amount + excluded.amount, evidence = greatest(c.evidence, excluded.evidence)
