-- All facts of a book up to a business date, cumulative for each pool and day, in one statement and so in one snapshot.
-- States and reasons are the codes of ledger.points.domain. Answers one JSON text with lists:
--   facts    pool and day: points by what became of them, exact money deferred and taken back
--   tenders  pool and day x pool and day of the points that paid part of the sales: what one unit of the rate would defer
--   carries  pool and day x pool that their points were converted into: exact money that goes with them; with `rates`, what one unit of the
--            rate of a pool and day of points that paid part of the sales would carry besides
--   takings  programme, day and reason: money taken and given back
WITH unit AS (
    SELECT id, programme FROM ledger_pointunit WHERE book_id = %(book)s::bigint AND is_valued
), move AS (
    SELECT move.* FROM ledger_lotmove move JOIN unit ON unit.id = move.unit_id WHERE move.business_on <= %(through_on)s::date
), points AS (
    SELECT unit_id, grant_month, source_kind, portfolio, business_on,
           coalesce(sum(units) FILTER (WHERE from_state = 1), 0) AS granted,
           coalesce(sum(units) FILTER (WHERE to_state = 1), 0) AS reversed,
           coalesce(sum(CASE WHEN to_state = 2 THEN units WHEN from_state = 2 THEN -units END), 0) AS redeemed,
           coalesce(sum(CASE WHEN to_state = 3 THEN units WHEN from_state = 3 THEN -units END), 0) AS expired,
           coalesce(sum(CASE WHEN to_state IN (4, 5) THEN units WHEN from_state IN (4, 5) THEN -units END), 0) AS adjusted,
           coalesce(sum(CASE WHEN from_state = 6 THEN units WHEN to_state = 6 THEN -units END), 0) AS converted
      FROM move
     WHERE from_state < 10 OR to_state < 10
     GROUP BY unit_id, grant_month, source_kind, portfolio, business_on
), tender AS (
    -- Points spent as money, and given back again (kind 7 restores the redemption that it names). The face value of a movement
    -- is shared over its lots in whole minor units: rounded running share less the one before.
    SELECT move.unit_id, move.grant_month, move.source_kind, move.portfolio, move.business_on, move.movement_id,
           CASE WHEN move.to_state = 2 THEN 1 ELSE -1 END AS sign, move.units,
           round(coalesce(movement.face_minor, 0) * sum(move.units) OVER in_movement / movement.amount)
             - round(coalesce(movement.face_minor, 0) * (sum(move.units) OVER in_movement - move.units) / movement.amount) AS face
      FROM move
      JOIN ledger_movement movement ON movement.id = move.movement_id AND movement.points_account_id = move.points_account_id
      LEFT JOIN ledger_movement original ON movement.kind = 7 AND original.id = movement.reverses_id
           AND original.points_account_id = movement.points_account_id
     WHERE (move.to_state = 2 AND movement.reason = 21) OR (move.from_state = 2 AND movement.kind = 7 AND original.reason = 21)
    WINDOW in_movement AS (PARTITION BY move.movement_id ORDER BY move.id)
), spent AS (
    SELECT unit_id, grant_month, source_kind, portfolio, business_on, sum(sign * units) AS tendered, sum(sign * face) AS face_minor
      FROM tender GROUP BY unit_id, grant_month, source_kind, portfolio, business_on
), given AS (
    -- Every grant and every return of one, with the points' share of the sale: ssp / (stand-alone price + ssp); the whole price where
    -- points are bought by themselves (6), and where another company of the group pays for them (10).
    SELECT move.unit_id, move.grant_month, move.source_kind, move.portfolio, move.business_on, move.lot_id, sale.tender_id, sale.paid_minor,
           sale.ssp_point, lot.granted,
           CASE WHEN move.from_state = 1 THEN move.units ELSE 0 END AS granted_units,
           CASE WHEN move.to_state = 1 THEN move.units ELSE 0 END AS returned_units,
           CASE WHEN move.source_kind IN (6, 10) THEN 1
                WHEN coalesce(sale.standalone_minor, 0) + lot.granted * sale.ssp_point > 0 THEN
               round(round(lot.granted * sale.ssp_point, 40) / (coalesce(sale.standalone_minor, 0) + lot.granted * sale.ssp_point),
                     coalesce(%(ratio_decimals)s::integer, 40))
           ELSE 0 END AS share
      FROM move
      JOIN ledger_lot lot ON lot.id = move.lot_id AND lot.points_account_id = move.points_account_id
      JOIN ledger_movement sale ON sale.id = move.lot_id AND sale.points_account_id = move.points_account_id
     WHERE move.from_state = 1 OR move.to_state = 1
), valued AS (
    SELECT given.*,
           CASE WHEN source_kind = ANY (%(awards)s::smallint[]) THEN coalesce(granted * ssp_point, 0) * %(cost_share)s::numeric
                ELSE coalesce(paid_minor, 0) * share END AS value
      FROM given
), money AS (
    SELECT unit_id, grant_month, source_kind, portfolio, business_on,
           sum(value * granted_units / granted) AS deferred, sum(value * returned_units / granted) AS returned
      FROM valued GROUP BY unit_id, grant_month, source_kind, portfolio, business_on
), paid_in_points AS (
    SELECT given.unit_id, given.grant_month, given.source_kind, given.portfolio, given.business_on,
           tender.unit_id AS tender_unit, tender.grant_month AS tender_month, tender.source_kind AS tender_kind,
           tender.portfolio AS tender_portfolio, tender.business_on AS tender_on,
           sum(tender.units * share * granted_units / granted) AS deferred,
           sum(tender.units * share * returned_units / granted) AS returned
      FROM given JOIN tender ON tender.movement_id = given.tender_id AND tender.sign = 1
     WHERE %(continuation)s::boolean AND NOT given.source_kind = ANY (%(awards)s::smallint[])
     GROUP BY given.unit_id, given.grant_month, given.source_kind, given.portfolio, given.business_on,
              tender.unit_id, tender.grant_month, tender.source_kind, tender.portfolio, tender.business_on
), converted AS (
    -- Lot moves to and from another currency, with the conversion that they belong to: its own movement, or one that names it.
    SELECT move.unit_id, move.grant_month, move.source_kind, move.portfolio, move.business_on, move.lot_id,
           coalesce(movement.reverses_id, movement.id) AS conversion, CASE WHEN move.to_state = 6 THEN move.units ELSE -move.units END AS units
      FROM move
      JOIN ledger_movement movement ON movement.id = move.movement_id AND movement.points_account_id = move.points_account_id
     WHERE 6 IN (move.from_state, move.to_state)
), receiver AS (
    -- What a conversion gave: a lot for each kind of source; what is too little for one of its own goes with the largest.
    SELECT movement.act_id AS conversion, lot.unit_id, lot.grant_month, lot.source_kind, lot.portfolio,
           row_number() OVER (PARTITION BY movement.act_id ORDER BY movement.id) AS place
      FROM ledger_movement movement
      JOIN unit ON unit.id = movement.unit_id
      JOIN ledger_lot lot ON lot.id = movement.id AND lot.points_account_id = movement.points_account_id
     WHERE movement.kind = 13 AND movement.debit = 1 AND movement.business_on <= %(through_on)s::date
), route AS (
    SELECT converted.*, coalesce(own.unit_id, largest.unit_id) AS to_unit, coalesce(own.grant_month, largest.grant_month) AS to_month,
           coalesce(own.source_kind, largest.source_kind) AS to_kind, coalesce(own.portfolio, largest.portfolio) AS to_portfolio
      FROM converted
      JOIN receiver largest ON largest.conversion = converted.conversion AND largest.place = 1
      LEFT JOIN receiver own ON own.conversion = converted.conversion AND own.source_kind = converted.source_kind
), carry AS (
    SELECT route.unit_id, route.grant_month, route.source_kind, route.portfolio, route.business_on, to_unit, to_month, to_kind, to_portfolio,
           round(sum(valued.value * route.units / valued.granted), 14) AS carried
      FROM route JOIN valued ON valued.lot_id = route.lot_id AND valued.granted_units > 0
     GROUP BY route.unit_id, route.grant_month, route.source_kind, route.portfolio, route.business_on, to_unit, to_month, to_kind, to_portfolio
), carry_in_points AS (
    SELECT route.unit_id, route.grant_month, route.source_kind, route.portfolio, route.business_on, to_unit, to_month, to_kind, to_portfolio,
           tender.unit_id AS tender_unit, tender.grant_month AS tender_month, tender.source_kind AS tender_kind,
           tender.portfolio AS tender_portfolio, tender.business_on AS tender_on, sum(tender.units * given.share * route.units / given.granted) AS carried
      FROM route
      JOIN given ON given.lot_id = route.lot_id AND given.granted_units > 0
      JOIN tender ON tender.movement_id = given.tender_id AND tender.sign = 1
     WHERE %(continuation)s::boolean AND NOT given.source_kind = ANY (%(awards)s::smallint[])
     GROUP BY route.unit_id, route.grant_month, route.source_kind, route.portfolio, route.business_on, to_unit, to_month, to_kind, to_portfolio,
              tender.unit_id, tender.grant_month, tender.source_kind, tender.portfolio, tender.business_on
), paid AS (
    -- Kinds 1 and 12 grant (12 into arrears), kind 8 takes a grant back.
    SELECT unit.programme, movement.business_on, coalesce(original.reason, movement.reason) AS source_kind,
           CASE WHEN movement.kind = 8 THEN 0 ELSE movement.paid_minor END AS paid_minor,
           CASE WHEN movement.kind = 8 THEN movement.paid_minor ELSE 0 END AS refunded_minor
      FROM ledger_movement movement
      JOIN unit ON unit.id = movement.unit_id
      LEFT JOIN ledger_movement original ON movement.kind = 8 AND original.id = movement.reverses_id
           AND original.points_account_id = movement.points_account_id
     WHERE movement.paid_minor IS NOT NULL AND movement.business_on <= %(through_on)s::date
     UNION ALL
    SELECT programme, business_on, 0, greatest(paid_minor, 0), greatest(-paid_minor, 0)
      FROM ledger_plainsale WHERE book_id = %(book)s::bigint AND business_on <= %(through_on)s::date
), taking AS (
    SELECT programme, business_on, source_kind, sum(paid_minor) AS paid_minor, sum(refunded_minor) AS refunded_minor
      FROM paid GROUP BY programme, business_on, source_kind
), fact AS (
    SELECT points.*, 0 AS carried_minor, coalesce(spent.tendered, 0) AS tendered, coalesce(spent.face_minor, 0) AS face_minor,
           round(coalesce(money.deferred, 0), 14) AS deferred, round(coalesce(money.returned, 0), 14) AS returned
      FROM points
      LEFT JOIN spent USING (unit_id, grant_month, source_kind, portfolio, business_on)
      LEFT JOIN money USING (unit_id, grant_month, source_kind, portfolio, business_on)
)
SELECT json_build_object(
    'facts', (SELECT coalesce(json_agg(fact), '[]') FROM fact),
    'tenders', (SELECT coalesce(json_agg(paid_in_points), '[]') FROM paid_in_points),
    'carries', (SELECT coalesce(json_agg(carry), '[]') FROM carry),
    'rates', (SELECT coalesce(json_agg(carry_in_points), '[]') FROM carry_in_points),
    'takings', (SELECT coalesce(json_agg(taking), '[]') FROM taking)
)::text
