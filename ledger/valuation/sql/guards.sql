-- What a run allocated and what a close stated is never edited; journal lines name pools that exist.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['pool', 'allocation', 'daytaking', 'plainsale', 'poolrate', 'poolstatement', 'valuationrun'] LOOP
        EXECUTE format('CREATE TRIGGER ledger_%1$s_append_only BEFORE UPDATE OR DELETE ON ledger_%1$s
                        FOR EACH ROW EXECUTE FUNCTION ledger_books_refuse_change()', name);
        EXECUTE format('CREATE TRIGGER ledger_%1$s_no_truncate BEFORE TRUNCATE ON ledger_%1$s
                        FOR EACH STATEMENT EXECUTE FUNCTION ledger_books_refuse_change()', name);
    END LOOP;
END
$$;

ALTER TABLE ledger_journalline ADD CONSTRAINT journal_line_pool_exists FOREIGN KEY (pool_id) REFERENCES ledger_pool (id);

-- An estimate that is in force keeps its figures; it can only give way to a newer one.
CREATE FUNCTION ledger_estimate_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR (OLD.state <> 'draft' AND (to_jsonb(NEW) - 'state' <> to_jsonb(OLD) - 'state' OR NEW.state <> 'superseded')) THEN
        RAISE EXCEPTION 'estimate % is kept as it is', OLD.id
            USING ERRCODE = 'restrict_violation', HINT = 'Prepare a new estimate instead.';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER ledger_estimate_guard BEFORE UPDATE OR DELETE ON ledger_estimate
    FOR EACH ROW EXECUTE FUNCTION ledger_estimate_guard();
