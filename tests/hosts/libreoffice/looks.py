"""How cells look, taken from one and given to others without their contents."""

from typing import Any, Final

from tests.hosts.libreoffice.bridge import bridge

_FONT: Final = "Char"
_OTHERS: Final = frozenset(
    {
        *("NumberFormat", "CellProtection", "CellBackColor", "IsCellBackgroundTransparent"),
        *(
            "HoriJustify",
            "VertJustify",
            "ParaIndent",
            "IsTextWrapped",
            "ShrinkToFit",
            "Orientation",
        ),
        *("RotateAngle", "RotateReference", "WritingMode", "AsianVerticalMode"),
        *("TableBorder2", "DiagonalTLBR2", "DiagonalBLTR2", "ShadowFormat"),
        *("LeftBorder2", "RightBorder2", "TopBorder2", "BottomBorder2"),
    }
)
_READ_ONLY: Final = 16
_STYLE: Final = "CellStyle"


class Look:
    """How a cell looks: its style, and what it has beyond its style.

    Args:
        cell: The cell, as LibreOffice knows it.
    """

    def __init__(self, cell: Any) -> None:
        own = bridge().Enum("com.sun.star.beans.PropertyState", "DIRECT_VALUE")
        names = tuple(sorted(filter(_is_look, cell.getPropertySetInfo().Properties), key=_name))
        known = tuple(one.Name for one in names)
        states = cell.getPropertyStates(known)
        self._names = tuple(name for name, state in zip(known, states, strict=True) if state == own)
        self._values = cell.getPropertyValues(self._names)
        self._style = cell.getPropertyValue(_STYLE)

    def give(self, cells: Any) -> None:
        """Let cells look so; their contents stay.

        Args:
            cells: The cells, as LibreOffice knows them.
        """
        # A style takes away what a cell has beyond it.
        cells.setPropertyValue(_STYLE, self._style)
        cells.setPropertyValues(self._names, self._values)


def _name(found: Any) -> str:
    name: str = found.Name
    return name


def _is_look(found: Any) -> bool:
    if found.Attributes & _READ_ONLY:
        return False
    return found.Name in _OTHERS or found.Name.startswith(_FONT)
