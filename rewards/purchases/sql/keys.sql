-- The database keys of what belongs to a wallet: (id, points account), so that the tables can be spread by wallet, and pairs between them.
ALTER TABLE rewards_purchase DROP CONSTRAINT rewards_purchase_pkey, ADD PRIMARY KEY (id, points_account_id);
ALTER TABLE rewards_purchaseline DROP CONSTRAINT rewards_purchaseline_pkey, ADD PRIMARY KEY (id, points_account_id),
    ADD CONSTRAINT purchaseline_of_its_purchase FOREIGN KEY (purchase_id, points_account_id) REFERENCES rewards_purchase (id, points_account_id),
    ADD CONSTRAINT purchaseline_amounts_fit CHECK (quantity > 0 AND price_minor >= 0 AND paid_minor BETWEEN 0 AND price_minor);
ALTER TABLE rewards_return DROP CONSTRAINT rewards_return_pkey, ADD PRIMARY KEY (id, points_account_id),
    ADD CONSTRAINT return_of_its_purchase FOREIGN KEY (purchase_id, points_account_id) REFERENCES rewards_purchase (id, points_account_id);
ALTER TABLE rewards_returnline DROP CONSTRAINT rewards_returnline_pkey, ADD PRIMARY KEY (id, points_account_id),
    ADD CONSTRAINT returnline_of_its_return FOREIGN KEY (of_id, points_account_id) REFERENCES rewards_return (id, points_account_id),
    ADD CONSTRAINT returnline_of_its_line FOREIGN KEY (line_id, points_account_id) REFERENCES rewards_purchaseline (id, points_account_id),
    ADD CONSTRAINT returnline_amounts_fit CHECK (quantity > 0 AND price_minor >= 0 AND refunded_minor >= 0);
ALTER TABLE rewards_purchase ADD CONSTRAINT purchase_amounts_fit CHECK (price_minor >= 0 AND tender_minor BETWEEN 0 AND price_minor AND units >= 0);
SELECT ledger_make_append_only('rewards_purchase'), ledger_make_append_only('rewards_purchaseline'),
       ledger_make_append_only('rewards_purchaseclaim'), ledger_make_append_only('rewards_return'), ledger_make_append_only('rewards_returnline');
