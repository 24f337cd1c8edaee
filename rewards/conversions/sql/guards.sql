-- A rate stands once it is approved: members were given points at it.
CREATE TRIGGER conversion_rates_stand_once_approved BEFORE UPDATE OR DELETE ON rewards_conversionrate
    FOR EACH ROW WHEN (OLD.approved_at IS NOT NULL) EXECUTE FUNCTION accounts_refuse_change();
