-- An approved version of a ladder stands for ever: members were judged by it, and are again. A tier given by hand stands as it was decided.
CREATE TRIGGER ladder_versions_stand_once_approved BEFORE UPDATE OR DELETE ON rewards_tierladderversion
    FOR EACH ROW WHEN (OLD.approved_at IS NOT NULL) EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER tier_awards_stand_once_decided BEFORE UPDATE OR DELETE ON rewards_tieraward
    FOR EACH ROW WHEN (OLD.decided_at IS NOT NULL) EXECUTE FUNCTION accounts_refuse_change();
