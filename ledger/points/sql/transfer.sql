-- Sending points from one wallet to another of the same programme, and taking them back. Lots move with their pool, expiry and terms:
-- what leaves a pool towards state 5 comes back to the same pool from there, on the same business day.
--   sender     one movement       available -> transferred, as many lot moves as lots were taken from
--   receiver   a movement a lot   transferred -> available, each makes a lot that names the lot move it came from
-- The receiver's act has the id of its first movement, the n-th movement follows the sender's lot move n: ledger_sibling_id(p_id, n).

CREATE FUNCTION ledger_transfer(p_account uuid, p_unit smallint, p_id uuid, p_source smallint, p_key text, p_fingerprint bytea, p_to uuid,
    p_units bigint, p_reason smallint, p_occurred_at timestamptz, p_business_on date, p_order smallint,
    OUT movement uuid, OUT available bigint, OUT pending bigint, OUT held bigint, OUT arrears bigint, OUT seq bigint, OUT replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_received uuid := ledger_sibling_id(p_id, 1);
    v_spendable bigint;
    v_lots bigint;
BEGIN
    IF NOT ledger_begin_both(p_account, p_id, p_to, v_received, p_unit, p_source, p_key, p_fingerprint) THEN
        SELECT * INTO movement, available, pending, held, arrears, seq, replayed
          FROM ledger_replay(p_account, p_unit, p_source, p_key, p_fingerprint);
        RETURN;
    END IF;
    v_spendable := ledger_spendable(p_account, p_unit, p_business_on);
    IF v_spendable < p_units THEN
        RAISE EXCEPTION 'not enough points' USING ERRCODE = 'PB002', DETAIL = v_spendable;
    END IF;
    PERFORM ledger_move(p_account, p_unit, p_id, p_id, 11::smallint, 10::smallint, 5::smallint, p_units, p_reason, p_occurred_at, p_business_on,
        NULL, NULL, NULL);
    PERFORM ledger_consume_all(p_account, p_unit, p_id, 1, p_units, 5::smallint, p_reason, p_business_on, p_order);
    v_lots := ledger_receive(p_account, p_to, p_unit, p_id, p_units, p_reason, p_occurred_at, p_business_on);
    PERFORM ledger_settle(p_to, p_unit, ledger_sibling_id(p_id, v_lots + 1), v_received, p_units, p_occurred_at, p_business_on, p_order);
    SELECT * INTO movement, available, pending, held, arrears, seq, replayed FROM ledger_answer(p_account, p_unit, p_id);
END $$;

-- Locks both wallets in order and claims the act in both; answers true when it is new. A key that only the receiver has used was used
-- for something else.
CREATE FUNCTION ledger_begin_both(p_from uuid, p_from_act uuid, p_to uuid, p_to_act uuid, p_unit smallint, p_source smallint, p_key text,
    p_fingerprint bytea) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF p_from = p_to THEN
        RAISE EXCEPTION 'points move between two wallets' USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_has_two_wallets';
    END IF;
    PERFORM ledger_lock_balances(ARRAY[p_from, p_to]);
    IF NOT ledger_begin(p_from, p_unit, p_from_act, p_source, p_key, p_fingerprint) THEN
        RETURN false;
    END IF;
    IF NOT ledger_begin(p_to, p_unit, p_to_act, p_source, p_key, p_fingerprint) THEN
        RAISE EXCEPTION 'the act % was done before with other facts', p_key USING ERRCODE = 'PB001';
    END IF;
    RETURN true;
END $$;

-- What the movement p_sent took arrives lot by lot; answers how many lots. The balance row is locked already.
CREATE FUNCTION ledger_receive(p_from uuid, p_to uuid, p_unit smallint, p_sent uuid, p_units bigint, p_reason smallint,
    p_occurred_at timestamptz, p_business_on date) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_lots bigint;
BEGIN
    WITH sent AS MATERIALIZED (
        SELECT v.id AS came_from_id, v.units, v.grant_month, v.source_kind, v.portfolio, l.expires_on, l.matures_on, l.terms,
               row_number() OVER in_order AS n, sum(v.units) OVER in_order AS upto,
               ledger_sibling_id(p_sent, row_number() OVER in_order) AS id
          FROM ledger_lotmove v JOIN ledger_lot l ON l.id = v.lot_id AND l.points_account_id = v.points_account_id
         WHERE v.id > p_sent AND v.id <= ledger_child_id(p_sent, 65535) AND v.points_account_id = p_from
        WINDOW in_order AS (ORDER BY v.id ROWS UNBOUNDED PRECEDING)
    ), lots AS (
        SELECT count(*) AS n FROM sent
    ), balance AS (
        UPDATE ledger_balance b SET available = b.available + p_units, seq = b.seq + lots.n
          FROM lots WHERE b.points_account_id = p_to AND b.unit_id = p_unit
        RETURNING b.available - p_units AS available, b.pending, b.held, b.arrears, b.seq - lots.n AS seq
    ), movement AS (
        INSERT INTO ledger_movement (id, points_account_id, unit_id, act_id, seq, kind, debit, credit, amount, reason, available_after,
            pending_after, held_after, arrears_after, business_on, occurred_at, recorded_at)
        SELECT s.id, p_to, p_unit, ledger_sibling_id(p_sent, 1), b.seq + s.n, 11, 5, 10, s.units, p_reason, b.available + s.upto, b.pending,
               b.held, b.arrears, p_business_on, p_occurred_at, (SELECT clock_timestamp())
          FROM sent s, balance b
    ), lot AS (
        INSERT INTO ledger_lot (id, points_account_id, unit_id, granted_on, grant_month, source_kind, portfolio, expires_on, matures_on,
            granted, remaining, is_pending, terms, came_from_id)
        SELECT id, p_to, p_unit, p_business_on, grant_month, source_kind, portfolio, expires_on, matures_on, units, units, false, terms,
               came_from_id FROM sent
    ), moved AS (
        INSERT INTO ledger_lotmove (id, points_account_id, unit_id, lot_id, movement_id, from_state, to_state, units, business_on, reason,
            grant_month, source_kind, portfolio)
        SELECT ledger_child_id(id, 1), p_to, p_unit, id, id, 5, 10, units, p_business_on, p_reason, grant_month, source_kind, portfolio
          FROM sent
    )
    SELECT n INTO v_lots FROM lots;
    RETURN v_lots;
END $$;

-- Takes points of a transfer back as far as the receiver still holds them, last lot first, each point to the lot that it came from. What
-- the receiver spent, sent on, or let lapse stays where it is. p_account is the receiver, p_to the member who had sent them.
CREATE FUNCTION ledger_transfer_back(p_account uuid, p_unit smallint, p_id uuid, p_source smallint, p_key text, p_fingerprint bytea, p_to uuid,
    p_transfer uuid, p_units bigint, p_reason smallint, p_occurred_at timestamptz, p_business_on date, p_order smallint,
    OUT movement uuid, OUT available bigint, OUT pending bigint, OUT held bigint, OUT arrears bigint, OUT seq bigint, OUT replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_back uuid := ledger_sibling_id(p_id, 1);
    v_there bigint;
BEGIN
    IF NOT ledger_begin_both(p_account, p_id, p_to, v_back, p_unit, p_source, p_key, p_fingerprint) THEN
        SELECT * INTO movement, available, pending, held, arrears, seq, replayed
          FROM ledger_replay(p_account, p_unit, p_source, p_key, p_fingerprint);
        RETURN;
    END IF;
    SELECT sum(CASE WHEN l.expires_on IS NULL OR l.expires_on > p_business_on THEN l.remaining ELSE 0 END) INTO v_there
      FROM ledger_received(p_account, p_to, p_unit, p_transfer) l;
    IF v_there IS NULL THEN
        RAISE EXCEPTION 'movement % sent nothing to this wallet', p_transfer USING ERRCODE = 'PB013';
    ELSIF v_there < p_units THEN
        RAISE EXCEPTION 'the receiver has only % of these points left', v_there USING ERRCODE = 'PB014', DETAIL = v_there;
    END IF;
    PERFORM ledger_move(p_account, p_unit, p_id, p_id, 11::smallint, 10::smallint, 5::smallint, p_units, p_reason, p_occurred_at, p_business_on,
        ledger_sibling_id(p_transfer, 1), NULL, NULL);
    PERFORM ledger_move(p_to, p_unit, v_back, v_back, 11::smallint, 5::smallint, 10::smallint, p_units, p_reason, p_occurred_at, p_business_on,
        p_transfer, NULL, NULL);
    PERFORM ledger_send_home(p_account, p_to, p_unit, p_id, p_transfer, p_units, p_reason, p_business_on);
    PERFORM ledger_settle(p_to, p_unit, ledger_sibling_id(p_id, 2), v_back, p_units, p_occurred_at, p_business_on, p_order);
    SELECT * INTO movement, available, pending, held, arrears, seq, replayed FROM ledger_answer(p_account, p_unit, p_id);
END $$;

-- The lots that a transfer made in the receiver's wallet, each with the lot that it came from.
CREATE FUNCTION ledger_received(p_account uuid, p_from uuid, p_unit smallint, p_transfer uuid)
RETURNS TABLE (id uuid, home uuid, remaining bigint, expires_on date) LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
    SELECT l.id, v.lot_id, l.remaining::bigint, l.expires_on
      FROM (SELECT m.id, m.lot_id, ledger_sibling_id(p_transfer, row_number() OVER (ORDER BY m.id)) AS received_id FROM ledger_lotmove m
             WHERE m.id > p_transfer AND m.id <= ledger_child_id(p_transfer, 65535) AND m.points_account_id = p_from AND m.to_state = 5) v
      JOIN ledger_lot l ON l.id = v.received_id AND l.came_from_id = v.id AND l.points_account_id = p_account AND l.unit_id = p_unit;
END $$;

CREATE FUNCTION ledger_send_home(p_account uuid, p_home uuid, p_unit smallint, p_id uuid, p_transfer uuid, p_units bigint, p_reason smallint,
    p_business_on date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_units bigint;
BEGIN
    WITH received AS (
        SELECT r.*, row_number() OVER last_first AS ordinal, sum(r.remaining) OVER last_first - r.remaining AS before
          FROM ledger_received(p_account, p_home, p_unit, p_transfer) r
         WHERE r.remaining > 0 AND (r.expires_on IS NULL OR r.expires_on > p_business_on)
        WINDOW last_first AS (ORDER BY r.id DESC ROWS UNBOUNDED PRECEDING)
    ), wanted AS MATERIALIZED (
        SELECT id, home, ordinal, least(remaining, p_units - before) AS units FROM received WHERE before < p_units
    ), taken AS (
        UPDATE ledger_lot l SET remaining = l.remaining - w.units
          FROM wanted w WHERE l.id = w.id AND l.points_account_id = p_account
        RETURNING l.id, w.ordinal, w.units, l.grant_month, l.source_kind, l.portfolio
    ), given AS (
        UPDATE ledger_lot l SET remaining = l.remaining + w.units, returned_on = greatest(l.returned_on, p_business_on)
          FROM wanted w WHERE l.id = w.home AND l.points_account_id = p_home
        RETURNING l.id, w.ordinal, w.units, l.grant_month, l.source_kind, l.portfolio
    ), moved AS (
        INSERT INTO ledger_lotmove (id, points_account_id, unit_id, lot_id, movement_id, from_state, to_state, units, business_on, reason,
            grant_month, source_kind, portfolio)
        SELECT ledger_child_id(p_id, ordinal), p_account, p_unit, id, p_id, 10, 5, units, p_business_on, p_reason, grant_month, source_kind,
               portfolio FROM taken
         UNION ALL
        SELECT ledger_child_id(ledger_sibling_id(p_id, 1), ordinal), p_home, p_unit, id, ledger_sibling_id(p_id, 1), 5, 10, units,
               p_business_on, p_reason, grant_month, source_kind, portfolio FROM given
    )
    SELECT coalesce(sum(units), 0) INTO v_units FROM given;
    IF v_units <> p_units THEN
        RAISE EXCEPTION 'the lots of wallet % hold fewer points than were counted', p_account USING ERRCODE = 'PB009';
    END IF;
END $$;
