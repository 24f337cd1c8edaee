-- The rules of the books that must hold whoever writes: posted is posted, a journal balances, a closed period is closed.

CREATE FUNCTION ledger_books_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'Post a reversal and a new journal instead.';
END
$$;

CREATE TRIGGER ledger_journal_append_only BEFORE UPDATE OR DELETE ON ledger_journal
    FOR EACH ROW EXECUTE FUNCTION ledger_books_refuse_change();
CREATE TRIGGER ledger_journal_no_truncate BEFORE TRUNCATE ON ledger_journal
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_books_refuse_change();
CREATE TRIGGER ledger_journalline_append_only BEFORE UPDATE OR DELETE ON ledger_journalline
    FOR EACH ROW EXECUTE FUNCTION ledger_books_refuse_change();
CREATE TRIGGER ledger_journalline_no_truncate BEFORE TRUNCATE ON ledger_journalline
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_books_refuse_change();
CREATE TRIGGER ledger_journalsource_append_only BEFORE UPDATE OR DELETE ON ledger_journalsource
    FOR EACH ROW EXECUTE FUNCTION ledger_books_refuse_change();
CREATE TRIGGER ledger_journalsource_no_truncate BEFORE TRUNCATE ON ledger_journalsource
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_books_refuse_change();

-- A journal belongs to an open period of its own book, on a day of it, and takes the next number of the year.
CREATE FUNCTION ledger_journal_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    period ledger_period;
    next_number integer;
BEGIN
    SELECT * INTO period FROM ledger_period WHERE id = NEW.period_id FOR SHARE;
    IF period.book_id IS DISTINCT FROM NEW.book_id THEN
        RAISE EXCEPTION 'the period belongs to another book'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_period_of_its_book';
    END IF;
    IF period.state = 'closed' THEN
        RAISE EXCEPTION 'period % is closed', to_char(period.starts_on, 'YYYY-MM')
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_period_not_closed';
    END IF;
    IF NEW.entry_on NOT BETWEEN period.starts_on AND period.ends_on OR NEW.year <> extract(year FROM NEW.entry_on) THEN
        RAISE EXCEPTION 'the entry date % lies outside its period or year', NEW.entry_on
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_entry_date_in_period';
    END IF;
    SELECT coalesce(max(number), 0) + 1 INTO next_number
        FROM ledger_journal WHERE book_id = NEW.book_id AND year = NEW.year;
    IF NEW.number <> next_number THEN
        RAISE EXCEPTION 'journal number % leaves a gap: the next one is %', NEW.number, next_number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_numbers_without_gap';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER ledger_journal_guard BEFORE INSERT ON ledger_journal
    FOR EACH ROW EXECUTE FUNCTION ledger_journal_guard();

-- After every statement that adds lines, each journal it touched is complete and balances: nothing can be added later.
CREATE FUNCTION ledger_journalline_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong uuid;
BEGIN
    SELECT journal.id INTO wrong
        FROM ledger_journal journal
        JOIN ledger_journalline line ON line.journal_id = journal.id
        JOIN ledger_bookaccount account ON account.id = line.book_account_id
        WHERE journal.id IN (SELECT journal_id FROM added)
        GROUP BY journal.id
        HAVING sum(line.debit_minor) <> sum(line.credit_minor) OR sum(line.debit_minor) <> journal.total_minor
            OR count(*) <> journal.line_count OR bool_or(account.book_id <> journal.book_id)
        LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'the lines of journal % do not balance or do not match its header', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_balances';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER ledger_journalline_balance AFTER INSERT ON ledger_journalline
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_journalline_balance();

-- At commit a journal has its lines.
CREATE FUNCTION ledger_journal_has_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_journalline WHERE journal_id = NEW.id) THEN
        RAISE EXCEPTION 'journal % has no lines', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_balances';
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER ledger_journal_has_lines AFTER INSERT ON ledger_journal
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_journal_has_lines();

-- A closed period stays closed, and no period changes its days or is taken away.
CREATE FUNCTION ledger_period_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR OLD.state = 'closed' OR NEW.book_id <> OLD.book_id
       OR NEW.starts_on <> OLD.starts_on OR NEW.ends_on <> OLD.ends_on THEN
        RAISE EXCEPTION 'period % cannot be changed', to_char(OLD.starts_on, 'YYYY-MM')
            USING ERRCODE = 'restrict_violation', HINT = 'Correct a closed period in the open one.';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER ledger_period_guard BEFORE UPDATE OR DELETE ON ledger_period
    FOR EACH ROW EXECUTE FUNCTION ledger_period_guard();
