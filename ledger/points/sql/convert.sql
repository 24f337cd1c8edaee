-- What gathers in one currency becomes points of another of the same wallet, and comes back when what it was earned by is returned.
--   the currency that gathers    available -> converted (6): one movement, as many lot moves as lots were taken from
--   the other one                issued -> available: a movement and a lot for each kind of source, of the same act
-- Each lot that is given has the source kind of the lots that it came from, so that the books know which deferred money goes where.

-- Converts p_units into p_given, of lots granted through p_through. How many make how many: p_step make p_gives, or each makes p_rate.
CREATE FUNCTION ledger_convert(p_account uuid, p_unit smallint, p_id uuid, p_source smallint, p_key text, p_fingerprint bytea, p_to smallint,
    p_units bigint, p_given bigint, p_step bigint, p_gives bigint, p_rate numeric, p_through date, p_occurred_at timestamptz, p_business_on date,
    p_expires_on date, p_portfolio smallint, p_terms integer,
    OUT movement uuid, OUT available bigint, OUT pending bigint, OUT held bigint, OUT arrears bigint, OUT seq bigint, OUT replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_there bigint;
    v_order smallint := (SELECT consumption_order FROM ledger_pointunit WHERE id = p_unit);
    v_to_order smallint := (SELECT consumption_order FROM ledger_pointunit WHERE id = p_to);
    v_grants bigint;
BEGIN
    PERFORM ledger_lock_balances(ARRAY[p_account]);
    IF NOT EXISTS (SELECT FROM ledger_balance b WHERE b.points_account_id = p_account AND b.unit_id = p_to) THEN
        RAISE EXCEPTION 'wallet % holds no currency %', p_account, p_to USING ERRCODE = 'PB003';
    END IF;
    IF NOT ledger_begin(p_account, p_unit, p_id, p_source, p_key, p_fingerprint) THEN
        SELECT * INTO movement, available, pending, held, arrears, seq, replayed
          FROM ledger_replay(p_account, p_unit, p_source, p_key, p_fingerprint);
        RETURN;
    END IF;
    v_there := ledger_convertible(p_account, p_unit, p_business_on, p_through);
    IF v_there < p_units THEN
        RAISE EXCEPTION 'not enough points' USING ERRCODE = 'PB002', DETAIL = v_there;
    END IF;
    INSERT INTO ledger_conversion (id, points_account_id, unit_id, to_unit_id, units, given, step_units, gives_units, rate)
    VALUES (p_id, p_account, p_unit, p_to, p_units, p_given, p_step, p_gives, p_rate);
    PERFORM ledger_move(p_account, p_unit, p_id, p_id, 13::smallint, 10::smallint, 6::smallint, p_units, 37::smallint, p_occurred_at,
        p_business_on, NULL, NULL, NULL);
    PERFORM ledger_consume_to_convert(p_account, p_unit, p_id, p_units, p_business_on, v_order, p_through, NULL);
    v_grants := ledger_give_converted(p_account, p_to, p_id, p_units, p_given, p_occurred_at, p_business_on, p_expires_on, p_portfolio, p_terms);
    PERFORM ledger_settle(p_account, p_to, ledger_sibling_id(p_id, v_grants + 1), p_id, p_given, p_occurred_at, p_business_on, v_to_order);
    SELECT * INTO movement, available, pending, held, arrears, seq, replayed FROM ledger_answer(p_account, p_unit, p_id);
END $$;

-- What a wallet holds on a day of points that were granted through another.
CREATE FUNCTION ledger_convertible(p_account uuid, p_unit smallint, p_business_on date, p_through date) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT coalesce(sum(remaining), 0) FROM ledger_lot
             WHERE points_account_id = p_account AND unit_id = p_unit AND remaining > 0 AND NOT is_pending AND granted_on <= p_through
               AND (expires_on IS NULL OR expires_on > p_business_on));
END $$;

