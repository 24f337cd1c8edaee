-- What a currency is for decides how the books treat it: it never changes.
CREATE TRIGGER currency_kind_is_fixed BEFORE UPDATE ON accounts_pointcurrency
    FOR EACH ROW WHEN (OLD.kind IS DISTINCT FROM NEW.kind) EXECUTE FUNCTION accounts_refuse_change();
