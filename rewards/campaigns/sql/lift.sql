-- What the assigned members of a campaign spent in its days, less what came back of it, by group: numbers, sums and sums of squares, exact.
WITH spend AS (
    SELECT p.member_id, sum(p.price_minor) - sum(back.minor) AS minor
      FROM rewards_purchase p
     CROSS JOIN LATERAL (
        SELECT coalesce(sum(r.price_minor), 0) AS minor FROM rewards_return r
         WHERE r.purchase_id = p.id AND r.points_account_id = p.points_account_id) back
     WHERE p.programme_id = %(programme)s AND p.business_on BETWEEN %(first_on)s AND %(last_on)s
     GROUP BY 1
)
SELECT a.is_holdout, count(*), sum(coalesce(spend.minor, 0)), sum(coalesce(spend.minor, 0) * coalesce(spend.minor, 0))
  FROM rewards_campaignaudience a LEFT JOIN spend ON spend.member_id = a.member_id
 WHERE a.campaign_id = %(campaign)s GROUP BY 1
