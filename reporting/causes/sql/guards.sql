CREATE TRIGGER reporting_causeposting_append_only BEFORE UPDATE OR DELETE ON reporting_causeposting
    FOR EACH ROW EXECUTE FUNCTION ledger_books_refuse_change();
CREATE TRIGGER reporting_causeposting_no_truncate BEFORE TRUNCATE ON reporting_causeposting
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_books_refuse_change();
