-- One table of the movements' shape without a key.
CREATE SCHEMA IF NOT EXISTS bench;
CREATE TABLE bench.heap (id uuid, points_account_id uuid, unit_id smallint, act_id uuid, seq bigint, kind smallint, debit smallint, credit smallint,
    amount bigint, reason smallint, available_after bigint, pending_after bigint, held_after bigint, arrears_after bigint, business_on date,
    occurred_at timestamptz, recorded_at timestamptz, paid_minor bigint, standalone_minor bigint, ssp_point numeric);
