-- A correction that was decided stands: its points have moved, or somebody said no.
CREATE TRIGGER adjustments_stand_once_decided BEFORE UPDATE OR DELETE ON rewards_adjustment
    FOR EACH ROW WHEN (OLD.state <> 'waiting') EXECUTE FUNCTION accounts_refuse_change();
