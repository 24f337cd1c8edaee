"""QR codes as drawings inside a page: no request of their own, no inline style."""

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_svg(text: str) -> SafeString:
    """Return a QR code (error correction M, quiet zone of four modules) as an SVG that scales with its box."""
    svg = segno.make(text, error="m", micro=False).svg_inline(omitsize=True, svgclass=None, lineclass=None)
    return mark_safe(svg)  # noqa: S308 drawn by segno; the text itself is not in it
