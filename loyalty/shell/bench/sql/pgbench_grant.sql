\set n random(1, {wallets})
SELECT g.* FROM bench.wallet w, ledger_new_id() made, ledger_grant(w.id, {unit}::smallint, made, 1::smallint, made::text, '\x01'::bytea, 20, false, 1::smallint, now(), current_date, current_date + 365, 1::smallint, 1, 2000, 2000, 0.9, NULL, NULL, NULL) g WHERE w.n = :n;
