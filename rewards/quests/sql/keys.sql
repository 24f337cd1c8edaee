-- The database keys of what belongs to a wallet: (id, points account). Marks are only added.
ALTER TABLE rewards_questmark DROP CONSTRAINT rewards_questmark_pkey, ADD PRIMARY KEY (id, points_account_id);
ALTER TABLE rewards_questaward DROP CONSTRAINT rewards_questaward_pkey, ADD PRIMARY KEY (id, points_account_id),
    ADD CONSTRAINT quest_award_gives_points CHECK (units > 0);
SELECT ledger_make_append_only('rewards_questmark');
