-- Moves the ends of lots that still hold points, each from the end that the caller saw; a lot that has another end by now, or no points, is
-- left alone. Wallets are locked in order. Answers how many ends moved. No points move: pools, balances and the books stay as they are.
CREATE FUNCTION ledger_move_ends(p_rows jsonb, p_business_on date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_moved bigint;
BEGIN
    PERFORM ledger_lock_balances((SELECT array_agg(DISTINCT r.wallet) FROM jsonb_to_recordset(p_rows) AS r (wallet uuid)));
    WITH wanted AS MATERIALIZED (
        SELECT r.*, ledger_sibling_id(ledger_new_id(), row_number() OVER (ORDER BY r.wallet, r.lot)) AS id
          FROM jsonb_to_recordset(p_rows) AS r (wallet uuid, lot uuid, from_on date, to_on date, why smallint)
    ), moved AS (
        UPDATE ledger_lot l
           SET expires_on = w.to_on, ends_moved = true, first_expires_on = CASE WHEN l.ends_moved THEN l.first_expires_on ELSE l.expires_on END
          FROM wanted w
         WHERE l.id = w.lot AND l.points_account_id = w.wallet AND l.expires_on IS NOT DISTINCT FROM w.from_on
           AND w.from_on IS DISTINCT FROM w.to_on AND l.remaining + l.held > 0
        RETURNING w.id, l.points_account_id, l.unit_id, l.id AS lot_id, w.from_on, w.to_on, w.why
    )
    INSERT INTO ledger_lotending (id, points_account_id, unit_id, lot_id, from_on, to_on, why, business_on)
    SELECT id, points_account_id, unit_id, lot_id, from_on, to_on, why, p_business_on FROM moved;
    GET DIAGNOSTICS v_moved = ROW_COUNT;
    RETURN v_moved;
END $$;
