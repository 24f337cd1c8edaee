DROP TRIGGER ledger_estimate_guard ON ledger_estimate;
DROP FUNCTION ledger_estimate_guard();
ALTER TABLE ledger_journalline DROP CONSTRAINT journal_line_pool_exists;
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['pool', 'allocation', 'daytaking', 'plainsale', 'poolrate', 'poolstatement', 'valuationrun'] LOOP
        EXECUTE format('DROP TRIGGER ledger_%1$s_append_only ON ledger_%1$s', name);
        EXECUTE format('DROP TRIGGER ledger_%1$s_no_truncate ON ledger_%1$s', name);
    END LOOP;
END
$$;
