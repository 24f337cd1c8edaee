-- What a shop asked stands, and so does an answer.
CREATE TRIGGER privacy_wishes_stand BEFORE UPDATE ON rewards_privacywish
    FOR EACH ROW WHEN (OLD.answered_at IS NOT NULL
        OR ROW (OLD.connection_id, OLD.delivery_id, OLD.wish, OLD.customer, OLD.member_id, OLD.forgotten, OLD.asked_at, OLD.due_on)
        IS DISTINCT FROM ROW (NEW.connection_id, NEW.delivery_id, NEW.wish, NEW.customer, NEW.member_id, NEW.forgotten, NEW.asked_at, NEW.due_on))
    EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER privacy_wishes_stay BEFORE DELETE ON rewards_privacywish FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
