    -- Counts `spend` (member_id, year, spend_minor, purchases, last_on) in the members' years. Answers `counted`: each year as it is then,
    -- the last day up to which it was known before, and its standings. What was known before travels with the update: joined to it
    -- afterwards, every year of a batch would be held against every other.
    old AS MATERIALIZED (
        SELECT spend.*, y.known_through
          FROM spend CROSS JOIN LATERAL (
            SELECT last_on AS known_through FROM rewards_memberyear y WHERE y.member_id = spend.member_id AND y.year = spend.year LIMIT 1) y
    ), changed AS (
        UPDATE rewards_memberyear y
           SET spend_minor = y.spend_minor + old.spend_minor, purchases = y.purchases + old.purchases,
               last_on = greatest(y.last_on, old.last_on)
          FROM old WHERE y.member_id = old.member_id AND y.year = old.year
        RETURNING y.member_id, y.year, y.spend_minor, y.purchases, old.known_through
    ), added AS (
        INSERT INTO rewards_memberyear (member_id, year, spend_minor, purchases, last_on)
        SELECT spend.* FROM spend WHERE NOT EXISTS (SELECT 1 FROM old WHERE old.member_id = spend.member_id AND old.year = spend.year)
        RETURNING member_id, year, spend_minor, purchases, NULL::date AS known_through
    ), counted AS (
        SELECT y.member_id, y.year, y.spend_minor, y.purchases, y.known_through, s.tiers, s.days, s.reasons
          FROM (SELECT * FROM changed UNION ALL SELECT * FROM added) y
          LEFT JOIN LATERAL (
            SELECT array_agg(tier_id ORDER BY id) AS tiers, array_agg(from_on ORDER BY id) AS days, array_agg(reason ORDER BY id) AS reasons
              FROM rewards_tierstanding t WHERE t.member_id = y.member_id AND t.year = y.year) s ON true
    )
