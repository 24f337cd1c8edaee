-- A check-in stands: its event has earned. A point that is closed stays closed, and none is deleted.
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON rewards_checkin FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON rewards_checkin FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER check_in_points_stand_once_closed BEFORE UPDATE OR DELETE ON rewards_checkinpoint
    FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION accounts_refuse_change();
