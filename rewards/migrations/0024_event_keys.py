"""The keys by wallet and the guards of events, marks and awards, and of what is set up."""

from pathlib import Path

from django.db import migrations

TOPICS = Path(__file__).parent.parent
SQL = (TOPICS / "events" / "sql" / "keys.sql").read_text() + (TOPICS / "quests" / "sql" / "keys.sql").read_text()
UNDO = """
DROP TRIGGER setup_versions_stand_once_approved ON rewards_setupversion;
DROP TRIGGER refuse_change ON rewards_questmark; DROP TRIGGER refuse_truncate ON rewards_questmark;
DROP TRIGGER refuse_change ON rewards_eventundo; DROP TRIGGER refuse_truncate ON rewards_eventundo;
DROP TRIGGER refuse_change ON rewards_event; DROP TRIGGER refuse_truncate ON rewards_event;
ALTER TABLE rewards_eventundo DROP CONSTRAINT eventundo_of_its_event, DROP CONSTRAINT rewards_eventundo_pkey, ADD PRIMARY KEY (id);
ALTER TABLE rewards_event DROP CONSTRAINT event_gives_no_less_than_nothing, DROP CONSTRAINT rewards_event_pkey, ADD PRIMARY KEY (id);
ALTER TABLE rewards_questaward DROP CONSTRAINT quest_award_gives_points, DROP CONSTRAINT rewards_questaward_pkey, ADD PRIMARY KEY (id);
ALTER TABLE rewards_questmark DROP CONSTRAINT rewards_questmark_pkey, ADD PRIMARY KEY (id);
"""


class Migration(migrations.Migration):
    dependencies = [("rewards", "0023_events_and_quests")]

    operations = [migrations.RunSQL(SQL, UNDO)]
