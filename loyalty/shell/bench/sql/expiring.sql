-- Wallets with one lot due on each of so many days, and the balances that belong to them.
CREATE SCHEMA IF NOT EXISTS bench;
CREATE FUNCTION bench.make_expiring(p_wallets uuid[], p_unit smallint, p_today date, p_days integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_lot (id, points_account_id, unit_id, granted_on, grant_month, source_kind, portfolio, expires_on, granted, remaining, is_pending, terms)
    SELECT gen_random_uuid(), wallet, p_unit, p_today, date_trunc('month', p_today)::date, 2, 1, p_today + day, 10, 10, false, 0
      FROM generate_series(1, p_days) day, unnest(p_wallets) wallet;
    UPDATE ledger_balance SET available = 10 * p_days WHERE points_account_id = ANY (p_wallets) AND unit_id = p_unit;
END $$;
