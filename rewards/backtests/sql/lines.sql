-- The lines of some purchases, each purchase's together and in their order. Thousands of ids go in as two values instead of as many parameters.
SELECT purchase_id, position, category, sku, price_minor, paid_minor, tax_minor, quantity, brand, NULLIF(flags, '{}') AS flags, discount_minor
  FROM rewards_purchaseline
 WHERE purchase_id = ANY (%(purchases)s::uuid[])
   AND points_account_id = ANY (%(wallets)s::uuid[])
 ORDER BY purchase_id, position
