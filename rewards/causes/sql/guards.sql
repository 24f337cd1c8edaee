-- What counted and what was handed over is only added.
SELECT ledger_make_append_only('rewards_causemark');
SELECT ledger_make_append_only('rewards_causehandover');
