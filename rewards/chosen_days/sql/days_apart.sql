-- A day has one choice, also when a new version changes how long a period is: spans of one member are the same or apart.
-- The service locks the wallet first, so two choices at the same moment see each other.
CREATE FUNCTION rewards_keep_chosen_spans_apart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM rewards_daychoice c
               WHERE c.member_id = NEW.member_id AND c.setup_id = NEW.setup_id
                 AND c.first_on <= NEW.through_on AND c.through_on >= NEW.first_on
                 AND (c.first_on, c.through_on) <> (NEW.first_on, NEW.through_on)) THEN
        RAISE EXCEPTION 'a day was chosen before for a part of % to %', NEW.first_on, NEW.through_on
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'day_choice_spans_lie_apart';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER day_choice_spans_lie_apart BEFORE INSERT ON rewards_daychoice
    FOR EACH ROW EXECUTE FUNCTION rewards_keep_chosen_spans_apart();
