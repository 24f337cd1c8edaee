"""Redemptions in the admin: to find and read. They change by their services only; codes are not shown to staff in lists."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from loyalty.kit.admin import ReadOnlyAdmin
from rewards.redemptions.domain import RedemptionState
from rewards.redemptions.models import Redemption

_COLOURS: dict[str, str] = {
    RedemptionState.HELD.value: "warning",
    RedemptionState.ISSUED.value: "info",
    RedemptionState.USED.value: "success",
    RedemptionState.CANCELLED.value: "danger",
    RedemptionState.EXPIRED.value: "danger",
}


@admin.register(Redemption)
class RedemptionAdmin(ReadOnlyAdmin):
    list_display = ("what", "member", "units", "shown_state", "occurred_at", "valid_until", "used_at", "used_store")
    list_filter = ("programme", "kind", "state", ("business_on", RangeDateFilter), "used_store")
    list_filter_submit = True
    list_select_related = ("reward_version__reward", "member", "used_store")
    search_fields = (
        "=code",
        "=external_id",
        "=member__number",
        "member__given_name__istartswith",
        "member__family_name__istartswith",
        "reward_version__reward__name",
    )
    search_help_text = _("Voucher code without hyphens, card, number in the shop system, name, or reward")
    ordering = ("-id",)
    exclude = ("points_account", "hold_movement", "redeem_movement", "code")

    @admin.display(description=_("what"), ordering="reward_version__reward__name")
    def what(self, redemption: Redemption) -> str:
        version = redemption.reward_version
        return version.reward.local_name if version else redemption.get_kind_display()

    @admin.display(description=_("state"), ordering="state")
    @display(label=_COLOURS)
    def shown_state(self, redemption: Redemption) -> tuple[str, str]:
        return redemption.state, redemption.get_state_display()
