-- What came stands: its number, topic, hash and moment. The body may only be forgotten, and what was counted stays counted.
CREATE TRIGGER deliveries_stand BEFORE UPDATE ON rewards_delivery
    FOR EACH ROW WHEN (ROW (OLD.connection_id, OLD.number, OLD.topic, OLD.body_hash, OLD.received_at)
        IS DISTINCT FROM ROW (NEW.connection_id, NEW.number, NEW.topic, NEW.body_hash, NEW.received_at)
        OR (NEW.body IS NOT NULL AND NEW.body IS DISTINCT FROM OLD.body)
        OR (OLD.outcome = 'done' AND NEW.outcome <> 'done')) EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER deliveries_stay BEFORE DELETE ON rewards_delivery FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
