CREATE TRIGGER reporting_cardposting_append_only BEFORE UPDATE OR DELETE ON reporting_cardposting
    FOR EACH ROW EXECUTE FUNCTION ledger_books_refuse_change();
CREATE TRIGGER reporting_cardposting_no_truncate BEFORE TRUNCATE ON reporting_cardposting
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_books_refuse_change();
CREATE TRIGGER reporting_cardstatement_append_only BEFORE UPDATE OR DELETE ON reporting_cardstatement
    FOR EACH ROW EXECUTE FUNCTION ledger_books_refuse_change();
CREATE TRIGGER reporting_cardstatement_no_truncate BEFORE TRUNCATE ON reporting_cardstatement
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_books_refuse_change();

-- An estimate in force keeps its figures; it can only give way to a newer one.
CREATE TRIGGER reporting_cardestimate_guard BEFORE UPDATE OR DELETE ON reporting_cardestimate
    FOR EACH ROW EXECUTE FUNCTION ledger_estimate_guard();
