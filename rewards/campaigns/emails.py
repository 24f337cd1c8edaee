"""The e-mail about a used-up budget; the outbox handler of `campaign.budget_used_up` (setting OUTBOX_HANDLERS)."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from accounts.outbox.models import OutboxEvent
from rewards.campaigns.models import CampaignVersion

_LETTER = "rewards/campaigns/email/budget_used_up"


def tell_author(event: OutboxEvent) -> None:
    """Tell who wrote the campaign that its budget is used up; their colleagues see it on its page."""
    versions = CampaignVersion.objects.filter(campaign=event.payload["campaign"]).newest().select_related("author", "campaign__programme")
    version = versions.first()
    if version is None or version.author is None:
        return
    programme = version.campaign.programme
    with translation.override(version.author.locale):
        context = {"name": version.campaign.name_in(version.author.locale), "programme_name": programme.name, "person": version.author.name}
        EmailMessage(
            subject=" ".join(render_to_string(f"{_LETTER}_subject.txt", context).split()),
            body=render_to_string(f"{_LETTER}.txt", context),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[version.author.email],
            headers={"Message-ID": f"<{event.pk}@pointbook>"},
        ).send()
