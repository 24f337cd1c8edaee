-- Uses of capped rules belong to a wallet like the purchases that made them, and are only added.
ALTER TABLE rewards_ruleuse DROP CONSTRAINT rewards_ruleuse_pkey, ADD PRIMARY KEY (id, points_account_id);
SELECT ledger_make_append_only('rewards_ruleuse');
