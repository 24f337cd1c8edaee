-- The log's tables. Leaves, nodes, checkpoints and what was published are only added to. A leaf's index is its place in its programme's log.

CREATE TABLE ledger_sealsecret (
    points_account_id uuid PRIMARY KEY REFERENCES ledger_pointsaccount (id),
    secret bytea DEFAULT uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()),   -- 244 random bits
    forgotten_at timestamptz,
    CONSTRAINT seal_secret_is_kept_or_forgotten CHECK ((secret IS NULL) = (forgotten_at IS NOT NULL)),
    CONSTRAINT seal_secret_is_long CHECK (length(secret) = 32)
);

CREATE TABLE ledger_sealleaf (
    log_id smallint NOT NULL REFERENCES ledger_seallog (id),
    index bigint NOT NULL,
    movement_id uuid NOT NULL,
    points_account_id uuid NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (log_id, index),
    CONSTRAINT movement_is_sealed_once UNIQUE (points_account_id, movement_id),
    CONSTRAINT seal_leaf_is_a_hash CHECK (length(hash) = 32 AND index >= 0)
);

-- The perfect subtrees over 256, 65,536, ... leaves (levels 8, 16, ...). What is between them is hashed again when it is asked for.
CREATE TABLE ledger_sealnode (
    log_id smallint NOT NULL REFERENCES ledger_seallog (id),
    level smallint NOT NULL,
    index bigint NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (log_id, level, index),
    CONSTRAINT seal_node_is_a_hash CHECK (length(hash) = 32 AND level % 8 = 0 AND level > 0 AND index >= 0)
);

-- A secret is made with its wallet; it may be forgotten and nothing else.
CREATE FUNCTION ledger_make_seal_secret() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO ledger_sealsecret (points_account_id) SELECT id FROM opened;
    RETURN NULL;
END $$;
CREATE TRIGGER make_seal_secret AFTER INSERT ON ledger_pointsaccount REFERENCING NEW TABLE AS opened
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_make_seal_secret();
INSERT INTO ledger_sealsecret (points_account_id) SELECT id FROM ledger_pointsaccount;

CREATE TRIGGER refuse_change BEFORE UPDATE ON ledger_sealsecret FOR EACH ROW
    WHEN (NEW.secret IS NOT NULL OR NEW.points_account_id <> OLD.points_account_id OR OLD.secret IS NULL) EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER refuse_removal BEFORE DELETE ON ledger_sealsecret FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON ledger_sealsecret FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER refuse_removal BEFORE DELETE ON ledger_seallog FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON ledger_seallog FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE ON ledger_seallog FOR EACH ROW
    WHEN (NEW.programme <> OLD.programme OR NEW.origin <> OLD.origin) EXECUTE FUNCTION ledger_refuse_change();
SELECT ledger_make_append_only('ledger_sealleaf'), ledger_make_append_only('ledger_sealnode'),
       ledger_make_append_only('ledger_sealcheckpoint'), ledger_make_append_only('ledger_sealpublication');

-- Acts are found by their wallet; a chunk of movements finds its acts by time, which costs an act nothing worth measuring.
CREATE INDEX ledger_act_by_time ON ledger_act USING brin (id uuid_minmax_ops) WITH (pages_per_range = 64, autosummarize = on);
