"""The first page of an empty installation, and what to do after it."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from accounts.staff.pages import posted, programme_page
from accounts.staff.roles import Act
from loyalty.kit import clock
from loyalty.kit.problems import Problem
from loyalty.shell.first_run import services
from loyalty.shell.first_run.forms import BlueprintRunForm, FirstRunForm
from loyalty.shell.navigation import address
from rewards.programme_files.files import ProgrammeFile
from rewards.programme_files.sources import blueprints
from rewards.programme_files.words import card_of

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponseBase:
    """Ask for everything at once; on an installation that is in use there is nothing to start."""
    if not services.is_empty():
        return redirect("start")
    chosen = _chosen(request)
    form = BlueprintRunForm(posted(request), blueprint=chosen) if chosen else FirstRunForm(posted(request))
    if form.is_valid():
        try:
            user, _programme = services.start(
                email=form.cleaned_data["email"], password=form.cleaned_data["password"], facts=form.facts(), at=clock.now()
            )
        except services.AlreadyStarted:
            return redirect("start")
        except Problem as problem:
            _blame(form, problem)
        else:
            login(request, user, backend=_BACKEND)
            return redirect("first-run-next")
    locale = get_language() or "en"
    context = {
        "form": form,
        "chosen": card_of(chosen, locale) if chosen else None,
        "blueprints": [card_of(one, locale) for one in blueprints() if chosen is None or one.name != chosen.name],
    }
    return render(request, "loyalty/first_run/start.html", context, status=422 if form.errors else 200)


@require_safe
@programme_page(Act.MANAGE_PROGRAMMES)
def what_next(request: HttpRequest, programme: Programme) -> HttpResponse:
    """Say what to do now that the programme is live."""
    portal = address("portal:join", {"programme": programme.slug})
    context = {
        "programme": programme,
        "points_word": currency_of(programme).plural_word,
        "portal_url": portal and request.build_absolute_uri(portal),
        "till_url": address("till:home"),
        "partners_url": address("staff:partners"),
        "rewards_url": address("staff:reward-new"),
        "people_url": reverse("admin:accounts_user_changelist"),
        "api_url": address("api-docs"),
    }
    return render(request, "loyalty/first_run/next.html", context)


def _chosen(request: HttpRequest) -> ProgrammeFile | None:
    """Return the blueprint that the address names; an unknown one is the plain beginning."""
    code = request.GET.get("from", "")
    return next((one for one in blueprints() if one.name == code), None) if code else None


def _blame(form: FirstRunForm | BlueprintRunForm, problem: Problem) -> None:
    """Put a refusal beside its field, or above the form."""
    errors = [(fault.pointer.lstrip("/"), fault.detail) for fault in problem.errors] or [("", problem.detail)]
    for field, detail in errors:
        form.add_error({"slug": "name"}.get(field, field) if field in {*form.fields, "slug"} else None, detail)
