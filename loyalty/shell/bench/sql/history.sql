-- A ledger with a history: wallets take part in rounds, four grants and then a redemption of the first of them, over the months behind us.
CREATE SCHEMA IF NOT EXISTS bench;
CREATE TABLE bench.wallet (n integer GENERATED ALWAYS AS IDENTITY (START 0 MINVALUE 0) PRIMARY KEY, id uuid NOT NULL);

-- When wallet n takes part in a round: rounds are spread evenly over p_days days, and a round over eight days.
CREATE FUNCTION bench.moment(p_from date, p_days integer, p_rounds integer, p_round integer, p_n integer) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
    SELECT ((p_from + p_round * (p_days - 8) / p_rounds + p_n % 8)::timestamp + interval '12 hours') AT TIME ZONE 'UTC'
$$;
CREATE FUNCTION bench.made(p_at timestamptz, p_round integer, p_n integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM p_at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(p_round), 3, '0') || '8'
            || lpad(to_hex(p_n), 11, '0') || '0000')::uuid
$$;

-- One round of all wallets. Lots are written as the rounds to come leave them.
CREATE FUNCTION bench.write_round(p_unit smallint, p_from date, p_days integer, p_rounds integer, p_round integer) RETURNS void LANGUAGE sql AS $$
    WITH taking_part AS MATERIALIZED (
        SELECT w.id AS wallet, w.n, bench.made(m.at, p_round, w.n) AS id, m.at, m.at::date AS day, p_round % 5 = 4 AS redeems,
               bench.made(l.at, p_round - 4, w.n) AS lot, date_trunc('month', l.at)::date AS lot_month,
               20 * (p_round + 1 - 2 * ((p_round + 1) / 5)) AS after, (2 + w.n % 3)::smallint AS source, (1 + w.n % 4)::smallint AS portfolio
          FROM bench.wallet w, bench.moment(p_from, p_days, p_rounds, p_round, w.n) AS m (at),
               bench.moment(p_from, p_days, p_rounds, p_round - 4, w.n) AS l (at)
    ), act AS (
        INSERT INTO ledger_act (id, points_account_id, source, key, fingerprint) SELECT id, wallet, 1, id::text, '\x01' FROM taking_part
    ), movement AS (
        INSERT INTO ledger_movement (id, points_account_id, unit_id, act_id, seq, kind, debit, credit, amount, reason, available_after,
            pending_after, held_after, arrears_after, business_on, occurred_at, recorded_at)
        SELECT id, wallet, p_unit, id, p_round + 1, CASE WHEN redeems THEN 6 ELSE 1 END, CASE WHEN redeems THEN 10 ELSE 1 END,
               CASE WHEN redeems THEN 2 ELSE 10 END, 20, CASE WHEN redeems THEN 20 ELSE source END, after, 0, 0, 0, day, at, at
          FROM taking_part
    ), lot AS (
        INSERT INTO ledger_lot (id, points_account_id, unit_id, granted_on, grant_month, source_kind, portfolio, expires_on, granted, remaining,
            is_pending, terms)
        SELECT id, wallet, p_unit, day, date_trunc('month', day)::date, source, portfolio, day + 3650, 20,
               CASE WHEN p_round % 5 = 0 AND p_round + 4 < p_rounds THEN 0 ELSE 20 END, false, 1
          FROM taking_part WHERE NOT redeems
    ), moved AS (
        INSERT INTO ledger_lotmove (id, points_account_id, unit_id, lot_id, movement_id, from_state, to_state, units, business_on, reason,
            grant_month, source_kind, portfolio)
        SELECT ledger_child_id(id, 1), wallet, p_unit, CASE WHEN redeems THEN lot ELSE id END, id, CASE WHEN redeems THEN 10 ELSE 1 END,
               CASE WHEN redeems THEN 2 ELSE 10 END, 20, day, CASE WHEN redeems THEN 20 ELSE source END,
               CASE WHEN redeems THEN lot_month ELSE date_trunc('month', day)::date END, source, portfolio
          FROM taking_part
    )
    UPDATE ledger_balance b SET available = t.after, seq = p_round + 1
      FROM taking_part t WHERE b.points_account_id = t.wallet AND b.unit_id = p_unit
$$;
