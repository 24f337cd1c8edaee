-- What a shop reported is history; a correction is another row with the next number.
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON accounts_storeday FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON accounts_storeday FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
