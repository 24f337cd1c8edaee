-- Who made the notice of devaluations shorter alone could make points buy less at once: the notice before goes on counting until it has passed.
-- Which day that is, the service says; here: a shorter notice keeps the one before, and its day never moves forward.
CREATE FUNCTION accounts_keep_former_notice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_never CONSTANT integer := 1000;
BEGIN
    IF coalesce(NEW.devaluation_notice_days, v_never) < coalesce(OLD.devaluation_notice_days, v_never)
       AND (NEW.former_notice_until IS NULL OR coalesce(NEW.former_notice_days, v_never) < coalesce(OLD.devaluation_notice_days, v_never))
       OR NEW.former_notice_until < OLD.former_notice_until OR (NEW.former_notice_until IS NULL AND OLD.former_notice_until IS NOT NULL)
    THEN
        RAISE EXCEPTION 'the notice of devaluations before goes on counting until it has passed' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'shorter_notice_waits_for_the_one_before';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER shorter_notice_waits_for_the_one_before BEFORE UPDATE ON accounts_programme
    FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION accounts_keep_former_notice();
