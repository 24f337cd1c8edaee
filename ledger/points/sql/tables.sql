-- The hot tables. Django's pk is id; the database's is (id, points_account_id), so that the same tables can be spread by wallet.
-- One-column rules are domains: a table's CHECK is parsed again by every statement that writes, a domain's only once a session.

CREATE DOMAIN ledger_points AS bigint CONSTRAINT points_are_never_negative CHECK (VALUE BETWEEN 0 AND 1000000000000);
CREATE DOMAIN ledger_amount AS bigint CONSTRAINT amount_is_positive CHECK (VALUE BETWEEN 1 AND 1000000000000);
CREATE DOMAIN ledger_key AS text CONSTRAINT key_is_short CHECK (length(VALUE) BETWEEN 1 AND 200);
CREATE DOMAIN ledger_state AS smallint CONSTRAINT state_is_known CHECK (VALUE BETWEEN 1 AND 6 OR VALUE BETWEEN 10 AND 13);
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
    CONSTRAINT act_happens_once PRIMARY KEY (points_account_id, source, key)   -- nobody looks an act up by its id
);

-- No foreign keys to act and balance, and no CHECK that compares debit with credit: the functions write or lock these rows in the same
-- call, none can be deleted, and each check costs a tenth of a grant. `ledger_verify` looks for what they would have refused.
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
    PRIMARY KEY (id, points_account_id)
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
    came_from_id uuid,  -- of points that another member sent: the lot move by which they left that member's lot
    ends_moved boolean NOT NULL DEFAULT false,   -- whether an activity or a tier moved expires_on; first_expires_on is where it was then
    first_expires_on date,
    PRIMARY KEY (id, points_account_id),
    CONSTRAINT lot_units_stay_in_bounds CHECK (remaining + held + reversed <= granted)
) WITH (fillfactor = 80);
-- Also finds what is due, for a run that goes through all wallets in order: an index by day would cost every grant for the sake of that run.
CREATE INDEX ledger_lot_open ON ledger_lot (points_account_id, unit_id, expires_on) WHERE remaining > 0;
CREATE INDEX ledger_lot_maturing ON ledger_lot (unit_id, matures_on) WHERE is_pending AND remaining > 0;

-- Each time the end of a lot moved: from when to when, why, and on which business day. Only added to.
CREATE TABLE ledger_lotending (
    id uuid NOT NULL,
    points_account_id uuid NOT NULL,
    unit_id smallint NOT NULL,
    lot_id uuid NOT NULL,
    from_on date,
    to_on date,
    why smallint NOT NULL,
    business_on date NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (id, points_account_id),
    CONSTRAINT ending_moves CHECK (from_on IS DISTINCT FROM to_on)
);
CREATE INDEX ledger_lotending_by_lot ON ledger_lotending (points_account_id, lot_id);

-- What a conversion took and gave, and how many units make how many: its id is the id of the movement that took them. Only added to.
CREATE TABLE ledger_conversion (
    id uuid NOT NULL,
    points_account_id uuid NOT NULL,
    unit_id smallint NOT NULL,
    to_unit_id smallint NOT NULL,
    units ledger_amount NOT NULL,
    given ledger_amount NOT NULL,
    step_units bigint,
    gives_units bigint,
    rate numeric(12, 6),
    PRIMARY KEY (id, points_account_id),
    CONSTRAINT conversion_has_two_currencies CHECK (unit_id <> to_unit_id),
    CONSTRAINT conversion_by_steps_or_rate CHECK (CASE WHEN rate IS NULL
        THEN step_units > 0 AND units % step_units = 0 AND given::numeric * step_units = units::numeric * gives_units
        ELSE num_nulls(step_units, gives_units) = 2 AND given = floor(units * rate) END)
);

-- No domains: its figures are those of its movement and its lot, which have them. `ledger_verify` looks for what they would have refused.
CREATE TABLE ledger_lotmove (
    id uuid NOT NULL,
    points_account_id uuid NOT NULL,
    unit_id smallint NOT NULL,
    lot_id uuid NOT NULL,
    movement_id uuid NOT NULL,
    from_state smallint NOT NULL,
    to_state smallint NOT NULL,
    units bigint NOT NULL,
    business_on date NOT NULL,
    reason smallint NOT NULL,
    grant_month date NOT NULL,
    source_kind smallint NOT NULL,
    portfolio smallint NOT NULL,
    PRIMARY KEY (id, points_account_id)
) PARTITION BY RANGE (id);
-- What happened to a lot after its grant. The grant's own lot move needs no index: it is a child of the lot's id.
CREATE INDEX ledger_lotmove_by_lot ON ledger_lotmove (points_account_id, lot_id) WHERE from_state <> 1;

CREATE TABLE ledger_movement_unplanned PARTITION OF ledger_movement DEFAULT;
CREATE TABLE ledger_lotmove_unplanned PARTITION OF ledger_lotmove DEFAULT;
