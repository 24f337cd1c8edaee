-- What the assigned members of campaigns spent in the days of each, less what came back of it, by group: numbers, sums and sums of squares, exact.
WITH wanted AS (
    SELECT * FROM unnest(%(campaigns)s::bigint[], %(firsts)s::date[], %(lasts)s::date[]) AS wanted (campaign_id, first_on, last_on)
), spend AS (
    SELECT w.campaign_id, p.member_id, sum(p.price_minor) - sum(back.minor) AS minor
      FROM wanted w
      JOIN rewards_purchase p ON p.programme_id = %(programme)s AND p.business_on BETWEEN w.first_on AND w.last_on
     CROSS JOIN LATERAL (
        SELECT coalesce(sum(r.price_minor), 0) AS minor FROM rewards_return r
         WHERE r.purchase_id = p.id AND r.points_account_id = p.points_account_id) back
     GROUP BY 1, 2
)
SELECT a.campaign_id, a.is_holdout, count(*), sum(coalesce(spend.minor, 0)), sum(coalesce(spend.minor, 0) * coalesce(spend.minor, 0))
  FROM rewards_campaignaudience a
  JOIN wanted w ON w.campaign_id = a.campaign_id
  LEFT JOIN spend ON spend.campaign_id = a.campaign_id AND spend.member_id = a.member_id
 GROUP BY 1, 2
