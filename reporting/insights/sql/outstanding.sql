-- Points of a programme's currency that members hold today, and of these the ones that end within a month; due lots are gone already.
SELECT (SELECT coalesce(sum(available + pending + held), 0) FROM ledger_balance WHERE unit_id = %(unit)s)
     - (SELECT coalesce(sum(remaining), 0) FROM ledger_lot WHERE unit_id = %(unit)s AND remaining > 0 AND expires_on <= %(today)s),
       (SELECT coalesce(sum(remaining), 0) FROM ledger_lot
         WHERE unit_id = %(unit)s AND remaining > 0 AND expires_on > %(today)s AND expires_on <= %(today)s + 31)
