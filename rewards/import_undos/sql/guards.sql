-- What was asked for stands, and so does a decision; only how far it is changes. What a line came to is written once.
CREATE TRIGGER import_undos_stand BEFORE UPDATE ON rewards_importundo
    FOR EACH ROW WHEN (ROW (OLD.programme_id, OLD.balance_import_id, OLD.author_id) IS DISTINCT FROM ROW (NEW.programme_id, NEW.balance_import_id, NEW.author_id)
        OR (OLD.decided_at IS NOT NULL AND (OLD.decided_at, OLD.decided_by_id) IS DISTINCT FROM (NEW.decided_at, NEW.decided_by_id))
        OR OLD.state IN ('done', 'refused')) EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER import_undos_stay BEFORE DELETE ON rewards_importundo FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER import_undo_lines_stand BEFORE UPDATE ON rewards_importundoline
    FOR EACH ROW WHEN (OLD.outcome <> '' OR ROW (OLD.undo_id, OLD.row_id, OLD.line, OLD.units) IS DISTINCT FROM ROW (NEW.undo_id, NEW.row_id, NEW.line, NEW.units))
    EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER import_undo_lines_stay BEFORE DELETE ON rewards_importundoline FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
