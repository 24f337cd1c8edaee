-- Least rights for the application's role: it reads the ledger, adds to what is append-only, and posts points only through the functions.
-- Run by the owner after every migration; safe to run again. A role that does not exist, or that is the owner itself, is left alone.
DO $$
DECLARE
    v_role text := '{role}';
    v_table text;
    v_function text;
    v_refused record;
BEGIN
    IF to_regclass('ledger_movement') IS NULL OR NOT EXISTS (SELECT FROM pg_roles WHERE rolname = v_role)
       OR pg_has_role(v_role, (SELECT relowner FROM pg_class WHERE oid = 'ledger_movement'::regclass), 'USAGE') THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('ledger grants'));
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', v_role);
    EXECUTE format('REVOKE CREATE ON SCHEMA public FROM PUBLIC, %I', v_role);
    EXECUTE format('REVOKE TRUNCATE, REFERENCES, TRIGGER ON ALL TABLES IN SCHEMA public FROM %I', v_role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %I', v_role);
    EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO %I', v_role);

    -- What the functions and the sealer write: read only. So are the migrations.
    FOR v_table IN SELECT c.oid::regclass::text FROM pg_class c
                    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
                      AND (c.relname ~ '^ledger_(act|movement|lot|lotmove|lotending|conversion|tick|rollup|rollupdraft|rollupbuild|seallog|sealleaf|sealnode|sealcheckpoint|sealpublication|sealsecret)(_|$)' OR c.relname = 'django_migrations') LOOP
        EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON %s FROM %I', v_table, v_role);
    END LOOP;
    -- A wallet is opened by the application with empty balances; only the functions change them.
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON ledger_balance FROM %I', v_role);
    EXECUTE format('REVOKE UPDATE, DELETE ON ledger_pointsaccount FROM %I', v_role);
    EXECUTE format('GRANT INSERT (id, points_account_id, unit_id) ON ledger_balance TO %I', v_role);
    -- Whoever is erased takes the secret of their leaves along.
    EXECUTE format('GRANT UPDATE (secret, forgotten_at) ON ledger_sealsecret TO %I', v_role);
    -- What a trigger refuses always and for every row (whichever app it belongs to) is not granted in the first place.
    FOR v_refused IN SELECT t.tgrelid::regclass::text AS name, t.tgtype::integer & 16 > 0 AS on_update, t.tgtype::integer & 8 > 0 AS on_delete
                       FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid
                      WHERE p.proname LIKE '%refuse\_change' AND t.tgqual IS NULL AND t.tgattr::text = ''
                        AND c.relnamespace = 'public'::regnamespace LOOP
        IF v_refused.on_update THEN
            EXECUTE format('REVOKE UPDATE ON %s FROM %I', v_refused.name, v_role);
        END IF;
        IF v_refused.on_delete THEN
            EXECUTE format('REVOKE DELETE ON %s FROM %I', v_refused.name, v_role);
        END IF;
    END LOOP;

    -- The acts are for callers, the parts that they are made of are not.
    FOR v_function IN SELECT p.oid::regprocedure::text FROM pg_proc p
                       WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'ledger\_%' AND p.prokind = 'f' LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC, %I', v_function, v_role);
    END LOOP;
    FOR v_function IN SELECT p.oid::regprocedure::text FROM pg_proc p
                       WHERE p.pronamespace = 'public'::regnamespace AND p.proname = ANY (ARRAY[
                             'ledger_grant', 'ledger_take', 'ledger_finish_hold', 'ledger_activate', 'ledger_restore', 'ledger_reverse',
                             'ledger_transfer', 'ledger_transfer_back', 'ledger_move_ends', 'ledger_convert', 'ledger_convert_due',
                             'ledger_expire', 'ledger_mature', 'ledger_grant_many', 'ledger_redeem_many', 'ledger_lock_balances', 'ledger_verify',
                             'ledger_plan_partitions', 'ledger_first_id', 'ledger_new_id', 'ledger_child_id', 'ledger_sibling_id',
                             'ledger_untaken', 'ledger_horizon', 'ledger_leaves_of_this_transaction']) LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', v_function, v_role);
    END LOOP;
END $$;
