"""Text in the cells of a terminal: measured, not counted."""

from __future__ import annotations


def cells(text: str) -> int:
    """The measured width of text in a terminal."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415 - only where text is not ASCII

    return cell_len(text)


def wrap(text: str, width: int) -> list[str]:
    """Text in lines of a measured width; a word that is too long is broken."""
    if cells(text) <= width:
        return [text]
    lines, line = [], ""
    for given in text.split(" "):
        word = given
        while cells(word) > width:
            cut = width
            while cut > 1 and cells(word[:cut]) > width:
                cut -= 1
            if line:
                lines.append(line)
                line = ""
            lines.append(word[:cut])
            word = word[cut:]
        joined = f"{line} {word}" if line else word
        if cells(joined) <= width:
            line = joined
        else:
            lines.append(line)
            line = word
    return [*lines, line] if line else lines
