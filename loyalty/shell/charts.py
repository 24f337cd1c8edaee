"""Where the marks of a chart go: pure geometry for the server-rendered SVG charts in templates/components.

Coordinates are text with one decimal, so that no locale rewrites them; amounts are integers or Decimals, never floats.
Columns and lines share one drawing of WIDTH x HEIGHT units and start at zero.
"""

import dataclasses
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

Amount = int | Decimal


@dataclasses.dataclass(frozen=True, slots=True)
class Write:
    """How amounts are written: `full` beside the marks and in the table, `short` along the axis."""

    full: Callable[[Amount], str]
    short: Callable[[Amount], str]


WIDTH, HEIGHT = 640, 240
_TOP, _BOTTOM, _INSET = 28, 28, 14
_LABEL_GAP = 18
_GRID_LINES = 4
_MOST_LABELS = 7
_LETTER, _LETTER_ON_PHONE = Fraction(76, 10), Fraction(125, 10)  # widths; static/css/charts.css sets 13 and 22 units of height


@dataclasses.dataclass(frozen=True, slots=True)
class Series:
    """One hue: a name and an amount for every label; None where there is nothing to show."""

    name: str
    amounts: Sequence[Amount | None]


@dataclasses.dataclass(frozen=True, slots=True)
class Data:
    """What a chart shows: `name` is its id on the page, `labels` are the words along the bottom."""

    name: str
    title: str
    unit: str
    labels: Sequence[str]
    series: Sequence[Series]
    description: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """A column (x, y, width, height) or the last dot of a line (x, y); `minor` text is left out on a phone."""

    hue: int
    x: str
    y: str
    width: str = ""
    height: str = ""
    text: str = ""
    text_x: str = ""
    text_y: str = ""
    minor: bool = False
    anchor: str = "middle"


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    hue: int
    name: str
    path: str
    area: str
    end: Mark


@dataclasses.dataclass(frozen=True, slots=True)
class Chart:
    """Everything that chart_columns.html and chart_lines.html draw."""

    data: Data
    zero_y: str
    left: str
    right: str
    grid: list[Mark]
    labels: list[Mark]
    names: list[Mark]
    columns: list[Mark]
    lines: list[Line]
    headings: list[str]
    rows: list[list[str]]
    view_box: str = f"0 0 {WIDTH} {HEIGHT}"


@dataclasses.dataclass(frozen=True, slots=True)
class RankingRow:
    label: str
    text: str
    percent: int
    url: str = ""


def columns_chart(data: Data, *, write: Write) -> Chart:
    """Return columns over time, side by side when there are several series; amounts stand above the columns where they fit."""
    scale = _Scale.covering(data.series)
    ticks = [] if _fit(data, write, _LETTER) else _ticks(scale, write)
    left = _margin(ticks)
    slot = (WIDTH - left) / max(len(data.labels), 1)
    width = slot * Fraction(7, 10) / max(len(data.series), 1)
    columns = [
        _column(hue, amount, left=left + slot * position + slot * Fraction(15, 100) + width * (hue - 1), width=width, scale=scale)
        for hue, series in enumerate(data.series, 1)
        for position, amount in enumerate(series.amounts)
        if amount is not None
    ]
    if len(data.series) == 1:
        columns = _with_values(columns, data, write)
    middles = [left + slot * position + slot / 2 for position in range(len(data.labels))]
    return _frame(data, scale, ticks, middles, right=Fraction(WIDTH), write=write, columns=columns)


def lines_chart(data: Data, *, write: Write) -> Chart:
    """Return lines over time, each with its name and last amount at its end."""
    scale = _Scale.covering(data.series)
    ticks = _ticks(scale, write)
    right = WIDTH - _end(data, write)
    left = _margin(ticks) + _INSET
    step = (right - _INSET - left) / max(len(data.labels) - 1, 1)
    places = [left + step * position for position in range(len(data.labels))]
    lines = [
        _line(hue, series, places, scale=scale, write=write)
        for hue, series in enumerate(data.series, 1)
        if any(amount is not None for amount in series.amounts)
    ]
    return _frame(data, scale, ticks, places, right=right, write=write, lines=_spread(lines))


