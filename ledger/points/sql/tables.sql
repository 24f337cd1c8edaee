-- The hot tables. Django's pk is id; the database's is (id, points_account_id), so that the same tables can be spread by wallet.

CREATE TABLE ledger_pointsaccount (
    id uuid PRIMARY KEY,
    programme uuid NOT NULL,
    opened_at timestamptz NOT NULL
);

CREATE TABLE ledger_balance (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    points_account_id uuid NOT NULL REFERENCES ledger_pointsaccount (id),
    unit_id smallint NOT NULL REFERENCES ledger_pointunit (id),
    available bigint NOT NULL DEFAULT 0 CONSTRAINT balance_available_is_not_negative CHECK (available BETWEEN 0 AND 1000000000000),
    pending bigint NOT NULL DEFAULT 0 CONSTRAINT balance_pending_is_not_negative CHECK (pending BETWEEN 0 AND 1000000000000),
    held bigint NOT NULL DEFAULT 0 CONSTRAINT balance_held_is_not_negative CHECK (held BETWEEN 0 AND 1000000000000),
    arrears bigint NOT NULL DEFAULT 0 CONSTRAINT balance_arrears_is_not_negative CHECK (arrears BETWEEN 0 AND 1000000000000),
    seq bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (points_account_id, unit_id)
) WITH (fillfactor = 70);

CREATE TABLE ledger_act (
    id uuid NOT NULL,
    points_account_id uuid NOT NULL,
    source smallint NOT NULL,
    key text NOT NULL CONSTRAINT act_key_is_short CHECK (length(key) BETWEEN 1 AND 200),
    fingerprint bytea NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (id, points_account_id),
    CONSTRAINT act_happens_once UNIQUE (points_account_id, source, key)
);

CREATE TABLE ledger_movement (
    id uuid NOT NULL,
    points_account_id uuid NOT NULL,
    unit_id smallint NOT NULL,
    act_id uuid NOT NULL,
    seq bigint NOT NULL,
    kind smallint NOT NULL,
    debit smallint NOT NULL,
    credit smallint NOT NULL,
    amount bigint NOT NULL CONSTRAINT movement_amount_is_positive CHECK (amount > 0),
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
    CONSTRAINT movement_has_two_sides CHECK (debit <> credit AND (debit >= 10 OR credit >= 10 OR kind = 8)),
    CONSTRAINT movement_sale_is_complete CHECK (kind <> 1 OR reason <> 1 OR (paid_minor IS NOT NULL AND standalone_minor IS NOT NULL AND ssp_point IS NOT NULL)),
    CONSTRAINT movement_of_its_wallet FOREIGN KEY (points_account_id, unit_id) REFERENCES ledger_balance,
    CONSTRAINT movement_of_its_act FOREIGN KEY (act_id, points_account_id) REFERENCES ledger_act (id, points_account_id)
) PARTITION BY RANGE (id);
CREATE INDEX ledger_movement_in_order ON ledger_movement (points_account_id, unit_id, seq);
CREATE INDEX ledger_movement_reversals ON ledger_movement (points_account_id, reverses_id) WHERE reverses_id IS NOT NULL;

CREATE TABLE ledger_lot (
    id uuid NOT NULL,
    points_account_id uuid NOT NULL,
    unit_id smallint NOT NULL,
    granted_on date NOT NULL,
    grant_month date NOT NULL CONSTRAINT lot_pool_month_is_a_month CHECK (extract(day FROM grant_month) = 1),
    source_kind smallint NOT NULL,
    portfolio smallint NOT NULL,
    expires_on date,
    matures_on date,
    granted bigint NOT NULL,
    remaining bigint NOT NULL,
    held bigint NOT NULL DEFAULT 0,
    reversed bigint NOT NULL DEFAULT 0,
    is_pending boolean NOT NULL,
    terms integer NOT NULL,
    PRIMARY KEY (id, points_account_id),
    CONSTRAINT lot_units_stay_in_bounds CHECK (granted > 0 AND remaining >= 0 AND held >= 0 AND remaining + held <= granted),
    CONSTRAINT lot_reversal_stays_in_bounds CHECK (reversed BETWEEN 0 AND granted),
    CONSTRAINT lot_of_its_grant FOREIGN KEY (id, points_account_id) REFERENCES ledger_movement (id, points_account_id)
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
    from_state smallint NOT NULL,
    to_state smallint NOT NULL,
    units bigint NOT NULL CONSTRAINT lotmove_units_are_positive CHECK (units > 0),
    business_on date NOT NULL,
    reason smallint NOT NULL,
    grant_month date NOT NULL,
    source_kind smallint NOT NULL,
    portfolio smallint NOT NULL,
    PRIMARY KEY (id, points_account_id),
    CONSTRAINT lotmove_has_two_sides CHECK (from_state <> to_state),
    CONSTRAINT lotmove_of_its_movement FOREIGN KEY (movement_id, points_account_id) REFERENCES ledger_movement (id, points_account_id),
    CONSTRAINT lotmove_of_its_lot FOREIGN KEY (lot_id, points_account_id) REFERENCES ledger_lot (id, points_account_id)
) PARTITION BY RANGE (id);
CREATE INDEX ledger_lotmove_by_lot ON ledger_lotmove (points_account_id, lot_id);

CREATE TABLE ledger_movement_unplanned PARTITION OF ledger_movement DEFAULT;
CREATE TABLE ledger_lotmove_unplanned PARTITION OF ledger_lotmove DEFAULT;
