"""Every component with sample values on one page, for whoever builds the next page."""

from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from loyalty.shell.styleguide import samples


@staff_member_required(login_url="account_login")
def style_guide(request: HttpRequest) -> HttpResponse:
    """Show all components; ?invalid shows the form as it comes back with errors."""
    form = samples.SampleForm(samples.INVALID) if "invalid" in request.GET else samples.SampleForm()
    return render(request, "shell/styleguide/page.html", {**samples.page(), "form": form})
