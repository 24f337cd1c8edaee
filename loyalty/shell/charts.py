"""Where the marks of a chart go: pure geometry for the server-rendered SVG charts in templates/components.

Coordinates are text with one decimal, so that no locale rewrites them; amounts are integers or Decimals, never floats.
Columns and lines share one drawing of WIDTH x HEIGHT units and start at zero.
"""

import dataclasses
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

Amount = int | Decimal
Write = Callable[[Amount], str]

WIDTH, HEIGHT = 640, 240
_TOP, _BOTTOM, _END, _INSET = 28, 28, 96, 14
_LABEL_GAP = 18
_GRID_LINES = 4
_MOST_LABELS = 7
_MOST_VALUES = 13


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
    plot_width: str
    grid: list[Mark]
    labels: list[Mark]
    names: list[Mark]
    columns: list[Mark] = dataclasses.field(default_factory=list)
    lines: list[Line] = dataclasses.field(default_factory=list)
    headings: list[str] = dataclasses.field(default_factory=list)
    rows: list[list[str]] = dataclasses.field(default_factory=list)
    view_box: str = f"0 0 {WIDTH} {HEIGHT}"


@dataclasses.dataclass(frozen=True, slots=True)
class RankingRow:
    label: str
    text: str
    percent: int
    url: str = ""


def columns_chart(data: Data, *, write: Write) -> Chart:
    """Return columns over time, side by side when there are several series."""
    scale = _Scale.covering(data.series)
    slot = Fraction(WIDTH, max(len(data.labels), 1))
    width = slot * Fraction(7, 10) / max(len(data.series), 1)
    columns = [
        _column(hue, amount, left=slot * position + slot * Fraction(15, 100) + width * (hue - 1), width=width, scale=scale)
        for hue, series in enumerate(data.series, 1)
        for position, amount in enumerate(series.amounts)
        if amount is not None
    ]
    if len(data.series) == 1:
        columns = _with_values(columns, [amount for amount in data.series[0].amounts if amount is not None], write)
    middles = [slot * position + slot / 2 for position in range(len(data.labels))]
    return dataclasses.replace(_frame(data, scale, middles, plot=Fraction(WIDTH), write=write), columns=columns)


def lines_chart(data: Data, *, write: Write) -> Chart:
    """Return lines over time, each with its name and last amount at its end."""
    scale = _Scale.covering(data.series)
    plot = Fraction(WIDTH - _END)
    step = (plot - 2 * _INSET) / max(len(data.labels) - 1, 1)
    places = [_INSET + step * position for position in range(len(data.labels))]
    lines = [
        _line(hue, series, places, scale=scale, write=write)
        for hue, series in enumerate(data.series, 1)
        if any(amount is not None for amount in series.amounts)
    ]
    return dataclasses.replace(_frame(data, scale, places, plot=plot, write=write), lines=_spread(lines))


def ranking(rows: Sequence[tuple[str, Amount]], *, write: Write) -> list[RankingRow]:
    """Return rows of a ranking in the given order; the largest amount fills the bar."""
    most = max((Fraction(amount) for _, amount in rows), default=Fraction(0))
    return [RankingRow(label, write(amount), max(0, int(Fraction(amount) * 100 / most)) if most > 0 else 0) for label, amount in rows]


def step_for(span: Fraction, lines: int = _GRID_LINES) -> Fraction:
    """Return the smallest of 1, 2, 2.5 or 5 times a power of ten that covers `span` in at most `lines` steps."""
    assert span > 0, "a span to divide"
    magnitude = Fraction(1)
    while magnitude * lines * 10 < span:
        magnitude *= 10
    while magnitude * lines >= span:
        magnitude /= 10
    return next(step for factor in (1, 2, Fraction(5, 2), 5, 10) if (step := magnitude * factor) * lines >= span)


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


def _with_values(columns: list[Mark], amounts: list[Amount], write: Write) -> list[Mark]:
    """Write the amount above every column while there is room, else above the largest and the last."""
    if not amounts:
        return columns
    key = {len(amounts) - 1, amounts.index(max(amounts))}
    few = len(amounts) <= _MOST_LABELS
    return [
        dataclasses.replace(column, text=write(amount), minor=position not in key and not few)
        if position in key or len(amounts) <= _MOST_VALUES
        else column
        for position, (column, amount) in enumerate(zip(columns, amounts, strict=True))
    ]


def _line(hue: int, series: Series, places: Sequence[Fraction], *, scale: _Scale, write: Write) -> Line:
    dots = [(x, scale.y(amount), amount) for x, amount in zip(places, series.amounts, strict=True) if amount is not None]
    path = "M" + " L".join(f"{_text(x)} {_text(y)}" for x, y, _ in dots)
    floor = _text(scale.y(0))
    area = f"{path} L{_text(dots[-1][0])} {floor} L{_text(dots[0][0])} {floor} Z"
    x, y, last = dots[-1]
    return Line(hue, series.name, path, area, Mark(hue, _text(x), _text(y), text=write(last), text_x=_text(x + 10), text_y=_text(y + 4)))


def _spread(lines: list[Line]) -> list[Line]:
    """Move the words at the line ends apart so that none covers another (each takes two lines of text)."""
    placed: dict[int, Line] = {}
    previous: Fraction | None = None
    for line in sorted(lines, key=lambda one: Fraction(one.end.y)):
        y = Fraction(line.end.text_y)
        if previous is not None:
            y = max(y, previous + 2 * _LABEL_GAP)
        placed[line.hue] = dataclasses.replace(line, end=dataclasses.replace(line.end, text_y=_text(y)))
        previous = y
    return [placed[line.hue] for line in lines]


def _frame(data: Data, scale: _Scale, places: Sequence[Fraction], *, plot: Fraction, write: Write) -> Chart:
    """Return the chart without its marks: grid, words along the bottom, names of the hues, the table behind it."""
    every = 2 if len(data.labels) > _MOST_LABELS else 1
    last = len(data.labels) - 1
    labelled = enumerate(zip(places, data.labels, strict=True))
    return Chart(
        data=data,
        zero_y=_text(scale.y(0)),
        plot_width=_text(plot),
        grid=[
            Mark(0, "0", _text(scale.y(tick)), text=write(_amount(tick)), text_y=_text(scale.y(tick) - 5)) for tick in scale.ticks() if tick
        ],
        labels=[Mark(0, _text(x), str(HEIGHT - 8), text=label, minor=bool((last - number) % every)) for number, (x, label) in labelled],
        names=[Mark(hue, "", "", text=series.name) for hue, series in enumerate(data.series, 1)] if len(data.series) > 1 else [],
        headings=[series.name for series in data.series],
        rows=[[label, *(_written(series.amounts[number], write) for series in data.series)] for number, label in enumerate(data.labels)],
    )


def _written(amount: Amount | None, write: Write) -> str:
    return "" if amount is None else write(amount)


def _amount(value: Fraction) -> Amount:
    return value.numerator if value.denominator == 1 else Decimal(value.numerator) / Decimal(value.denominator)


def _text(value: Fraction) -> str:
    tenths = round(value * 10)
    sign, tenths = ("-", -tenths) if tenths < 0 else ("", tenths)
    return f"{sign}{tenths // 10}.{tenths % 10}"
