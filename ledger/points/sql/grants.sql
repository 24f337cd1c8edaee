-- Least rights for the application role: it reads the ledger, and posts points only through the functions.
-- Run by the owner after every migration; safe to run again.
DO $$
DECLARE
    v_role text := '{role}';
    v_table text;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = v_role) THEN
        RETURN;
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', v_role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %I', v_role);
    EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO %I', v_role);
    EXECUTE format('GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO %I', v_role);
    FOR v_table IN SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
                      AND (c.relname ~ '^ledger_(act|movement|lot|lotmove)(_|$)' OR c.relname = 'django_migrations') LOOP
        EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON %s FROM %I', v_table, v_role);
    END LOOP;
    -- A wallet is opened by the application with empty balances; only the functions change them.
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON ledger_balance, ledger_pointsaccount FROM %I', v_role);
    EXECUTE format('REVOKE INSERT ON ledger_balance FROM %I', v_role);
    EXECUTE format('GRANT INSERT (id, points_account_id, unit_id) ON ledger_balance TO %I', v_role);
    -- Every append-only table, whoever made it: no UPDATE, DELETE or TRUNCATE.
    FOR v_table IN SELECT t.tgrelid::regclass::text FROM pg_trigger t WHERE t.tgname = 'refuse_truncate' LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM %I', v_table, v_role);
    END LOOP;
    -- The parts that the posting functions are made of are not for callers.
    FOR v_table IN SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                    WHERE n.nspname = 'public' AND p.proname LIKE 'ledger\_%' AND NOT p.prosecdef AND p.prokind = 'f'
                      AND p.proname NOT IN ('ledger_lock_balances', 'ledger_child_id', 'ledger_first_id', 'ledger_spendable') LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC, %I', v_table, v_role);
    END LOOP;
END $$;