def ranking(rows: Sequence[tuple[str, Amount]], *, write: Write) -> list[RankingRow]:
    """Return rows of a ranking in the given order; the largest amount fills the bar."""
    most = max((Fraction(amount) for _, amount in rows), default=Fraction(0))
    return [RankingRow(label, write.full(amount), max(0, int(Fraction(amount) * 100 / most)) if most > 0 else 0) for label, amount in rows]


def step_for(span: Fraction, lines: int = _GRID_LINES) -> Fraction:
    """Return the smallest of 1, 2 or 5 times a power of ten that covers `span` in at most `lines` steps."""
    assert span > 0, "a span to divide"
    magnitude = Fraction(1)
    while magnitude * lines * 10 < span:
        magnitude *= 10
    while magnitude * lines >= span:
        magnitude /= 10
    return next(step for factor in (1, 2, 5, 10) if (step := magnitude * factor) * lines >= span)


@dataclasses.dataclass(frozen=True, slots=True)
class _Scale:
    low: Fraction
    high: Fraction
    step: Fraction

    @classmethod
    def covering(cls, series: Sequence[Series]) -> "_Scale":
        amounts = [Fraction(amount) for one in series for amount in one.amounts if amount is not None]
        lowest, highest = min([*amounts, Fraction(0)]), max([*amounts, Fraction(0)])
        step = step_for(highest - lowest or Fraction(1))
        return cls(lowest // step * step, -(-highest // step) * step or step, step)

    def y(self, amount: Amount | Fraction) -> Fraction:
        return _TOP + (self.high - Fraction(amount)) * (HEIGHT - _TOP - _BOTTOM) / (self.high - self.low)

    def ticks(self) -> list[Fraction]:
        return [self.low + self.step * number for number in range(int((self.high - self.low) / self.step) + 1)]


def _column(hue: int, amount: Amount, *, left: Fraction, width: Fraction, scale: _Scale) -> Mark:
    top, bottom = sorted((scale.y(amount), scale.y(0)))
    return Mark(hue, _text(left), _text(top), _text(width), _text(bottom - top), text_x=_text(left + width / 2), text_y=_text(top - 6))


def _with_values(columns: list[Mark], data: Data, write: Write) -> list[Mark]:
    """Write the amount above every column if all fit, else above the largest and, apart from it and above its neighbour, the last."""
    amounts = [amount for amount in data.series[0].amounts if amount is not None]
    if not amounts:
        return columns
    largest, last = amounts.index(max(amounts)), len(amounts) - 1
    key = {largest, last} if last - largest > 1 and amounts[last] >= amounts[last - 1] else {largest}
    everywhere, everywhere_on_phone = _fit(data, write, _LETTER), _fit(data, write, _LETTER_ON_PHONE)
    return [
        _inside(dataclasses.replace(column, text=write.full(amount), minor=position not in key and not everywhere_on_phone))
        if position in key or everywhere
        else column
        for position, (column, amount) in enumerate(zip(columns, amounts, strict=True))
    ]


def _inside(column: Mark) -> Mark:
    """End the words with their column where, in the middle over it, they would leave the drawing on a phone."""
    right = Fraction(column.x) + Fraction(column.width)
    if Fraction(column.text_x) + len(column.text) * _LETTER_ON_PHONE / 2 <= WIDTH:
        return column
    return dataclasses.replace(column, text_x=_text(right), anchor="end")


def _fit(data: Data, write: Write, letter: Fraction) -> bool:
    """Say whether the amounts of the only series fit side by side."""
    longest = max((len(write.full(amount)) for series in data.series for amount in series.amounts if amount is not None), default=0)
    return len(data.series) == 1 and longest * letter * len(data.labels) <= WIDTH


def _ticks(scale: _Scale, write: Write) -> list[tuple[Fraction, str]]:
    return [(tick, write.short(_amount(tick))) for tick in scale.ticks() if tick]


def _margin(ticks: Sequence[tuple[Fraction, str]]) -> Fraction:
    """Return the room left of the marks for the amounts of the grid, at the size they have on a phone."""
    return max((len(text) for _, text in ticks), default=0) * _LETTER_ON_PHONE + (8 if ticks else 0)


def _line(hue: int, series: Series, places: Sequence[Fraction], *, scale: _Scale, write: Write) -> Line:
    dots = [(x, scale.y(amount), amount) for x, amount in zip(places, series.amounts, strict=True) if amount is not None]
    path = "M" + " L".join(f"{_text(x)} {_text(y)}" for x, y, _ in dots)
    floor = _text(scale.y(0))
    area = f"{path} L{_text(dots[-1][0])} {floor} L{_text(dots[0][0])} {floor} Z"
    x, y, last = dots[-1]
    return Line(
        hue, series.name, path, area, Mark(hue, _text(x), _text(y), text=write.full(last), text_x=_text(x + 10), text_y=_text(y + 4))
    )


def _spread(lines: list[Line]) -> list[Line]:
    """Move the words at the line ends apart so that none covers another (each takes two lines), nor leaves the drawing."""
    ordered = sorted(lines, key=lambda line: Fraction(line.end.y))
    heights: list[Fraction] = []
    for line in ordered:
        height = Fraction(line.end.text_y)
        heights.append(max(height, heights[-1] + 2 * _LABEL_GAP) if heights else height)
    lowest = Fraction(HEIGHT - 2 * _LABEL_GAP)
    for position in reversed(range(len(heights))):
        heights[position] = min(heights[position], lowest)
        lowest = heights[position] - 2 * _LABEL_GAP
    placed = {
        line.hue: dataclasses.replace(line, end=dataclasses.replace(line.end, text_y=_text(height)))
        for line, height in zip(ordered, heights, strict=True)
    }
    return [placed[line.hue] for line in lines]


def _frame(
    data: Data,
    scale: _Scale,
    ticks: Sequence[tuple[Fraction, str]],
    places: Sequence[Fraction],
    *,
    right: Fraction,
    write: Write,
    columns: list[Mark] | None = None,
    lines: list[Line] | None = None,
) -> Chart:
    """Return the whole chart: marks, grid, words along the bottom, names of the hues, the table behind it."""
    every = 2 if len(data.labels) > _MOST_LABELS else 1
    last = len(data.labels) - 1
    left = _margin(ticks)
    return Chart(
        data=data,
        zero_y=_text(scale.y(0)),
        left=_text(left),
        right=_text(right),
        grid=[Mark(0, _text(left - 8), _text(scale.y(tick)), text=text, text_y=_text(scale.y(tick) + 4)) for tick, text in ticks],
        labels=[
            Mark(0, _text(place), str(HEIGHT - 8), text=data.labels[number], minor=bool((last - number) % every))
            for number, place in enumerate(places)
        ],
        names=[Mark(hue, "", "", text=series.name) for hue, series in enumerate(data.series, 1)] if len(data.series) > 1 else [],
        columns=columns or [],
        lines=lines or [],
        headings=[series.name for series in data.series],
        rows=[[label, *(_written(series.amounts[number], write) for series in data.series)] for number, label in enumerate(data.labels)],
    )


def _written(amount: Amount | None, write: Write) -> str:
    return "" if amount is None else write.full(amount)


def _amount(value: Fraction) -> Amount:
    return value.numerator if value.denominator == 1 else Decimal(value.numerator) / Decimal(value.denominator)


def _end(data: Data, write: Write) -> Fraction:
    """Return the room right of the lines for their last amounts, at the size they have on a phone, and for their names."""
    last = [amounts[-1] for series in data.series if (amounts := [amount for amount in series.amounts if amount is not None])]
    longest_amount = max((len(write.full(amount)) for amount in last), default=0)
    longest_name = max((len(series.name) for series in data.series), default=0) if len(data.series) > 1 else 0
    return max(longest_amount * _LETTER_ON_PHONE, longest_name * _LETTER) + _INSET


def _text(value: Fraction) -> str:
    tenths = round(value * 10)
    sign, tenths = ("-", -tenths) if tenths < 0 else ("", tenths)
    return f"{sign}{tenths // 10}.{tenths % 10}"
