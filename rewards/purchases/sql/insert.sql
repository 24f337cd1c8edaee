-- Purchases with their claims and lines, in one statement. A purchase whose receipt is claimed already is left out: its id is not answered.
WITH row AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(purchases)s) AS p (id uuid, points_account_id uuid, member_id uuid, programme_id uuid, store_id bigint,
        channel_id bigint, source text, external_id text, fingerprint bytea, occurred_at timestamptz, business_on date,
        recorded_at timestamptz, currency text, price_minor bigint, tender_minor bigint, tender uuid, units bigint, earned jsonb,
        evaluation jsonb)
), claim AS (
    INSERT INTO rewards_purchaseclaim (id, programme_id, source, external_id, fingerprint)
    SELECT id, programme_id, source, external_id, fingerprint FROM row
    ON CONFLICT ON CONSTRAINT purchase_is_claimed_once DO NOTHING
    RETURNING id
), purchase AS (
    INSERT INTO rewards_purchase (id, points_account_id, member_id, programme_id, store_id, channel_id, source, external_id, occurred_at,
        business_on, recorded_at, currency, price_minor, tender_minor, tender, units, earned, evaluation)
    SELECT id, points_account_id, member_id, programme_id, store_id, channel_id, source, external_id, occurred_at, business_on, recorded_at,
           currency, price_minor, tender_minor, tender, units, earned, evaluation
      FROM row JOIN claim USING (id)
    RETURNING id, points_account_id
), line AS (
    INSERT INTO rewards_purchaseline (id, points_account_id, purchase_id, position, external_id, sku, category, brand, quantity, price_minor,
        paid_minor, discount_minor, tax_minor)
    SELECT ledger_child_id(p.id, l.position), p.points_account_id, p.id, l.position, l.external_id, l.sku, l.category, l.brand, l.quantity,
           l.price, l.paid, l.discount, l.tax
      FROM jsonb_to_recordset(%(lines)s) AS l (purchase uuid, position integer, external_id text, sku text, category text, brand text,
           quantity numeric, price bigint, paid bigint, discount bigint, tax bigint)
      JOIN purchase p ON p.id = l.purchase
)
SELECT id FROM purchase
