-- Fees of memberships for life that were paid through a day, those of one plan and the same days together.
SELECT p.programme_id, s.plan_id, p.from_on, p.business_on, r.business_on, sum(p.paid_minor)::bigint, coalesce(sum(r.refunded_minor), 0)::bigint
FROM rewards_subscriptionperiod p
JOIN rewards_subscription s ON s.id = p.subscription_id
JOIN accounts_programme g ON g.id = p.programme_id
JOIN accounts_legalentity e ON e.id = g.legal_entity_id
LEFT JOIN rewards_subscriptionrefund r ON r.period_id = p.id
WHERE e.book_id = %(book)s AND p.business_on <= %(through)s AND p.paid_minor > 0 AND p.to_on = %(forever)s
GROUP BY 1, 2, 3, 4, 5
