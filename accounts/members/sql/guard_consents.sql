-- What a member agreed to is history; a change of mind is another row.

CREATE TRIGGER consents_are_only_added BEFORE UPDATE OR DELETE ON accounts_consent
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
