-- A wish to take an event back that was decided stands: its points have moved, or somebody said no.
CREATE TRIGGER event_undo_requests_stand_once_decided BEFORE UPDATE OR DELETE ON rewards_eventundorequest
    FOR EACH ROW WHEN (OLD.state <> 'waiting') EXECUTE FUNCTION accounts_refuse_change();
