-- What the items of a recalculation come to; of what is taken, how much its members do not have any more (spent, sent, expired).
WITH item AS (
    SELECT points_account_id, member_id, worth_minor, units FROM rewards_recalculationitem WHERE recalculation_id = %(recalculation)s
), part AS (
    SELECT item.points_account_id, each.key AS code, each.value::bigint AS units FROM item CROSS JOIN LATERAL jsonb_each_text(item.units) AS each
), by_wallet AS (
    SELECT points_account_id, code, coalesce(sum(units) FILTER (WHERE units > 0), 0) AS given, coalesce(-sum(units) FILTER (WHERE units < 0), 0) AS taken
      FROM part GROUP BY points_account_id, code
), short AS (
    SELECT by_wallet.points_account_id, by_wallet.code, by_wallet.taken - balance.available - balance.pending - balance.held AS units
      FROM by_wallet
      JOIN ledger_pointunit unit ON unit.programme = %(programme)s AND unit.code = by_wallet.code
      JOIN ledger_balance balance ON balance.points_account_id = by_wallet.points_account_id AND balance.unit_id = unit.id
     WHERE by_wallet.taken > balance.available + balance.pending + balance.held
)
SELECT jsonb_build_array(
    (SELECT count(DISTINCT member_id) FROM item),
    (SELECT coalesce(sum(worth_minor), 0)::bigint FROM item),
    (SELECT coalesce(jsonb_object_agg(code, total), '{}') FROM (SELECT code, sum(given)::bigint AS total FROM by_wallet GROUP BY code HAVING sum(given) > 0) g),
    (SELECT coalesce(jsonb_object_agg(code, total), '{}') FROM (SELECT code, sum(taken)::bigint AS total FROM by_wallet GROUP BY code HAVING sum(taken) > 0) t),
    (SELECT count(DISTINCT points_account_id) FROM short),
    (SELECT coalesce(jsonb_object_agg(code, total), '{}') FROM (SELECT code, sum(units)::bigint AS total FROM short GROUP BY code) s))::text
