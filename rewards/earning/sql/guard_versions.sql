-- An approved version of a rule stands for ever: purchases were evaluated with it, and returns are again.
CREATE TRIGGER rule_versions_stand_once_approved BEFORE UPDATE OR DELETE ON rewards_earningruleversion
    FOR EACH ROW WHEN (OLD.approved_at IS NOT NULL) EXECUTE FUNCTION accounts_refuse_change();
