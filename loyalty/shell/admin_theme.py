"""How Django's admin looks (django-unfold). Settings read this, so nothing here may need Django."""

# Ink, paper and accent of static/css/tokens.css in the steps that the theme wants, light to dark.
PAPER = ("#fbfaf7", "#f4f1ea", "#e7e3da", "#d3cdc0", "#a8a296", "#6b675e", "#57534b", "#45413a", "#282622", "#1e1d1a", "#141412")
ACCENT = ("#eef7f3", "#d7ede4", "#b0dccb", "#85cbb0", "#5cc9a0", "#1d8a68", "#0e6b4f", "#0c5b43", "#0a4a37", "#083d2e", "#08251b")
_STEPS = ("50", "100", "200", "300", "400", "500", "600", "700", "800", "900", "950")

ADMIN_THEME = {
    "SITE_TITLE": "Pointbook",
    "SITE_HEADER": "Pointbook",
    "SITE_URL": "/staff/",
    "SITE_ICON": "loyalty.shell.administration.icon",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "loyalty.shell.administration.favicon"}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "COLORS": {"base": dict(zip(_STEPS, PAPER, strict=True)), "primary": dict(zip(_STEPS, ACCENT, strict=True))},
    "SIDEBAR": {"show_search": True, "show_all_applications": False, "navigation": "loyalty.shell.administration.sidebar"},
}
