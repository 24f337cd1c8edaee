-- What pgbench draws from: a wallet by its number.
CREATE SCHEMA IF NOT EXISTS bench;
CREATE TABLE bench.wallet (n integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id uuid NOT NULL);
