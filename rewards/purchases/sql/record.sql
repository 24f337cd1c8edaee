-- Purchases with their claims and lines, what they count in their members' years, and their events, in one statement. A purchase whose
-- receipt is claimed already is left out: it is not answered. Answers each purchase with its member's year and holdings.
WITH row AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(purchases)s::jsonb) AS p (id uuid, points_account_id uuid, member_id uuid, programme_id uuid,
        store_id bigint, channel_id bigint, source text, external_id text, fingerprint bytea, occurred_at timestamptz, business_on date,
        buyer text, fulfilled_on date, recorded_at timestamptz, currency text, price_minor bigint, tender_minor bigint, tender uuid, gift_card_minor bigint, reward_units bigint, units bigint, earned jsonb,
        evaluation jsonb, facts jsonb)
), claim AS (
    INSERT INTO rewards_purchaseclaim (id, programme_id, source, external_id, fingerprint)
    SELECT id, programme_id, source, external_id, fingerprint FROM row
    ON CONFLICT ON CONSTRAINT purchase_is_claimed_once DO NOTHING
    RETURNING id
), purchase AS (
    INSERT INTO rewards_purchase (id, points_account_id, member_id, programme_id, store_id, channel_id, source, external_id, occurred_at,
        business_on, buyer, fulfilled_on, recorded_at, currency, price_minor, tender_minor, tender, gift_card_minor, reward_units, units, earned,
        evaluation, facts)
    SELECT id, points_account_id, member_id, programme_id, store_id, channel_id, source, external_id, occurred_at, business_on, buyer, fulfilled_on,
           recorded_at, currency, price_minor, tender_minor, tender, gift_card_minor, reward_units, units, earned, evaluation, facts
      FROM row JOIN claim USING (id)
    RETURNING id, points_account_id, member_id, business_on
), line AS (
    INSERT INTO rewards_purchaseline (id, points_account_id, purchase_id, position, external_id, sku, category, brand, quantity, price_minor,
        paid_minor, discount_minor, tax_minor, flags)
    SELECT ledger_child_id(p.id, l.position), p.points_account_id, p.id, l.position, l.external_id, l.sku, l.category, l.brand, l.quantity,
           l.price, l.paid, l.discount, l.tax, l.flags
      FROM jsonb_to_recordset(%(lines)s::jsonb) AS l (purchase uuid, position integer, external_id text, sku text, category text, brand text,
           quantity numeric, price bigint, paid bigint, discount bigint, tax bigint, flags varchar(40)[])
      JOIN purchase p ON p.id = l.purchase
), event AS ({publish}), spend AS MATERIALIZED (
    SELECT member_id, extract(year FROM business_on)::smallint AS year, sum(price_minor)::bigint AS spend_minor,
           count(*)::integer AS purchases, max(business_on) AS last_on
      FROM row GROUP BY 1, 2
), {count}
SELECT purchase.id, purchase.points_account_id, c.*,
       (SELECT json_agg(json_build_array(unit, available, pending, held, arrears))::text FROM ({holdings}) h) AS holdings
  FROM purchase JOIN counted c ON c.member_id = purchase.member_id AND c.year = extract(year FROM purchase.business_on)
