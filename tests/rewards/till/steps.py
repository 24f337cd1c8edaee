"""What a cashier does in tests: fill in the form that the page carries, and press."""

import re

from django.urls import reverse

LINES = {"line-TOTAL_FORMS": "4", "line-INITIAL_FORMS": "0"}


def number_on(answer):
    """Return the number that the page's form carries."""
    return re.search(r'name="number" value="([^"]+)"', answer.content.decode())[1]


def sell(till, member, *, number="N-1", url="till:sale", headers=None, **typed):
    data = {**LINES, "number": number, **typed}
    return till.post(reverse(url, args=[member.pk]), data, headers=headers or {})


def preview(till, member, **typed):
    return sell(till, member, url="till:preview", headers={"HX-Request": "true"}, **typed)


def text_of(answer):
    """Return the words of a page, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())
