-- Purchases were judged by what a member chose: choices are only added.
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON rewards_daychoice FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON rewards_daychoice FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
