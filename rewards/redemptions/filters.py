"""Which redemptions a partner asks for."""

from typing import ClassVar

from django.db.models import QuerySet

from accounts.entities.queries import store_of
from loyalty.kit.rest.filtering import DayFilters, Narrow, choice, from_on, through_on
from loyalty.kit.rest.shapes import Code, Id
from rewards.catalogue.queries import reward_by_code
from rewards.redemptions.models import Redemption


class RedemptionFilters(DayFilters):
    """`scene` is the programme."""

    costly: ClassVar = frozenset({"state", "kind", "reward", "store"})

    from_on = from_on("business_on")
    through_on = through_on("business_on")
    member = Narrow(Id, "The member's id.", "member_id")
    state = Narrow(choice(Redemption.State.values), "How it stands.", "state")
    kind = Narrow(choice(Redemption.Kind.values), "A reward, or a payment with points.", "kind")
    reward = Narrow(Code, "The reward's code.", method="of_reward")
    store = Narrow(Code, "The code of the store where it was used.", method="in_store")

    def of_reward(self, rows: QuerySet[Redemption], _name: str, code: str) -> QuerySet[Redemption]:
        """Raises: RewardNotFound."""
        return rows.filter(reward_version__reward=reward_by_code(self.scene, code))

    def in_store(self, rows: QuerySet[Redemption], _name: str, code: str) -> QuerySet[Redemption]:
        """Raises: UnknownStore."""
        return rows.filter(used_store=store_of(self.scene.legal_entity_id, code))
