-- What came through a partner in a programme through a day, by currency, business day, kind and price of a unit: points of purchases, what
-- returns took back of them, rewards taken there, points that paid there, and those given back. An act has the price of its day, what undoes it
-- that of the day of what it undoes; each comes to its own minor units, and several that undo one act to no more than it.
--
-- A purchase is the partner's if it was made in a store of its company, or came with its key from no store of another company of the group.
-- A reward is handed over where its store says, else where its purchase was, else by whose key took it: what a company's own key took is
-- not handed over by it in a store of the operator. What is given to a cause (reason 23) nobody hands over.
WITH price AS (
    SELECT currency_id, way, price_minor, valid_from,
           lead(valid_from) OVER (PARTITION BY currency_id, way ORDER BY valid_from) AS ends_on
      FROM rewards_partnerprice WHERE partner_id = %(partner)s AND approved_at IS NOT NULL
), currency AS (
    SELECT id, code, unit_id FROM accounts_pointcurrency WHERE programme_id = %(programme)s
), place AS (
    SELECT s.id, s.entity_id IS NOT DISTINCT FROM %(company)s::bigint AS is_own
      FROM accounts_store s
     WHERE s.entity_id IN (SELECT group_company_id FROM accounts_partner WHERE legal_entity_id = %(operator)s)
        OR (s.entity_id = %(operator)s AND %(company)s::bigint IS NOT NULL)
), bought AS (
    SELECT p.id, p.points_account_id, p.business_on, p.earned
      FROM rewards_purchase p LEFT JOIN place ON place.id = p.store_id
     WHERE p.programme_id = %(programme)s AND p.business_on <= %(through)s AND coalesce(place.is_own, p.source = %(source)s)
), issued AS (
    SELECT b.id, b.points_account_id, b.business_on, e.value ->> 'currency' AS code, (e.value ->> 'units')::bigint AS units,
           (e.value ->> 'movement')::uuid AS movement
      FROM bought b CROSS JOIN LATERAL jsonb_array_elements(b.earned) e
), back AS (
    SELECT i.code, r.business_on, i.business_on AS priced_on, (u.value ->> 'units')::bigint AS units, (u.value ->> 'price_minor')::bigint AS minor
      FROM issued i
      JOIN rewards_return r ON r.purchase_id = i.id AND r.points_account_id = i.points_account_id AND r.business_on <= %(through)s
     CROSS JOIN LATERAL jsonb_array_elements(r.reversed) u
     WHERE (u.value ->> 'grant')::uuid = i.movement
), taken AS (
    SELECT r.id, r.points_account, r.kind, r.units, r.value_minor, r.returned_units, c.code,
           CASE WHEN place.is_own AND r.used_at > r.occurred_at THEN (r.used_at AT TIME ZONE %(time_zone)s)::date ELSE m.business_on END AS business_on,
           (r.cancelled_at AT TIME ZONE %(time_zone)s)::date AS cancelled_on
      FROM rewards_redemption r
      JOIN ledger_movement m ON m.id = r.redeem_movement AND m.points_account_id = r.points_account
      JOIN currency c ON c.unit_id = m.unit_id
      LEFT JOIN place ON place.id = r.used_store_id
      LEFT JOIN bought b ON b.id = r.purchase
     WHERE r.programme_id = %(programme)s AND r.business_on <= %(through)s
       AND m.reason IN (20, 22)
       AND coalesce(place.is_own, CASE WHEN r.purchase IS NULL THEN r.source = %(source)s ELSE b.id IS NOT NULL END)
), given AS (
    SELECT t.id, r.business_on, (u.value ->> 'units')::bigint AS units, r.recorded_at AS at, r.id AS by
      FROM taken t
      JOIN rewards_return r ON r.points_account_id = t.points_account AND r.business_on <= %(through)s
     CROSS JOIN LATERAL jsonb_array_elements(r.restored) u
     WHERE t.returned_units > 0 AND (u.value ->> 'redemption')::uuid = t.id
     UNION ALL
    SELECT t.id, t.cancelled_on, t.units - t.returned_units, 'infinity'::timestamptz, t.id FROM taken t WHERE t.cancelled_on <= %(through)s AND t.units > t.returned_units
), undone AS (
    SELECT t.code, g.business_on, t.business_on AS priced_on, t.kind, g.units, t.units AS of_units, t.value_minor,
           sum(g.units) OVER (PARTITION BY g.id ORDER BY g.at, g.by ROWS UNBOUNDED PRECEDING) AS so_far
      FROM given g JOIN taken t ON t.id = g.id
), act AS (
    SELECT code, business_on, business_on AS priced_on, 'issued' AS what, 'issue' AS way, units, NULL::bigint AS minor, 0 AS face,
           0::bigint AS left_before FROM issued
     UNION ALL
    SELECT code, business_on, priced_on, 'taken_back', 'issue', units, minor, 0, 0 FROM back
     UNION ALL
    SELECT code, business_on, business_on, CASE kind WHEN 'reward' THEN 'redeemed' ELSE 'tendered' END, 'redeem', units, NULL,
           CASE kind WHEN 'reward' THEN 0 ELSE value_minor END, units FROM taken WHERE business_on <= %(through)s
     UNION ALL
    SELECT code, business_on, priced_on, CASE kind WHEN 'reward' THEN 'given_back' ELSE 'refunded' END, 'redeem', units, NULL,
           CASE kind WHEN 'reward' THEN 0 ELSE div(so_far * value_minor, of_units) - div((so_far - units) * value_minor, of_units) END,
           of_units - so_far + units FROM undone
)
SELECT a.code, a.business_on, a.what, p.price_minor, count(*)::bigint, sum(a.units)::bigint,
       sum(coalesce(a.minor, CASE a.way WHEN 'issue' THEN round(a.units * p.price_minor)
                                  ELSE round(a.left_before * p.price_minor) - round((a.left_before - a.units) * p.price_minor) END))::bigint,
       sum(a.face)::bigint
  FROM act a
  JOIN currency c ON c.code = a.code
  JOIN price p ON p.currency_id = c.id AND p.way = a.way AND p.valid_from <= a.priced_on AND (p.ends_on IS NULL OR a.priced_on < p.ends_on)
 GROUP BY 1, 2, 3, 4
 ORDER BY 1, 2, 3, 4
