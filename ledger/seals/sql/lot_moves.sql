-- The text of the lot moves `v` of one movement, in their order.
string_agg(concat(v.id, ' ', v.lot_id, ' ', v.unit_id, ' ', v.from_state::smallint, ' ', v.to_state::smallint, ' ',
    v.units::bigint, ' ', to_char(v.business_on, 'YYYY-MM-DD'), ' ', v.reason, ' ',
    to_char(v.grant_month::date, 'YYYY-MM-DD'), ' ', v.source_kind, ' ', v.portfolio), E'\n' ORDER BY v.id)
