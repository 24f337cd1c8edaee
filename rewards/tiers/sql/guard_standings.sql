-- What a member reached or lost stands for ever; a later row says what changed.
SELECT ledger_make_append_only('rewards_tierstanding');