-- Takes p_units of the open lots granted through p_through, all but the lot p_not, for the movement p_movement; the wallet is locked.
CREATE FUNCTION ledger_consume_to_convert(p_account uuid, p_unit smallint, p_movement uuid, p_units bigint, p_business_on date, p_order smallint,
    p_through date, p_not uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_units bigint;
BEGIN
    WITH open_lot AS (
        SELECT id, remaining, row_number() OVER in_order AS ordinal, sum(remaining) OVER in_order - remaining AS before
          FROM ledger_lot
         WHERE points_account_id = p_account AND unit_id = p_unit AND remaining > 0 AND NOT is_pending AND granted_on <= p_through
           AND (expires_on IS NULL OR expires_on > p_business_on) AND id IS DISTINCT FROM p_not
        WINDOW in_order AS (ORDER BY CASE p_order WHEN 1 THEN expires_on END NULLS LAST, CASE p_order WHEN 3 THEN granted_on END DESC,
                                     CASE p_order WHEN 3 THEN id END DESC, granted_on, id ROWS UNBOUNDED PRECEDING)
    ), taken AS (
        UPDATE ledger_lot l SET remaining = l.remaining - least(o.remaining, p_units - o.before)
          FROM open_lot o WHERE l.id = o.id AND l.points_account_id = p_account AND o.before < p_units
        RETURNING l.id, o.ordinal, least(o.remaining, p_units - o.before) AS units, l.grant_month, l.source_kind, l.portfolio
    ), moved AS (
        INSERT INTO ledger_lotmove (id, points_account_id, unit_id, lot_id, movement_id, from_state, to_state, units, business_on, reason,
            grant_month, source_kind, portfolio)
        SELECT ledger_child_id(p_movement, ordinal), p_account, p_unit, id, p_movement, 10, 6, units, p_business_on, 37, grant_month,
               source_kind, portfolio FROM taken
    )
    SELECT coalesce(sum(units), 0) INTO v_units FROM taken;
    IF v_units <> p_units THEN
        RAISE EXCEPTION 'the lots of wallet % hold fewer points than were counted', p_account USING ERRCODE = 'PB009';
    END IF;
END $$;

-- Gives p_given for the lots that the movement p_id took: a lot for each kind of source, shared by units (largest remainder); answers how many.
CREATE FUNCTION ledger_give_converted(p_account uuid, p_to smallint, p_id uuid, p_units bigint, p_given bigint, p_occurred_at timestamptz,
    p_business_on date, p_expires_on date, p_portfolio smallint, p_terms integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    r record;
    v_lots bigint := 0;
    v_month date := date_trunc('month', p_business_on)::date;
BEGIN
    FOR r IN
        WITH kind AS (
            SELECT source_kind, sum(units) AS units FROM ledger_lotmove
             WHERE id > p_id AND id <= ledger_child_id(p_id, 65535) AND points_account_id = p_account GROUP BY source_kind
        ), part AS (
            SELECT source_kind, floor(p_given::numeric * units / p_units) AS whole,
                   row_number() OVER (ORDER BY mod(p_given::numeric * units, p_units) DESC, source_kind) AS place FROM kind
        ), share AS (
            SELECT source_kind, (whole + CASE WHEN place <= p_given - sum(whole) OVER () THEN 1 ELSE 0 END)::bigint AS units FROM part
        )
        SELECT s.source_kind, s.units, ledger_sibling_id(p_id, row_number() OVER (ORDER BY s.units DESC, s.source_kind)) AS id
          FROM share s WHERE s.units > 0 ORDER BY s.units DESC, s.source_kind
    LOOP
        v_lots := v_lots + 1;
        PERFORM ledger_move(p_account, p_to, r.id, p_id, 13::smallint, 1::smallint, 10::smallint, r.units, 37::smallint, p_occurred_at,
            p_business_on, NULL, NULL, NULL);
        INSERT INTO ledger_lot (id, points_account_id, unit_id, granted_on, grant_month, source_kind, portfolio, expires_on, matures_on, granted,
            remaining, is_pending, terms)
        VALUES (r.id, p_account, p_to, p_business_on, v_month, r.source_kind, p_portfolio, p_expires_on, NULL, r.units, r.units, false, p_terms);
        PERFORM ledger_move_lot(p_account, p_to, r.id, 1, r.id, 1::smallint, 10::smallint, r.units, 37::smallint, p_business_on);
    END LOOP;
    RETURN v_lots;
END $$;

-- The next wallets after p_after, in order: all that each can convert, once for p_key. Answers the last wallet looked at, or nothing at the end.
CREATE FUNCTION ledger_convert_due(p_unit smallint, p_to smallint, p_after uuid, p_most integer, p_source smallint, p_key text, p_step bigint,
    p_gives bigint, p_rate numeric, p_through date, p_occurred_at timestamptz, p_business_on date, p_expires_on date, p_portfolio smallint,
    p_terms integer, OUT last_wallet uuid, OUT wallets bigint, OUT units bigint, OUT given bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_wallets uuid[];
    v_wallet uuid;
    v_units bigint;
    v_given bigint;
BEGIN
    wallets := 0; units := 0; given := 0;
    SELECT array_agg(w.points_account_id), max(w.points_account_id::text)::uuid INTO v_wallets, last_wallet FROM (
        SELECT points_account_id FROM ledger_balance
         WHERE unit_id = p_unit AND available > 0 AND (p_after IS NULL OR points_account_id > p_after)
         ORDER BY points_account_id LIMIT p_most) w;
    INSERT INTO ledger_balance (points_account_id, unit_id) SELECT w, p_to FROM unnest(v_wallets) w ON CONFLICT DO NOTHING;
    PERFORM ledger_lock_balances(v_wallets);
    FOR v_wallet IN
        SELECT w FROM unnest(v_wallets) w WHERE NOT EXISTS (
            SELECT FROM ledger_act a WHERE a.points_account_id = w AND a.source = p_source AND a.key = p_key) ORDER BY w
    LOOP
        SELECT c.units, c.given INTO v_units, v_given
          FROM ledger_converted(ledger_convertible(v_wallet, p_unit, p_business_on, p_through), p_step, p_gives, p_rate) c;
        CONTINUE WHEN v_given = 0;
        PERFORM ledger_convert(v_wallet, p_unit, ledger_new_id(), p_source, p_key, ''::bytea, p_to, v_units, v_given, p_step, p_gives, p_rate,
            p_through, p_occurred_at, p_business_on, p_expires_on, p_portfolio, p_terms);
        wallets := wallets + 1; units := units + v_units; given := given + v_given;
    END LOOP;
END $$;

-- How many units are taken of what is there, and what they become: ConversionTerms.converted in SQL (a test holds the two together).
CREATE FUNCTION ledger_converted(p_there bigint, p_step bigint, p_gives bigint, p_rate numeric, OUT units bigint, OUT given bigint)
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    v_steps bigint;
BEGIN
    IF p_rate IS NULL THEN
        v_steps := least(p_there / p_step, 1000000000 / greatest(p_step, p_gives));
        units := v_steps * p_step; given := v_steps * p_gives;
    ELSE
        given := floor(p_there * p_rate); units := CASE WHEN given > 0 THEN p_there ELSE 0 END;
    END IF;
END $$;

-- Brings p_need units of the lot p_lot back from what they became, latest conversion first, for the act p_act that takes them back:
--   by steps   other points of the wallet that gather take their place in the conversion as far as they reach; for the rest whole steps are
--              undone, and what such a step took beyond the need comes back to its lots too
--   by a rate  the units come back, and what they became is taken back
-- What had been given is reversed like a grant: by the policy of its currency it is taken, owed, forgiven, or the whole act is refused.
CREATE FUNCTION ledger_convert_back(p_account uuid, p_unit smallint, p_act uuid, p_source smallint, p_fingerprint bytea, p_lot uuid, p_need bigint,
    p_occurred_at timestamptz, p_business_on date, p_order smallint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    c record;
    v_need bigint := p_need;
    v_part bigint;      -- units of the lot that come back of this conversion
    v_others bigint;    -- units of other lots that can take their place
    v_net bigint;       -- units by which the conversion becomes smaller
    v_lost bigint;      -- units of the other currency that are taken back for them
    v_next bigint := 16;
BEGIN
    FOR c IN
        SELECT o.*, t.of_lot, ledger_still_converted(p_account, o.id, o.units) AS still
          FROM (SELECT coalesce(m.reverses_id, m.id) AS id, sum(CASE WHEN v.to_state = 6 THEN v.units ELSE -v.units END) AS of_lot
                  FROM ledger_lotmove v JOIN ledger_movement m ON m.id = v.movement_id AND m.points_account_id = v.points_account_id
                 WHERE v.points_account_id = p_account AND v.lot_id = p_lot AND v.from_state <> 1 AND 6 IN (v.from_state, v.to_state)
                 GROUP BY 1) t
          JOIN ledger_conversion o ON o.id = t.id AND o.points_account_id = p_account
         WHERE t.of_lot > 0 ORDER BY o.id DESC
    LOOP
        EXIT WHEN v_need = 0;
        v_part := least(v_need, c.of_lot);
        IF c.rate IS NULL THEN
            v_others := (SELECT coalesce(sum(remaining), 0) FROM ledger_lot
                          WHERE points_account_id = p_account AND unit_id = p_unit AND remaining > 0 AND NOT is_pending AND id <> p_lot
                            AND (expires_on IS NULL OR expires_on > p_business_on));
            v_net := ceil(greatest(v_part - v_others, 0)::numeric / c.step_units) * c.step_units;
            v_lost := v_net / c.step_units * c.gives_units;
        ELSE
            v_net := v_part;
            v_lost := floor(c.still * c.rate) - floor((c.still - v_net) * c.rate);
        END IF;
        IF v_part > v_net THEN
            PERFORM ledger_move(p_account, p_unit, ledger_sibling_id(p_act, v_next), p_act, 13::smallint, 10::smallint, 6::smallint, v_part - v_net,
                37::smallint, p_occurred_at, p_business_on, c.id, NULL, NULL);
            PERFORM ledger_consume_to_convert(p_account, p_unit, ledger_sibling_id(p_act, v_next), v_part - v_net, p_business_on, p_order,
                'infinity'::date, p_lot);
            v_next := v_next + 1;
        END IF;
        PERFORM ledger_bring_converted(p_account, p_unit, ledger_sibling_id(p_act, v_next), p_act, c.id, p_lot, v_part, greatest(v_net, v_part),
            p_occurred_at, p_business_on);
        v_next := v_next + 1;
        v_next := ledger_reverse_converted(p_account, c.to_unit_id, p_act, v_next, p_source, p_fingerprint, c.id, p_lot, v_lost, p_occurred_at,
            p_business_on);
        v_need := v_need - v_part;
    END LOOP;
END $$;

-- The units of a conversion that have not come back.
CREATE FUNCTION ledger_still_converted(p_account uuid, p_conversion uuid, p_units bigint) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN p_units + (SELECT coalesce(sum(CASE WHEN m.credit = 6 THEN m.amount ELSE -m.amount END), 0) FROM ledger_movement m
        WHERE m.points_account_id = p_account AND m.reverses_id = p_conversion);
END $$;

-- converted -> available for p_units of a conversion: p_part of the lot p_lot, then more of it, then of the other lots, last taken first.
CREATE FUNCTION ledger_bring_converted(p_account uuid, p_unit smallint, p_movement uuid, p_act uuid, p_conversion uuid, p_lot uuid, p_part bigint,
    p_units bigint, p_occurred_at timestamptz, p_business_on date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_units bigint;
BEGIN
    PERFORM ledger_move(p_account, p_unit, p_movement, p_act, 13::smallint, 6::smallint, 10::smallint, p_units, 37::smallint, p_occurred_at,
        p_business_on, p_conversion, NULL, NULL);
    WITH of_conversion AS (
        SELECT v.lot_id, v.id, CASE WHEN v.to_state = 6 THEN v.units ELSE -v.units END AS units
          FROM ledger_lotmove v
         WHERE v.points_account_id = p_account AND v.movement_id <> p_movement AND v.id > p_conversion AND v.id <= ledger_child_id(p_conversion, 65535)
         UNION ALL
        SELECT v.lot_id, v.id, CASE WHEN v.to_state = 6 THEN v.units ELSE -v.units END
          FROM ledger_movement m JOIN ledger_lotmove v ON v.id > m.id AND v.id <= ledger_child_id(m.id, 65535) AND v.points_account_id = m.points_account_id
         WHERE m.points_account_id = p_account AND m.reverses_id = p_conversion AND m.kind = 13
    ), converted AS (
        SELECT lot_id, sum(units) AS units, max(id::text) AS last FROM of_conversion GROUP BY lot_id HAVING sum(units) > 0
    ), in_turn AS (
        SELECT lot_id, units, row_number() OVER w AS ordinal, sum(units) OVER w - units AS before
          FROM converted WINDOW w AS (ORDER BY lot_id = p_lot DESC, last DESC ROWS UNBOUNDED PRECEDING)
    ), wanted AS MATERIALIZED (
        SELECT lot_id, ordinal, least(units, p_units - before)::bigint AS units FROM in_turn WHERE before < p_units
    ), given AS (
        UPDATE ledger_lot l SET remaining = l.remaining + w.units, returned_on = greatest(l.returned_on, p_business_on)
          FROM wanted w WHERE l.id = w.lot_id AND l.points_account_id = p_account
        RETURNING l.id, w.ordinal, w.units, l.grant_month, l.source_kind, l.portfolio
    ), moved AS (
        INSERT INTO ledger_lotmove (id, points_account_id, unit_id, lot_id, movement_id, from_state, to_state, units, business_on, reason,
            grant_month, source_kind, portfolio)
        SELECT ledger_child_id(p_movement, ordinal), p_account, p_unit, id, p_movement, 6, 10, units, p_business_on, 37, grant_month,
               source_kind, portfolio FROM given
    )
    SELECT coalesce(sum(units), 0) INTO v_units FROM given;
    IF v_units <> p_units OR p_part > p_units THEN
        RAISE EXCEPTION 'the lots of wallet % hold fewer points than were converted', p_account USING ERRCODE = 'PB009';
    END IF;
END $$;

-- Takes p_units of what a conversion gave back, first of the lot with the source kind of p_lot; answers the next free number of the act.
CREATE FUNCTION ledger_reverse_converted(p_account uuid, p_to smallint, p_act uuid, p_next bigint, p_source smallint, p_fingerprint bytea,
    p_conversion uuid, p_lot uuid, p_units bigint, p_occurred_at timestamptz, p_business_on date) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    g record;
    u ledger_pointunit := (SELECT u FROM ledger_pointunit u WHERE u.id = p_to);
    v_left bigint := p_units;
    v_id uuid;
    v_next bigint := p_next;
BEGIN
    FOR g IN
        SELECT l.id, l.granted - l.reversed - ledger_reversed_elsewhere(l) AS there
          FROM ledger_lot l JOIN ledger_movement m ON m.id = l.id AND m.points_account_id = l.points_account_id AND m.act_id = p_conversion
         WHERE l.points_account_id = p_account AND l.unit_id = p_to
           AND l.id IN (SELECT ledger_sibling_id(p_conversion, n) FROM generate_series(1, 12) n)
         ORDER BY l.source_kind = (SELECT o.source_kind FROM ledger_lot o WHERE o.id = p_lot AND o.points_account_id = p_account) DESC, l.id
    LOOP
        CONTINUE WHEN least(v_left, g.there) = 0;
        v_id := ledger_sibling_id(p_act, v_next);
        PERFORM ledger_reverse(p_account, p_to, v_id, p_source, 'converted:' || v_id, p_fingerprint, g.id, least(v_left, g.there), p_occurred_at,
            p_business_on, u.consumption_order::smallint, u.arrears_policy::smallint, u.arrears_limit, NULL);
        v_left := v_left - least(v_left, g.there);
        v_next := v_next + 16;
    END LOOP;
    IF v_left > 0 THEN
        RAISE EXCEPTION 'the conversion % gave fewer points than are taken back', p_conversion USING ERRCODE = 'PB009';
    END IF;
    RETURN v_next;
END $$;
