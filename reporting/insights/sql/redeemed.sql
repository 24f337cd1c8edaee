-- Points that members redeemed between two days, by month: rewards that were not cancelled and payments, less what was given back.
SELECT date_trunc('month', r.business_on::timestamp)::date, sum(r.units - r.restored_units)::bigint
  FROM rewards_redemption r
  LEFT JOIN (SELECT id, points_account_id, store_id, channel_id FROM rewards_purchase) p
         ON p.id = r.purchase AND p.points_account_id = r.points_account
 WHERE r.programme_id = %(programme)s AND r.business_on BETWEEN %(first)s AND %(last)s
   AND r.redeem_movement IS NOT NULL AND r.state <> 'cancelled'
   AND (%(store)s::bigint IS NULL OR coalesce(p.store_id, r.used_store_id) = %(store)s::bigint)
   AND (%(channel)s::bigint IS NULL OR p.channel_id = %(channel)s::bigint)
/* whom */
 GROUP BY 1
