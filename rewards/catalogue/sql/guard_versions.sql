-- An approved version stands for ever: redemptions point at it.
CREATE TRIGGER reward_versions_stand_once_approved BEFORE UPDATE OR DELETE ON rewards_rewardversion
    FOR EACH ROW WHEN (OLD.approved_at IS NOT NULL) EXECUTE FUNCTION accounts_refuse_change();
