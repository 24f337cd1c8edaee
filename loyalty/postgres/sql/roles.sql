-- Beside owner and application: the sealer ticks and seals (its rights: ledger/points/sql/sealer.sql), the reporter reads figures, and each is
-- cut off when it lingers. Run by the owner after every migration; safe to run again. A role that is not there is made if the owner may make roles, else left to the administrator.
DO $$
DECLARE
    v_role text;
    v_table text;
    v_limit text[];
    v_limits text[] := ARRAY[
        ['{owner}', 'lock_timeout', '60s'], ['{owner}', 'idle_in_transaction_session_timeout', '30min'],
        ['{application}', 'lock_timeout', '60s'], ['{application}', 'statement_timeout', '30min'],
        ['{application}', 'idle_in_transaction_session_timeout', '10min'],
        ['{reporter}', 'lock_timeout', '5s'], ['{reporter}', 'statement_timeout', '10min'],
        ['{reporter}', 'idle_in_transaction_session_timeout', '1min'], ['{reporter}', 'default_transaction_read_only', 'on']];
    v_sealers_limits text[] := ARRAY[
        ['{sealer}', 'lock_timeout', '10s'], ['{sealer}', 'statement_timeout', '5min'], ['{sealer}', 'idle_in_transaction_session_timeout', '1min']];
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ledger grants'));
    FOREACH v_role IN ARRAY ARRAY['{sealer}', '{reporter}'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = v_role)
           AND EXISTS (SELECT FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolcreaterole)) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I LOGIN', v_role);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;   -- roles are the server's: another database made it just now
            END;
        END IF;
    END LOOP;

    -- No names, addresses, keys, codes or texts of people: figures and what they are about.
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{reporter}') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', '{reporter}');
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA public FROM %I', '{reporter}');
        FOR v_table IN SELECT c.oid::regclass::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
                          AND ((c.relname ~ '^(ledger|reporting)_' AND c.relname !~ '^ledger_seal') OR c.relname IN ('rewards_purchase', 'rewards_purchaseline', 'rewards_return',
                               'rewards_returnline', 'rewards_reward', 'rewards_rewardversion', 'rewards_tier', 'rewards_tierstanding',
                               'accounts_programme', 'accounts_pointcurrency', 'accounts_currencyterms', 'accounts_store', 'accounts_channel', 'accounts_storeday')) LOOP
            EXECUTE format('GRANT SELECT ON %s TO %I', v_table, '{reporter}');
        END LOOP;
        EXECUTE format('GRANT SELECT (id, programme_id, points_account_id, status, joined_at, home_store_id) ON accounts_member TO %I', '{reporter}');
        EXECUTE format('GRANT EXECUTE ON FUNCTION ledger_untaken(), ledger_horizon(), ledger_child_id(uuid, bigint) TO %I', '{reporter}');
    END IF;

    IF '{sealer}' <> '{application}' THEN   -- else the sealer has no login: the application does its work, within its own limits
        v_limits := v_limits || v_sealers_limits;
    END IF;
    FOREACH v_limit SLICE 1 IN ARRAY v_limits LOOP
        CONTINUE WHEN NOT EXISTS (SELECT FROM pg_roles WHERE rolname = v_limit[1]) OR (v_limit[1] = '{application}' AND '{application}' = '{owner}');
        BEGIN
            EXECUTE format('ALTER ROLE %I IN DATABASE %I SET %I = %L', v_limit[1], current_database(), v_limit[2], v_limit[3]);
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE NOTICE 'only an administrator can set % of %: see docs/settings.md', v_limit[2], v_limit[1];
        END;
    END LOOP;
END $$;
