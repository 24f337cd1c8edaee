-- The leaf hash of a movement `m` with its act `a`, its lot `l`, the text of its lot moves `v.text` and its wallet's secret `m.secret`:
-- ledger.seals.domain.leaf in SQL. A wallet whose secret is forgotten gets leaves with a salt that nobody keeps: they take their place and tell nothing.
sha256('\x00'::bytea || convert_to(concat('pointbook.movement/v1',
    E'\nmovement ', m.id, E'\nwallet ', m.points_account_id, E'\nunit ', m.unit_id, E'\nseq ', m.seq, E'\nkind ', m.kind,
    E'\nmoved ', m.amount::bigint, ' from ', m.debit::smallint, ' to ', m.credit::smallint, E'\nreason ', m.reason,
    E'\nafter ', m.available_after, ' ', m.pending_after, ' ', m.held_after, ' ', m.arrears_after,
    E'\nbusiness_on ', to_char(m.business_on, 'YYYY-MM-DD'),
    E'\noccurred_at ', (extract(epoch FROM m.occurred_at) * 1000000)::bigint,
    E'\nrecorded_at ', (extract(epoch FROM m.recorded_at) * 1000000)::bigint,
    E'\nreverses ', coalesce(m.reverses_id::text, '-'),
    E'\nworth ', coalesce(m.paid_minor::text, '-'), ' ', coalesce(m.standalone_minor::text, '-'), ' ', coalesce(m.ssp_point::text, '-'),
    ' ', coalesce(m.estimate_id::text, '-'), ' ', coalesce(m.tender_id::text, '-'), ' ', coalesce(m.face_minor::text, '-'),
    E'\nact ', a.id, ' ', CASE WHEN a.id IS NOT NULL THEN encode(sha256(convert_to(concat(a.source, E'\n',
        encode(a.fingerprint, 'hex'), E'\n', a.key), 'UTF8')), 'hex') END,
    E'\nlot ', CASE WHEN l.id IS NOT NULL THEN concat(to_char(l.granted_on, 'YYYY-MM-DD'), ' ', l.granted::bigint, ' ',
        coalesce(to_char(CASE WHEN l.ends_moved THEN l.first_expires_on ELSE l.expires_on END, 'YYYY-MM-DD'), '-'), ' ', coalesce(to_char(l.matures_on, 'YYYY-MM-DD'), '-'), ' ', l.terms) END,
    E'\nlot_moves ', encode(sha256(convert_to(coalesce(v.text, ''), 'UTF8')), 'hex'),
    E'\nsalt ', encode(coalesce(substr(sha256(m.secret || uuid_send(m.id)), 1, 16), uuid_send(gen_random_uuid())), 'hex')), 'UTF8'))
