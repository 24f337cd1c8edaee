-- Points of a programme's currency that members hold today, and of these the ones that end within a month; due lots are gone already.
SELECT (SELECT coalesce(sum(units * ((to_state IN (10, 11, 12))::integer - (from_state IN (10, 11, 12))::integer)), 0)
          FROM ledger_moved WHERE unit_id = %(unit)s)
     - (SELECT coalesce(sum(remaining), 0) FROM ledger_lot WHERE unit_id = %(unit)s AND remaining > 0 AND expires_on <= %(today)s),
       (SELECT coalesce(sum(remaining), 0) FROM ledger_lot
         WHERE unit_id = %(unit)s AND remaining > 0 AND expires_on > %(today)s AND expires_on <= %(today)s + 31)
