-- Put into other statements for "/* whom */": members of a cohort (months of joining), of a list, or who hold a tier today.
-- The rule of rewards.tiers.domain.periods: a standing that was ended from a day on does not hold from then on.
   AND (%(joined_from)s::timestamptz IS NULL OR member_id IN (
        SELECT id FROM accounts_member
         WHERE programme_id = %(programme)s AND joined_at >= %(joined_from)s::timestamptz AND joined_at < %(joined_until)s::timestamptz))
   AND (%(segment)s::bigint IS NULL OR member_id IN (
        SELECT member_id FROM rewards_segmentmember WHERE segment_id = %(segment)s::bigint AND removed_at IS NULL))
   AND (%(tier)s::bigint IS NULL OR member_id IN (
        SELECT member_id
          FROM (SELECT DISTINCT ON (s.member_id) s.member_id, s.tier_id
                  FROM rewards_tierstanding s
                  JOIN rewards_tier t ON t.id = s.tier_id
                  JOIN rewards_tierladder l ON l.id = t.ladder_id
                 WHERE l.programme_id = %(programme)s AND l.is_main AND %(today)s BETWEEN s.from_on AND s.to_on
                   AND NOT EXISTS (SELECT FROM rewards_tierstanding e
                                    WHERE e.member_id = s.member_id AND e.tier_id = s.tier_id AND e.year = s.year AND e.id > s.id
                                      AND e.reason IN ('returned', 'ended') AND e.from_on <= %(today)s)
                 ORDER BY s.member_id, t.rank DESC) held
         WHERE tier_id = %(tier)s::bigint))
