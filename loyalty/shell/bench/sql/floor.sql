-- The floor of the first measure: the least that a ledger could do for one grant. A key, two legs and a balance, in one call.
CREATE SCHEMA IF NOT EXISTS bench;
CREATE TABLE bench.key (member uuid NOT NULL, key text NOT NULL, PRIMARY KEY (member, key));
CREATE TABLE bench.leg (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, member uuid NOT NULL, account smallint NOT NULL, amount bigint NOT NULL,
    posted_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE bench.balance (member uuid PRIMARY KEY, points bigint NOT NULL CHECK (points >= 0)) WITH (fillfactor = 70);
CREATE FUNCTION bench.earn(p_member uuid, p_key text, p_points bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_points bigint;
BEGIN
    INSERT INTO bench.key VALUES (p_member, p_key) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    INSERT INTO bench.leg (member, account, amount) VALUES (p_member, 1, -p_points), (p_member, 10, p_points);
    INSERT INTO bench.balance VALUES (p_member, p_points)
        ON CONFLICT (member) DO UPDATE SET points = bench.balance.points + excluded.points RETURNING points INTO v_points;
    RETURN v_points;
END $$;
