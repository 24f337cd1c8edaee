-- The record of an approved close stands: who prepared and approved it, what was checked, and why exceptions were accepted.
CREATE FUNCTION reporting_refuse_approved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM reporting_closerun WHERE id = OLD.run_id AND state = 'approved') THEN
        RAISE EXCEPTION 'the close is approved: its checks stand' USING ERRCODE = 'PB010';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER close_checks_stand_once_approved BEFORE UPDATE OR DELETE ON reporting_closecheck
    FOR EACH ROW EXECUTE FUNCTION reporting_refuse_approved();
CREATE TRIGGER close_runs_stand_once_approved BEFORE UPDATE OR DELETE ON reporting_closerun
    FOR EACH ROW WHEN (OLD.state = 'approved') EXECUTE FUNCTION ledger_refuse_change();
