"""Code 128 barcodes (ISO/IEC 15417) of card numbers: tills without a camera read these, not QR codes."""

from django.utils.safestring import SafeString, mark_safe

_TABLE = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122 123221 "
    "223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 "
    "112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 "
    "311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 "
    "122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 "
    "214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112"
)
_WIDTHS = _TABLE.split()
_CODE_B, _START_C, _STOP = 100, 105, 106
_QUIET = 10


def barcode_svg(digits: str) -> SafeString:
    """Return the barcode of a number as an SVG that stretches with its box; the quiet zones are in it."""
    x, bars = _QUIET, []
    for widths in (_WIDTHS[symbol] for symbol in symbols_of(digits)):
        for place, width in enumerate(map(int, widths)):
            if place % 2 == 0:
                bars.append(f"M{x} 0h{width}v1h-{width}z")
            x += width
    path = "".join(bars)
    return mark_safe(f'<svg viewBox="0 0 {x + _QUIET} 1" preserveAspectRatio="none"><path d="{path}"/></svg>')  # noqa: S308 numbers only


def symbols_of(digits: str) -> list[int]:
    """Return start, data, check and stop symbols: two digits a symbol, an odd last one alone."""
    assert digits.isascii() and digits.isdigit(), digits
    symbols = [_START_C, *(int(digits[i : i + 2]) for i in range(0, len(digits) - 1, 2))]
    if len(digits) % 2:
        symbols += [_CODE_B, 16 + int(digits[-1])]
    check = sum(symbol * max(place, 1) for place, symbol in enumerate(symbols)) % 103
    return [*symbols, check, _STOP]
