-- Points were given at an approved price; a statement was sent. Both stand.
CREATE TRIGGER partner_prices_stand_once_approved BEFORE UPDATE OR DELETE ON rewards_partnerprice
    FOR EACH ROW WHEN (OLD.approved_at IS NOT NULL) EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON rewards_partnerstatement FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON rewards_partnerstatement FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON rewards_partnerstatementline FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON rewards_partnerstatementline FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
