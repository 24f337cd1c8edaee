"""The letter on Mondays, for colleagues: see it, want it, stop it."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.programmes.models import Programme
from accounts.staff.pages import StaffRequest, programme_choices, programme_page
from accounts.staff.roles import Act
from loyalty.kit import clock
from reporting.digests import letters, services
from reporting.digests.domain import week_of
from reporting.digests.models import DigestSubscription


@require_http_methods(["GET", "HEAD", "POST"])
@programme_page(Act.SEE_REPORTS)
def digest(request: StaffRequest, programme: Programme) -> HttpResponseBase:
    """Show last week's letter; posted, ask for letters or stop them."""
    if request.method == "POST":
        if request.POST.get("wanted") == "yes":
            services.subscribe(user=request.user, programme=programme, at=clock.now())
        else:
            services.unsubscribe(user=request.user, programme=programme)
        return redirect(f"{reverse('staff:digest')}?programme={programme.slug}")
    context = {
        **letters.content_of(request.user, programme, week_of(clock.business_date(clock.now(), programme.time_zone))),
        "programme": programme,
        "programmes": programme_choices(programme),
        "is_wanted": DigestSubscription.objects.filter(user=request.user, programme=programme).exists(),
        "address": request.user.email,
    }
    return render(request, "reporting/digests/digest.html", context)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the letters by the link in one of them, without signing in; mail programs post to it (RFC 8058), people are asked first."""
    subscription = letters.read_token(token)
    if subscription is None:
        raise Http404
    if request.method == "POST":
        services.stop(subscription=subscription)
    return render(request, "reporting/digests/stop.html", {"is_stopped": request.method == "POST"})
