-- Purchases name buyers by their code: it stays, whoever closed them stays closed, and nobody is deleted.
CREATE TRIGGER refuse_change BEFORE UPDATE ON accounts_buyer FOR EACH ROW
    WHEN (OLD.member_id IS DISTINCT FROM NEW.member_id OR OLD.code IS DISTINCT FROM NEW.code OR OLD.added_at IS DISTINCT FROM NEW.added_at
          OR OLD.closed_at IS NOT NULL)
    EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER refuse_delete BEFORE DELETE ON accounts_buyer FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON accounts_buyer FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
