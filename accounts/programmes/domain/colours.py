"""Whether a colour can be read. Pure."""

import re

PAPER = "#FBFAF7"
NIGHT_CARD = "#282622"
PRODUCT_ACCENT = "#0E6B4F"
LEAST_CONTRAST = 4.5
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}", re.ASCII)


def is_colour(text: str) -> bool:
    return _COLOUR.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, success criterion 1.4.3)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def is_readable_accent(colour: str) -> bool:
    """Tell whether `colour` reads on paper; white letters on it then read too, because white is lighter than paper."""
    return is_colour(colour) and contrast(colour, PAPER) >= LEAST_CONTRAST


def night_accent(colour: str) -> str:
    """Return the accent as it is worn by night: as much lighter as it must be to read on dark cards."""
    assert is_colour(colour), colour
    shades = (_mixed(colour, "#FFFFFF", percent) for percent in range(0, 101, 5))
    return next(shade for shade in shades if contrast(shade, NIGHT_CARD) >= LEAST_CONTRAST + 1)


def night_ink(colour: str) -> str:
    """Return the ink on the night accent: the same hue, nearly black."""
    return _mixed(colour, "#000000", 85)


def _mixed(colour: str, other: str, percent: int) -> str:
    """Return `colour` with so many hundredths of `other` in it."""
    pairs = ((int(colour[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{(one * (100 - percent) + two * percent) // 100:02X}" for one, two in pairs)


def _luminance(colour: str) -> float:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
