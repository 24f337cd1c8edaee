CREATE TRIGGER reporting_feeposting_append_only BEFORE UPDATE OR DELETE ON reporting_feeposting
    FOR EACH ROW EXECUTE FUNCTION ledger_books_refuse_change();
CREATE TRIGGER reporting_feeposting_no_truncate BEFORE TRUNCATE ON reporting_feeposting
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_books_refuse_change();
