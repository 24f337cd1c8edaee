"""Questions about files of trade."""

import uuid

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.programmes.models import Programme
from loyalty.kit.problems import NotFound
from rewards.trade_files.models import TradeFile


class TradeFileNotFound(NotFound):
    code = "trade_file_not_found"


def trade_files_of(programme: Programme) -> QuerySet[TradeFile]:
    """Return a programme's files of trade."""
    return TradeFile.objects.filter(programme=programme).select_related("programme", "author")


def trade_file_by_id(programme: Programme, pk: uuid.UUID) -> TradeFile:
    """Raises: TradeFileNotFound."""
    found = trade_files_of(programme).filter(pk=pk).first()
    if found is None:
        raise TradeFileNotFound(_("There is no such file of trade. Look it up in the list of files."))
    return found


def files_of_trade_to_try(programme: Programme) -> QuerySet[TradeFile]:
    """Return the files that are ready, newest first."""
    return trade_files_of(programme).filter(state=TradeFile.State.READY).order_by("-id")
