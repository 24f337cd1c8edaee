-- What the lines of an undo come to; of what is taken, how much its members do not have any more.
WITH line AS (
    SELECT undone.*, currency.code, currency.unit_id, member.points_account_id, undone.failure = '' AS counts
      FROM rewards_importundoline undone
      JOIN accounts_pointcurrency currency ON currency.id = undone.currency_id
      JOIN accounts_member member ON member.id = undone.member_id
     WHERE undone.undo_id = %(undo)s
), part AS (
    SELECT code, coalesce(-sum(units) FILTER (WHERE units < 0 AND counts), 0)::bigint AS taken, coalesce(sum(units) FILTER (WHERE units > 0 AND counts), 0)::bigint AS given,
           coalesce(sum(spent_units) FILTER (WHERE counts), 0)::bigint AS spent, coalesce(sum(ended_units) FILTER (WHERE counts), 0)::bigint AS ended,
           coalesce(sum(held_units) FILTER (WHERE counts), 0)::bigint AS held
      FROM line GROUP BY code
), wallet AS (
    SELECT points_account_id, unit_id, code, -sum(units) - sum(ended_units) AS wanted FROM line WHERE units < 0 AND counts GROUP BY points_account_id, unit_id, code
), short AS (
    SELECT wallet.points_account_id, wallet.code, wallet.wanted - balance.available - balance.pending - balance.held AS units
      FROM wallet JOIN ledger_balance balance USING (points_account_id, unit_id)
     WHERE wallet.wanted > balance.available + balance.pending + balance.held
)
SELECT jsonb_build_object(
    'rows', (SELECT count(*) FROM line WHERE counts), 'skipped_rows', (SELECT count(*) FROM line WHERE NOT counts),
    'members', (SELECT count(DISTINCT member_id) FROM line WHERE counts), 'paid_minor', (SELECT coalesce(sum(paid_minor), 0)::bigint FROM line WHERE counts),
    'taken', (SELECT coalesce(jsonb_object_agg(code, taken) FILTER (WHERE taken > 0), '{}') FROM part),
    'given', (SELECT coalesce(jsonb_object_agg(code, given) FILTER (WHERE given > 0), '{}') FROM part),
    'spent', (SELECT coalesce(jsonb_object_agg(code, spent) FILTER (WHERE spent > 0), '{}') FROM part),
    'ended', (SELECT coalesce(jsonb_object_agg(code, ended) FILTER (WHERE ended > 0), '{}') FROM part),
    'held', (SELECT coalesce(jsonb_object_agg(code, held) FILTER (WHERE held > 0), '{}') FROM part),
    'short_members', (SELECT count(DISTINCT points_account_id) FROM short),
    'short', (SELECT coalesce(jsonb_object_agg(code, units), '{}') FROM (SELECT code, sum(units)::bigint AS units FROM short GROUP BY code) by_code))::text
