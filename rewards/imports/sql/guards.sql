-- What was handed in stands, and so does a decision; only how far it is changes. What a row came to is written once.
CREATE TRIGGER balance_imports_stand BEFORE UPDATE ON rewards_balanceimport
    FOR EACH ROW WHEN (ROW (OLD.programme_id, OLD.mode, OLD.file_name, OLD.sha256, OLD.creates_missing, OLD.keeps_policy, OLD.counts_again, OLD.author_id)
        IS DISTINCT FROM ROW (NEW.programme_id, NEW.mode, NEW.file_name, NEW.sha256, NEW.creates_missing, NEW.keeps_policy, NEW.counts_again, NEW.author_id)
        OR (OLD.decided_at IS NOT NULL AND (OLD.decided_at, OLD.decided_by_id) IS DISTINCT FROM (NEW.decided_at, NEW.decided_by_id))
        OR OLD.state IN ('done', 'refused')) EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER balance_imports_stay BEFORE DELETE ON rewards_balanceimport FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
-- How the file names a member may be forgotten, and nothing else of a row that has its result.
CREATE TRIGGER import_rows_stand BEFORE UPDATE ON rewards_balanceimportrow
    FOR EACH ROW WHEN (ROW (OLD.balance_import_id, OLD.line, OLD.units, OLD.starts_on, OLD.ends_on)
            IS DISTINCT FROM ROW (NEW.balance_import_id, NEW.line, NEW.units, NEW.starts_on, NEW.ends_on)
        OR (OLD.identity <> NEW.identity AND NEW.identity <> '{}'::jsonb) OR (OLD.named <> NEW.named AND NEW.named <> '')
        OR (OLD.outcome <> '' AND (ROW (OLD.kind, OLD.member_id, OLD.currency_id, OLD.outcome, OLD.moved_units, OLD.movement, OLD.failure)
                IS DISTINCT FROM ROW (NEW.kind, NEW.member_id, NEW.currency_id, NEW.outcome, NEW.moved_units, NEW.movement, NEW.failure)
            OR (OLD.reason <> NEW.reason AND NEW.reason <> ''))))
    EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER import_rows_stay BEFORE DELETE ON rewards_balanceimportrow FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
