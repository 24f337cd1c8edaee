-- Nobody approves figures in which they had a hand, and who had one is never forgotten.
CREATE FUNCTION reporting_refuse_own_close() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM reporting_closehand WHERE run_id = NEW.id AND person = NEW.approver)
       OR EXISTS (SELECT 1 FROM reporting_closecheck WHERE run_id = NEW.id AND acknowledged_by = NEW.approver) THEN
        RAISE EXCEPTION 'who had a hand in a close cannot approve it' USING ERRCODE = 'PB010';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER close_approved_without_a_hand_in_it BEFORE INSERT OR UPDATE ON reporting_closerun
    FOR EACH ROW WHEN (NEW.state = 'approved') EXECUTE FUNCTION reporting_refuse_own_close();
CREATE TRIGGER close_hands_stand BEFORE UPDATE OR DELETE ON reporting_closehand
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
