-- What came through a partner's keys in a programme through a day, by currency, business day, kind and price of a unit:
-- points of purchases, what returns took back of them, rewards taken there, and those given back. An act has the price of its day, what undoes
-- it that of the day of what it undoes; each comes to its own minor units.
WITH price AS (
    SELECT currency_id, way, price_minor, valid_from,
           lead(valid_from) OVER (PARTITION BY currency_id, way ORDER BY valid_from) AS ends_on
      FROM rewards_partnerprice WHERE partner_id = %(partner)s AND approved_at IS NOT NULL
), currency AS (
    SELECT id, code, unit_id FROM accounts_pointcurrency WHERE programme_id = %(programme)s
), issued AS (
    SELECT p.id, p.points_account_id, p.business_on, e.value ->> 'currency' AS code, (e.value ->> 'units')::bigint AS units,
           (e.value ->> 'movement')::uuid AS movement
      FROM rewards_purchase p CROSS JOIN LATERAL jsonb_array_elements(p.earned) e
     WHERE p.programme_id = %(programme)s AND p.source = %(source)s AND p.business_on <= %(through)s
), back AS (
    SELECT i.code, r.business_on, i.business_on AS priced_on, (u.value ->> 'units')::bigint AS units, (u.value ->> 'price_minor')::bigint AS minor
      FROM issued i
      JOIN rewards_return r ON r.purchase_id = i.id AND r.points_account_id = i.points_account_id AND r.business_on <= %(through)s
     CROSS JOIN LATERAL jsonb_array_elements(r.reversed) u
     WHERE (u.value ->> 'grant')::uuid = i.movement
), taken AS (
    SELECT c.code, r.business_on, r.units, (r.cancelled_at AT TIME ZONE %(time_zone)s)::date AS back_on
      FROM rewards_redemption r
      JOIN ledger_movement m ON m.id = r.redeem_movement AND m.points_account_id = r.points_account
      JOIN currency c ON c.unit_id = m.unit_id
     WHERE r.programme_id = %(programme)s AND r.source = %(source)s AND r.kind = 'reward' AND r.business_on <= %(through)s
), every_act AS (
    SELECT code, business_on, business_on AS priced_on, 'issued' AS what, 'issue' AS way, units, NULL::bigint AS minor FROM issued
     UNION ALL
    SELECT code, business_on, priced_on, 'taken_back', 'issue', units, minor FROM back
     UNION ALL
    SELECT code, business_on, business_on, 'redeemed', 'redeem', units, NULL FROM taken
     UNION ALL
    SELECT code, back_on, business_on, 'given_back', 'redeem', units, NULL FROM taken WHERE back_on <= %(through)s
)
SELECT a.code, a.business_on, a.what, p.price_minor, count(*)::bigint, sum(a.units)::bigint,
       sum(coalesce(a.minor, round(a.units * p.price_minor)))::bigint
  FROM every_act a
  JOIN currency c ON c.code = a.code
  JOIN price p ON p.currency_id = c.id AND p.way = a.way AND p.valid_from <= a.priced_on AND (p.ends_on IS NULL OR a.priced_on < p.ends_on)
 GROUP BY 1, 2, 3, 4
 ORDER BY 1, 2, 3, 4
