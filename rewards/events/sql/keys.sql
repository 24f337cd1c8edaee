-- The database keys of what belongs to a wallet: (id, points account); rows are only added.
ALTER TABLE rewards_event DROP CONSTRAINT rewards_event_pkey, ADD PRIMARY KEY (id, points_account_id),
    ADD CONSTRAINT event_gives_no_less_than_nothing CHECK (units >= 0);
ALTER TABLE rewards_eventundo DROP CONSTRAINT rewards_eventundo_pkey, ADD PRIMARY KEY (id, points_account_id),
    ADD CONSTRAINT eventundo_of_its_event FOREIGN KEY (event_id, points_account_id) REFERENCES rewards_event (id, points_account_id);
SELECT ledger_make_append_only('rewards_event'), ledger_make_append_only('rewards_eventundo');
-- An approved version of what is set up stands for ever, like a rule's.
CREATE TRIGGER setup_versions_stand_once_approved BEFORE UPDATE OR DELETE ON rewards_setupversion
    FOR EACH ROW WHEN (OLD.approved_at IS NOT NULL) EXECUTE FUNCTION accounts_refuse_change();
