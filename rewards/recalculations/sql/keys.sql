-- The database keys of what belongs to a wallet, pairs between them, and what is only added.
ALTER TABLE rewards_purchaserevision DROP CONSTRAINT rewards_purchaserevision_pkey, ADD PRIMARY KEY (id, points_account_id),
    ADD CONSTRAINT revision_of_its_purchase FOREIGN KEY (purchase_id, points_account_id) REFERENCES rewards_purchase (id, points_account_id);
ALTER TABLE rewards_recalculationitem DROP CONSTRAINT rewards_recalculationitem_pkey, ADD PRIMARY KEY (id, points_account_id);
ALTER TABLE rewards_recalculationresult DROP CONSTRAINT rewards_recalculationresult_pkey, ADD PRIMARY KEY (id, points_account_id);
SELECT ledger_make_append_only('rewards_purchaserevision'), ledger_make_append_only('rewards_recalculationitem'),
       ledger_make_append_only('rewards_recalculationresult');
-- What was asked for stands, and so does a decision; only how far it is changes.
CREATE TRIGGER recalculations_stand BEFORE UPDATE ON rewards_recalculation
    FOR EACH ROW WHEN (ROW (OLD.programme_id, OLD.kind, OLD.rule_id, OLD.campaign_id, OLD.version_id, OLD.first_on, OLD.last_on, OLD.store_id, OLD.author_id)
        IS DISTINCT FROM ROW (NEW.programme_id, NEW.kind, NEW.rule_id, NEW.campaign_id, NEW.version_id, NEW.first_on, NEW.last_on, NEW.store_id, NEW.author_id)
        OR (OLD.decided_at IS NOT NULL AND (OLD.decided_at, OLD.decided_by_id) IS DISTINCT FROM (NEW.decided_at, NEW.decided_by_id))
        OR OLD.state IN ('done', 'refused')) EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER recalculations_stay BEFORE DELETE ON rewards_recalculation FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
