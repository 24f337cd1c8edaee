-- The hot tables. Django's pk is id; the database's is (id, points_account_id), so that the same tables can be spread by wallet.
-- One-column rules are domains: a table's CHECK is parsed again by every statement that writes, a domain's only once a session.

CREATE DOMAIN ledger_points AS bigint CONSTRAINT points_are_never_negative CHECK (VALUE BETWEEN 0 AND 1000000000000);
CREATE DOMAIN ledger_amount AS bigint CONSTRAINT amount_is_positive CHECK (VALUE BETWEEN 1 AND 1000000000000);
CREATE DOMAIN ledger_key AS text CONSTRAINT key_is_short CHECK (length(VALUE) BETWEEN 1 AND 200);
CREATE DOMAIN ledger_state AS smallint CONSTRAINT state_is_known CHECK (VALUE BETWEEN 1 AND 5 OR VALUE BETWEEN 10 AND 13);
CREATE DOMAIN ledger_month AS date CONSTRAINT month_is_its_first_day CHECK (extract(day FROM VALUE) = 1);

CREATE TABLE ledger_pointsaccount (
    id uuid PRIMARY KEY,
    programme uuid NOT NULL,
    opened_at timestamptz NOT NULL
);

CREATE TABLE ledger_balance (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    points_account_id uuid NOT NULL REFERENCES ledger_pointsaccount (id),
    unit_id smallint NOT NULL REFERENCES ledger_pointunit (id),
    available ledger_points NOT NULL DEFAULT 0,
    pending ledger_points NOT NULL DEFAULT 0,
    held ledger_points NOT NULL DEFAULT 0,
    arrears ledger_points NOT NULL DEFAULT 0,
    seq bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (points_account_id, unit_id)
) WITH (fillfactor = 70);

CREATE TABLE ledger_act (
    id uuid NOT NULL,
    points_account_id uuid NOT NULL,
    source smallint NOT NULL,
    key ledger_key NOT NULL,
    fingerprint bytea NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (id, points_account_id),
    CONSTRAINT act_happens_once UNIQUE (points_account_id, source, key)
);

-- No foreign keys to act and balance: the functions write or lock both rows in the same call, neither can be deleted, and each check
-- costs a seventh of a grant. `ledger_verify` looks for movements without them.
CREATE TABLE ledger_movement (
    id uuid NOT NULL,
    points_account_id uuid NOT NULL,
    unit_id smallint NOT NULL,
    act_id uuid NOT NULL,
    seq bigint NOT NULL,
    kind smallint NOT NULL,
    debit ledger_state NOT NULL,
    credit ledger_state NOT NULL,
    amount ledger_amount NOT NULL,
    reason smallint NOT NULL,
    available_after bigint NOT NULL,
    pending_after bigint NOT NULL,
    held_after bigint NOT NULL,
    arrears_after bigint NOT NULL,
    business_on date NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    reverses_id uuid,
    paid_minor bigint,
    standalone_minor bigint,
    ssp_point numeric(20, 10),
    estimate_id integer,
    tender_id uuid,
    face_minor bigint,
    PRIMARY KEY (id, points_account_id),
    CONSTRAINT movement_has_two_sides CHECK (debit <> credit)
) PARTITION BY RANGE (id);
CREATE INDEX ledger_movement_in_order ON ledger_movement (points_account_id, unit_id, seq);
CREATE INDEX ledger_movement_reversals ON ledger_movement (points_account_id, reverses_id) WHERE reverses_id IS NOT NULL;

-- A lot's id is the id of the movement that granted it. No foreign key says so: checking one against a partitioned table costs as much
-- as the rest of the grant (it locks every partition). `ledger_verify` looks for lots and lot moves without their movement.
CREATE TABLE ledger_lot (
    id uuid NOT NULL,
    points_account_id uuid NOT NULL,
    unit_id smallint NOT NULL,
    granted_on date NOT NULL,
    grant_month ledger_month NOT NULL,
    source_kind smallint NOT NULL,
    portfolio smallint NOT NULL,
    expires_on date,
    matures_on date,
    granted ledger_amount NOT NULL,
    remaining ledger_points NOT NULL,
    held ledger_points NOT NULL DEFAULT 0,
    reversed ledger_points NOT NULL DEFAULT 0,
    is_pending boolean NOT NULL,
    terms integer NOT NULL,
    returned_on date,   -- the last day on which points came back (a release, a restored redemption): they cannot lapse before it
    PRIMARY KEY (id, points_account_id),
    CONSTRAINT lot_units_stay_in_bounds CHECK (remaining + held + reversed <= granted)
) WITH (fillfactor = 80);
CREATE INDEX ledger_lot_open ON ledger_lot (points_account_id, unit_id, expires_on) WHERE remaining > 0;
CREATE INDEX ledger_lot_maturing ON ledger_lot (unit_id, matures_on) WHERE is_pending AND remaining > 0;
CREATE INDEX ledger_lot_due ON ledger_lot (unit_id, expires_on) WHERE remaining > 0 AND expires_on IS NOT NULL;

CREATE TABLE ledger_lotmove (
    id uuid NOT NULL,
    points_account_id uuid NOT NULL,
    unit_id smallint NOT NULL,
    lot_id uuid NOT NULL,
    movement_id uuid NOT NULL,
    from_state ledger_state NOT NULL,
    to_state ledger_state NOT NULL,
    units ledger_amount NOT NULL,
    business_on date NOT NULL,
    reason smallint NOT NULL,
    grant_month ledger_month NOT NULL,
    source_kind smallint NOT NULL,
    portfolio smallint NOT NULL,
    PRIMARY KEY (id, points_account_id),
    CONSTRAINT lotmove_has_two_sides CHECK (from_state <> to_state),
    CONSTRAINT lotmove_of_its_lot FOREIGN KEY (lot_id, points_account_id) REFERENCES ledger_lot (id, points_account_id)
) PARTITION BY RANGE (id);
CREATE INDEX ledger_lotmove_by_lot ON ledger_lotmove (points_account_id, lot_id);

CREATE TABLE ledger_movement_unplanned PARTITION OF ledger_movement DEFAULT;
CREATE TABLE ledger_lotmove_unplanned PARTITION OF ledger_lotmove DEFAULT;
