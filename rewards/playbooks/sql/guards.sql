-- What a playbook drafted, from which answers, stays said.
SELECT ledger_make_append_only('rewards_playbookrun');
