"""What runs when, and who hears what: the tasks of beat and the handlers of the outbox. Read by the settings."""

BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "deliver the outbox": {"task": "accounts.outbox.tasks.deliver_due_events", "schedule": 5.0, "options": {"expires": 60}},
    "forget delivered events": {"task": "accounts.outbox.tasks.forget_delivered_events", "schedule": 86_400.0},
    "forget old answers": {"task": "accounts.partners.tasks.forget_old_answers", "schedule": 86_400.0},
    "tell members that points end": {"task": "accounts.members.tasks.announce_expiring_points", "schedule": 21_600.0},
    "tell members that points buy less": {"task": "rewards.devaluations.tasks.announce_changes", "schedule": 3_600.0},
    "move the ends of points": {"task": "rewards.expiry.tasks.move_ends", "schedule": 10_800.0},
    "convert what has gathered": {"task": "rewards.conversions.tasks.run_conversions", "schedule": 3_600.0},
    "expire due points": {"task": "ledger.points.tasks.expire_due_points", "schedule": 3_600.0},
    "expire gift cards": {"task": "rewards.gift_cards.tasks.expire_gift_cards", "schedule": 3_600.0},
    "let pending points be spent": {"task": "ledger.points.tasks.activate_due_points", "schedule": 3_600.0},
    "take movements in": {"task": "ledger.ticks.tasks.take_ticks", "schedule": 5.0, "options": {"expires": 60}},
    "make partitions ahead": {"task": "ledger.points.tasks.plan_partitions", "schedule": 86_400.0},
    "seal movements": {"task": "ledger.seals.tasks.seal_movements", "schedule": 5.0, "options": {"expires": 60}},
    "publish checkpoints": {"task": "ledger.seals.tasks.publish_checkpoints", "schedule": 60.0, "options": {"expires": 60}},
    "mail checkpoints": {"task": "ledger.seals.tasks.mail_checkpoints", "schedule": 86_400.0},
    "end holds and vouchers": {"task": "rewards.redemptions.tasks.expire_redemptions", "schedule": 300.0},
    "import balances": {"task": "rewards.imports.tasks.work_on_imports", "schedule": 10.0, "options": {"expires": 60}},
    "recalculate": {"task": "rewards.recalculations.tasks.work_on_recalculations", "schedule": 10.0, "options": {"expires": 60}},
    "assign audiences": {"task": "rewards.campaigns.tasks.assign_audiences", "schedule": 300.0, "options": {"expires": 300}},
    "welcome members": {"task": "rewards.events.tasks.note_moments", "args": [["enrolment"]], "schedule": 60.0, "options": {"expires": 60}},
    "notice birthdays and other moments": {"task": "rewards.events.tasks.note_moments", "schedule": 3_600.0},
    "judge tiers": {"task": "rewards.tiers.tasks.judge_tiers", "schedule": 3_600.0},
    "decide on referrals": {"task": "rewards.referrals.tasks.settle_referrals", "schedule": 3_600.0},
    "value the books": {"task": "ledger.valuation.tasks.value_books", "schedule": 21_600.0},
}

OUTBOX_HANDLERS: dict[str, str] = {
    "member.enrolled": "accounts.members.emails.send_welcome",
    "member.claim_code_requested": "accounts.members.emails.send_claim_code",
    "points.expiring": "accounts.members.emails.send_expiry_notice",
    "points.added_afterwards": "rewards.recalculations.emails.send_added_letter",
    "points.buying_less": "rewards.devaluations.emails.send_devaluation_letter",
    "points.converted": "rewards.conversions.emails.send_converted_letter",
    "campaign.budget_used_up": "rewards.campaigns.emails.tell_author",
    "redemption.issued": "rewards.redemptions.emails.send_voucher",
    "transfer.sent": "rewards.transfers.emails.send_transfer_letter",
    "transfer.received": "rewards.transfers.emails.send_transfer_letter",
    "transfer.undone": "rewards.transfers.emails.send_transfer_letter",
}
"""The function that the outbox calls for a topic, at least once."""
