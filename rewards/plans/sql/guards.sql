-- What was paid, given back and used is only added. A subscription keeps who has what; its days and its state move.
SELECT ledger_make_append_only('rewards_subscriptionperiod');
SELECT ledger_make_append_only('rewards_subscriptioncancellation');
SELECT ledger_make_append_only('rewards_subscriptionrefund');
SELECT ledger_make_append_only('rewards_entitlementuse');
CREATE TRIGGER subscriptions_stand BEFORE UPDATE ON rewards_subscription
    FOR EACH ROW WHEN (ROW (OLD.programme_id, OLD.member_id, OLD.plan_id, OLD.term, OLD.starts_on, OLD.anchor_on, OLD.source, OLD.external_id)
        IS DISTINCT FROM ROW (NEW.programme_id, NEW.member_id, NEW.plan_id, NEW.term, NEW.starts_on, NEW.anchor_on, NEW.source, NEW.external_id)
        OR (OLD.state = 'ended' AND NEW IS DISTINCT FROM OLD))
    EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER subscriptions_stay BEFORE DELETE ON rewards_subscription FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();

-- A cut period gives back at most what was paid for it: the copy of what was paid is that of the period.
CREATE FUNCTION rewards_refund_of_its_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM rewards_subscriptionperiod p WHERE p.id = NEW.period_id AND p.paid_minor = NEW.paid_minor) THEN
        RAISE EXCEPTION 'period % was not paid with %', NEW.period_id, NEW.paid_minor USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refund_of_its_period BEFORE INSERT ON rewards_subscriptionrefund
    FOR EACH ROW EXECUTE FUNCTION rewards_refund_of_its_period();
