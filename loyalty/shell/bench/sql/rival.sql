-- A rival's shape: a transfer locks both account rows in order, one statement each, moves both balances, and writes an entry for each side
-- with the balance before and after it. Keys are texts made here that sort by time. The programme is one account: every grant locks it.
CREATE SCHEMA IF NOT EXISTS bench;
CREATE FUNCTION bench.rival_key(p_prefix text) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT p_prefix || '_' || lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || replace(gen_random_uuid()::text, '-', '')
$$;
CREATE TABLE bench.rival_account (
    id text PRIMARY KEY, balance numeric NOT NULL DEFAULT 0, version bigint NOT NULL DEFAULT 0, may_be_negative boolean NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(), CHECK (may_be_negative OR balance >= 0)
);
CREATE TABLE bench.rival_transfer (
    id text PRIMARY KEY DEFAULT bench.rival_key('t'), from_account text NOT NULL REFERENCES bench.rival_account,
    to_account text NOT NULL REFERENCES bench.rival_account, amount numeric NOT NULL CHECK (amount > 0),
    created_at timestamptz NOT NULL DEFAULT now(), CHECK (from_account <> to_account)
);
CREATE INDEX ON bench.rival_transfer (from_account);
CREATE INDEX ON bench.rival_transfer (to_account);
CREATE TABLE bench.rival_entry (
    id text PRIMARY KEY DEFAULT bench.rival_key('e'), account text NOT NULL REFERENCES bench.rival_account,
    transfer text NOT NULL REFERENCES bench.rival_transfer, amount numeric NOT NULL, balance_before numeric NOT NULL,
    balance_after numeric NOT NULL, version bigint NOT NULL, created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON bench.rival_entry (account);
CREATE INDEX ON bench.rival_entry (transfer);
CREATE FUNCTION bench.transfer(p_from text, p_to text, p_amount numeric) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
    v_transfer text;
    v_from bench.rival_account;
    v_to bench.rival_account;
BEGIN
    PERFORM 1 FROM bench.rival_account WHERE id = least(p_from, p_to) FOR UPDATE;
    PERFORM 1 FROM bench.rival_account WHERE id = greatest(p_from, p_to) FOR UPDATE;
    INSERT INTO bench.rival_transfer (from_account, to_account, amount) VALUES (p_from, p_to, p_amount) RETURNING id INTO v_transfer;
    UPDATE bench.rival_account SET balance = balance - p_amount, version = version + 1, updated_at = now() WHERE id = p_from RETURNING * INTO v_from;
    UPDATE bench.rival_account SET balance = balance + p_amount, version = version + 1, updated_at = now() WHERE id = p_to RETURNING * INTO v_to;
    INSERT INTO bench.rival_entry (account, transfer, amount, balance_before, balance_after, version)
    VALUES (p_from, v_transfer, -p_amount, v_from.balance + p_amount, v_from.balance, v_from.version);
    INSERT INTO bench.rival_entry (account, transfer, amount, balance_before, balance_after, version)
    VALUES (p_to, v_transfer, p_amount, v_to.balance - p_amount, v_to.balance, v_to.version);
    RETURN v_to.balance;
END $$;
