-- Approved currency terms and published conditions stand for ever: lots and consents point at them.

CREATE FUNCTION accounts_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: the row is history', TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER currency_terms_stand_once_approved BEFORE UPDATE OR DELETE ON accounts_currencyterms
    FOR EACH ROW WHEN (OLD.approved_at IS NOT NULL) EXECUTE FUNCTION accounts_refuse_change();

CREATE TRIGGER programme_terms_stand_once_published BEFORE UPDATE OR DELETE ON accounts_programmeterms
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
