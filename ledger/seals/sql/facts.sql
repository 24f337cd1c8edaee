-- What the leaves of the movements are made of that `chosen` names, as ledger.seals.queries.read_facts reads it.
SELECT m.id, m.points_account_id, m.unit_id, m.seq, m.kind, m.debit::smallint, m.credit::smallint, m.amount::bigint, m.reason,
       m.available_after, m.pending_after, m.held_after, m.arrears_after,
       m.business_on, m.occurred_at, m.recorded_at, m.reverses_id,
       m.paid_minor, m.standalone_minor, m.ssp_point, m.estimate_id, m.tender_id, m.face_minor,
       a.id, a.source, a.key::text, a.fingerprint,
       l.granted_on, l.granted::bigint, CASE WHEN l.ends_moved THEN l.first_expires_on ELSE l.expires_on END, l.matures_on, l.terms,
       (SELECT json_agg(json_build_array(v.id, v.lot_id, v.unit_id, v.from_state::smallint, v.to_state::smallint, v.units::bigint, v.business_on,
                   v.reason, v.grant_month::date, v.source_kind, v.portfolio) ORDER BY v.id)
          FROM ledger_lotmove v
         WHERE v.points_account_id = m.points_account_id AND v.movement_id = m.id
           AND v.id > m.id AND v.id <= (left(m.id::text, 32) || 'ffff')::uuid) AS lot_moves{more}
  FROM ledger_movement m
  LEFT JOIN ledger_act a ON a.id = m.act_id AND a.points_account_id = m.points_account_id
  LEFT JOIN ledger_lot l ON l.id = m.id AND l.points_account_id = m.points_account_id
{joined} WHERE {chosen}
