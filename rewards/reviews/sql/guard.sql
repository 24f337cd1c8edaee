-- A review that was withdrawn stands as it is: its points have gone.
CREATE TRIGGER reviews_stand_once_withdrawn BEFORE UPDATE OR DELETE ON rewards_review
    FOR EACH ROW WHEN (OLD.state = 'withdrawn') EXECUTE FUNCTION accounts_refuse_change();
