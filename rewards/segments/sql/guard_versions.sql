-- An approved version of a segment stands for ever: campaigns were judged by it.
CREATE TRIGGER segment_versions_stand_once_approved BEFORE UPDATE OR DELETE ON rewards_segmentversion
    FOR EACH ROW WHEN (OLD.approved_at IS NOT NULL) EXECUTE FUNCTION accounts_refuse_change();
