-- An approved version of a campaign stands for ever; what was given, who was assigned where, and what colleagues said of it is only added.
CREATE TRIGGER campaign_versions_stand_once_approved BEFORE UPDATE OR DELETE ON rewards_campaignversion
    FOR EACH ROW WHEN (OLD.approved_at IS NOT NULL) EXECUTE FUNCTION accounts_refuse_change();
-- The key decides who is held out: another one would move members between the groups after they were assigned.
CREATE TRIGGER campaign_keys_stand BEFORE UPDATE ON rewards_campaign
    FOR EACH ROW WHEN (OLD.key <> NEW.key OR OLD.code <> NEW.code OR OLD.programme_id <> NEW.programme_id) EXECUTE FUNCTION accounts_refuse_change();
ALTER TABLE rewards_campaignuse DROP CONSTRAINT rewards_campaignuse_pkey, ADD PRIMARY KEY (id, points_account_id);
SELECT ledger_make_append_only('rewards_campaignuse'), ledger_make_append_only('rewards_campaignaudience'),
       ledger_make_append_only('rewards_campaignturn');
