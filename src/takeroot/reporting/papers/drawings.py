"""A chart as it goes into a document: its vector, its picture of dots, and what it says in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from takeroot import charts
from takeroot.errors import TakerootError
from takeroot.reporting.papers.pieces import Picture
from takeroot.reporting.papers.runs import said

#: What says, within a picture of dots, which vector it stands for.
VECTOR = (
    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}">'
    '<asvg:svgBlip xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="{}"/></a:ext></a:extLst>'
)


@dataclass(frozen=True)
class Drawn:
    """A chart on white."""

    svg: str
    title: str
    says: str

    @cached_property
    def dots(self) -> bytes:
        """The picture of dots, for programs that know no vectors."""
        return charts.png(self.svg)

    @property
    def in_words(self) -> str:
        """What somebody hears who does not see it."""
        return said(f"{self.title}. {self.says}").strip()

    @property
    def size(self) -> tuple[int, int]:
        """How wide and tall the picture of dots is, as its head says."""
        return int.from_bytes(self.dots[16:20], "big"), int.from_bytes(self.dots[20:24], "big")


def drawn(picture: Picture, width: int) -> Drawn:
    """The chart of a picture.

    Raises
    ------
    TakerootError
        If it can not be drawn, with its caption.
    """
    try:
        chart = picture.draw(*picture.frames, width=width, **picture.options)
        title, says = charts.words(chart)
        return Drawn(charts.svg(chart, theme="paper"), title, says)
    except ValueError as fault:
        raise TakerootError(f"No chart can be drawn of “{picture.caption}” {fault}") from fault
