-- Rights of the role that ticks and seals: it calls two functions that take movements in and adds to the log; it reads no movement, no wallet
-- and no secret. Run by the owner after every migration; safe to run again. Where the sealer has no login of its own, the application is the
-- sealer: it keeps what it has (grants.sql, which comes first, has just taken the rest away) and gets this besides.
DO $$
DECLARE
    v_role text := '{role}';
BEGIN
    IF to_regprocedure('ledger_seal(smallint, xid8, integer, boolean)') IS NULL OR NOT EXISTS (SELECT FROM pg_roles WHERE rolname = v_role)
       OR pg_has_role(v_role, (SELECT relowner FROM pg_class WHERE oid = 'ledger_movement'::regclass), 'USAGE') THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('ledger grants'));
    IF v_role <> '{application}' THEN
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA public FROM %I', v_role);
        EXECUTE format('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM %I', v_role);
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', v_role);
    EXECUTE format('GRANT SELECT ON ledger_pointunit, ledger_tick, ledger_seallog, ledger_sealleaf, ledger_sealnode, ledger_sealcheckpoint, '
                   'ledger_sealpublication TO %I', v_role);
    EXECUTE format('GRANT INSERT ON ledger_seallog, ledger_sealnode, ledger_sealcheckpoint, ledger_sealpublication TO %I', v_role);
    EXECUTE format('GRANT UPDATE (xid, movement, cluster) ON ledger_seallog TO %I', v_role);
    EXECUTE format('GRANT EXECUTE ON FUNCTION ledger_tick(integer), ledger_rebuild(integer), ledger_forget_rebuild(), ledger_horizon(), '
                   'ledger_seal(smallint, xid8, integer, boolean) TO %I', v_role);
END $$;
