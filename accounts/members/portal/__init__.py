"""The pages on which somebody joins, connects a card, and says who they are and what they agree to."""

from accounts.members.portal.entrance import claim, join
from accounts.members.portal.installed import manifest, worker
from accounts.members.portal.person import card, consents, profile, terms

__all__ = ["card", "claim", "consents", "join", "manifest", "profile", "terms", "worker"]
