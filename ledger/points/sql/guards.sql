-- Nothing posted is ever edited; partitions for the months to come; small id arithmetic.

CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: post a correction instead of a %', TG_TABLE_NAME, TG_OP USING ERRCODE = 'PB010';
END $$;

CREATE FUNCTION ledger_make_append_only(p_table regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_table regclass;
BEGIN
    EXECUTE format('CREATE OR REPLACE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()', p_table);
    FOR v_table IN SELECT p_table UNION SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = p_table LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER refuse_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()', v_table);
    END LOOP;
END $$;

-- The smallest UUIDv7 of a moment: the bounds of the monthly partitions.
CREATE FUNCTION ledger_first_id(p_at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM p_at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- A UUIDv7 as loyalty.kit.ids makes it, with the fraction of its millisecond: what a later statement writes sorts behind it.
CREATE FUNCTION ledger_new_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT (left(now.parts, 12) || '7' || right(now.parts, 3) || substr(replace(gen_random_uuid()::text, '-', ''), 17, 12) || '0000')::uuid
      FROM (SELECT lpad(to_hex(floor(extract(epoch FROM clock_timestamp()) * 4096000)::bigint), 15, '0') AS parts) AS now
$$;

-- The id of the n-th further movement of an act: sorts right behind the first one and its children.
CREATE FUNCTION ledger_sibling_id(p_id uuid, p_n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT (left(p_id::text, 24) || lpad(to_hex((('x' || substr(p_id::text, 25, 8))::bit(32)::bigint + p_n) % 4294967296), 8, '0') || '0000')::uuid
$$;

-- The id of a movement's n-th lot move: the movement's id with n in its last two bytes.
CREATE FUNCTION ledger_child_id(p_parent uuid, p_ordinal bigint) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT (left(p_parent::text, 32) || lpad(to_hex(p_ordinal), 4, '0'))::uuid
$$;

-- Makes the partitions of `p_months` months from the month of `p_from` on; answers how many are new. A month that already has rows among
-- the unplanned ones keeps them there. Nobody gets rights to write a partition directly, whatever the database's default privileges say.
CREATE FUNCTION ledger_plan_partitions(p_from date, p_months integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_month date;
    v_name text;
    v_parent text;
    v_first uuid;
    v_next uuid;
    v_late boolean;
    v_grantee text;
    v_made integer := 0;
BEGIN
    ASSERT p_months BETWEEN 1 AND 120, 'plan at most ten years ahead';
    FOR v_month IN SELECT generate_series(date_trunc('month', p_from), date_trunc('month', p_from) + make_interval(months => p_months - 1), '1 month')::date LOOP
        v_first := ledger_first_id(v_month::timestamp AT TIME ZONE 'UTC');
        v_next := ledger_first_id((v_month + interval '1 month') AT TIME ZONE 'UTC');
        FOREACH v_parent IN ARRAY ARRAY['ledger_movement', 'ledger_lotmove'] LOOP
            v_name := v_parent || to_char(v_month, '_YYYYMM');
            CONTINUE WHEN to_regclass(v_name) IS NOT NULL;
            EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE id >= $1 AND id < $2)', v_parent || '_unplanned') INTO v_late USING v_first, v_next;
            CONTINUE WHEN v_late;
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', v_name, v_parent, v_first, v_next);
            EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()', v_name);
            FOR v_grantee IN SELECT DISTINCT a.grantee::regrole::text FROM pg_class c, aclexplode(c.relacl) a
                              WHERE c.oid = v_name::regclass AND a.grantee <> 0 AND a.grantee <> c.relowner LOOP
                EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON %I FROM %s', v_name, v_grantee);
            END LOOP;
            v_made := v_made + 1;
        END LOOP;
    END LOOP;
    RETURN v_made;
END $$;

-- Wallets, their balances and their lots change, but they never go away.
CREATE TRIGGER refuse_change BEFORE DELETE ON ledger_pointsaccount FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER refuse_change BEFORE DELETE ON ledger_balance FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER refuse_change BEFORE DELETE ON ledger_lot FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON ledger_pointsaccount FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON ledger_balance FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON ledger_lot FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
SELECT ledger_make_append_only('ledger_act'), ledger_make_append_only('ledger_movement'), ledger_make_append_only('ledger_lotmove'),
       ledger_make_append_only('ledger_lotending');
SELECT ledger_plan_partitions(CURRENT_DATE, 4);
