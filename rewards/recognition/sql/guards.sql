-- What was given away, and the allowances for it, are only added. A message that must be forgotten with its member becomes empty, and nothing else changes.
SELECT ledger_make_append_only('rewards_allowance');
CREATE TRIGGER recognitions_stand BEFORE UPDATE ON rewards_recognition
    FOR EACH ROW WHEN (NEW.message <> '' OR (to_jsonb(NEW) - 'message') IS DISTINCT FROM (to_jsonb(OLD) - 'message'))
    EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER recognitions_stay BEFORE DELETE ON rewards_recognition FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER recognitions_are_not_emptied BEFORE TRUNCATE ON rewards_recognition
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
