"""Find the customer, and say in which store the till stands."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.access import frame_of
from accounts.programmes.models import Programme
from accounts.staff.lists import typed
from accounts.staff.pages import programme_choices, programme_page
from accounts.staff.roles import Act
from accounts.staff.services import choose_default_store
from accounts.users.models import User
from loyalty.kit import clock
from rewards.till.access import Till, store_of_cashier, till_page, till_response
from rewards.till.queries import MOST_STORES, Found, find, store_named, stores_of


@require_safe
@till_page
def home(request: HttpRequest, till: Till) -> HttpResponse:
    """Wait for a card; ?q= is what was scanned or typed, and what it names exactly is opened at once."""
    words = typed(request, "q")
    found = find(till.programme, words) if words else Found([])
    if found.is_exact:
        return redirect("till:member", member=found.people[0].id)
    if found.voucher is not None:
        return redirect("till:voucher", redemption=found.voucher)
    if len(found.purchases) == 1:
        return redirect("till:return", purchase=found.purchases[0])
    if found.purchases:
        return redirect(f"{reverse('till:returns')}?{request.GET.urlencode()}")
    return till_response(request, till, "rewards/till/home.html", words=words, found=found)


@require_http_methods(["GET", "HEAD", "POST"])
@programme_page(Act.USE_TILL)
def store(request: HttpRequest, programme: Programme) -> HttpResponse:
    """Choose the store; it is kept for this person."""
    assert isinstance(request.user, User), "programme_page lets nobody else in"
    today = clock.business_date(clock.now(), programme.time_zone)
    chosen = store_named(programme, request.POST.get("store", ""), today)
    if chosen is not None:
        choose_default_store(user=request.user, store=chosen)
        return redirect("till:home")
    now_in = store_of_cashier(request.user, programme)
    words = typed(request, "q")
    stores = stores_of(programme, today, words)
    context = {
        **frame_of(programme),
        "home_url": reverse("till:home"),
        "programmes": programme_choices(programme),
        "stores": stores[:MOST_STORES],
        "has_more": len(stores) > MOST_STORES,
        "words": words,
        "chosen": now_in,
        "missing": request.method == "POST",
    }
    return render(request, "rewards/till/store.html", context, status=422 if request.method == "POST" else 200)
