-- What the background has taken in, and the sums it keeps. A tick takes every movement whose transaction lies in [lo_xid, hi_xid).
-- Its foreign key names the tick before, that tick's end and that tick's total: so the ranges touch, never overlap and leave no gap.

CREATE TABLE ledger_tick (
    no bigint NOT NULL PRIMARY KEY,
    previous_no bigint GENERATED ALWAYS AS (CASE WHEN no > 0 THEN no - 1 END) STORED,
    lo_xid xid8,
    hi_xid xid8 NOT NULL,
    movements bigint NOT NULL,
    total bigint NOT NULL,
    previous_total bigint GENERATED ALWAYS AS (total - movements) STORED,
    ticked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT tick_has_one_end UNIQUE (no, hi_xid, total),
    CONSTRAINT tick_follows_the_one_before FOREIGN KEY (previous_no, lo_xid, previous_total) REFERENCES ledger_tick (no, hi_xid, total),
    CONSTRAINT tick_goes_forward CHECK (lo_xid < hi_xid),
    CONSTRAINT tick_counts_something CHECK (movements > 0 OR no = 0),
    CONSTRAINT tick_begins_at_nought CHECK (no >= 0 AND (no = 0) = (lo_xid IS NULL) AND (no > 0 OR (hi_xid = '0' AND total = 0)))
);
CREATE INDEX ledger_tick_totals ON ledger_tick (total);
INSERT INTO ledger_tick (no, hi_xid, movements, total) VALUES (0, '0', 0, 0);

CREATE TABLE ledger_rollup (
    unit_id smallint NOT NULL,
    business_on date NOT NULL,
    grant_month ledger_month NOT NULL,
    source_kind smallint NOT NULL,
    portfolio smallint NOT NULL,
    from_state ledger_state NOT NULL,
    to_state ledger_state NOT NULL,
    reason smallint NOT NULL,
    units bigint NOT NULL,
    moves bigint NOT NULL,
    PRIMARY KEY (unit_id, business_on, grant_month, source_kind, portfolio, from_state, to_state, reason),
    CONSTRAINT rollup_counts_something CHECK (units >= moves AND moves > 0)
) WITH (fillfactor = 80);

-- A rebuild gathers here, tick by tick, until it has caught up and takes the place of the sums.
CREATE TABLE ledger_rollupdraft (LIKE ledger_rollup INCLUDING ALL);
CREATE TABLE ledger_rollupbuild (
    is_only boolean NOT NULL PRIMARY KEY DEFAULT true,
    through_no bigint NOT NULL REFERENCES ledger_tick (no),
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT rebuild_is_alone CHECK (is_only)
);

SELECT ledger_make_append_only('ledger_tick');
