-- What happened to a card is only added, never changed. A card's value, kind, code and price stand; its money moves, with its state.
SELECT ledger_make_append_only('rewards_giftcardevent');
CREATE TRIGGER gift_cards_stand BEFORE UPDATE ON rewards_giftcard
    FOR EACH ROW WHEN (ROW (OLD.programme_id, OLD.code_digest, OLD.kind, OLD.currency, OLD.face_minor, OLD.paid_minor, OLD.issued_on)
        IS DISTINCT FROM ROW (NEW.programme_id, NEW.code_digest, NEW.kind, NEW.currency, NEW.face_minor, NEW.paid_minor, NEW.issued_on))
    EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER gift_cards_stay BEFORE DELETE ON rewards_giftcard FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
