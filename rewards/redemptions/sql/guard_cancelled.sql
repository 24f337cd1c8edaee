-- A redemption that was cancelled stands: its points are back, and who cancelled it and why stays.
CREATE TRIGGER redemptions_stand_once_cancelled BEFORE UPDATE OR DELETE ON rewards_redemption
    FOR EACH ROW WHEN (OLD.state = 'cancelled') EXECUTE FUNCTION accounts_refuse_change();
