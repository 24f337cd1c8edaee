"""What colleagues set up beside rules, as versioned data: event types, cards and challenges, referrals, the programme's own moments."""
