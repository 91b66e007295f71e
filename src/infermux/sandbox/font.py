"""Letters of five by seven dots, so that a drawn picture can say what was asked for."""

from __future__ import annotations

import unicodedata

WIDE, HIGH = 5, 7

# Seven digits of base 32 for each letter: a digit is a row of five dots.
_GLYPHS = {
    "A": "ehhvhhh", "B": "uhhuhhu", "C": "ehggghe", "D": "uhhhhhu", "E": "vggsggv", "F": "vggsggg",
    "G": "ehgnhhe", "H": "hhhvhhh", "I": "e44444e", "J": "72222ic", "K": "hikokih", "L": "ggggggv",
    "M": "hrllhhh", "N": "hhpljhh", "O": "ehhhhhe", "P": "uhhuggg", "Q": "ehhhlid", "R": "uhhukih",
    "S": "fgge11u", "T": "v444444", "U": "hhhhhhe", "V": "hhhhha4", "W": "hhhllra", "X": "hha4ahh",
    "Y": "hha4444", "Z": "v1248gv", "0": "ehjlphe", "1": "4c4444e", "2": "eh1248v", "3": "v2421he",
    "4": "26aiv22", "5": "vgu11he", "6": "68guhhe", "7": "v124888", "8": "ehhehhe", "9": "ehhf12c",
    ".": "00000cc", ",": "0000c48", "!": "4444404", "?": "eh12404", "-": "000v000", "'": "4480000", ":": "0cc0cc0",
}  # fmt: skip


def rows(letter: str) -> list[str]:
    """Return the rows of a letter as texts of `0` and `1`; an unknown one is blank, accents are left out."""
    plain = unicodedata.normalize("NFD", letter)[0].upper()
    return [f"{int(digit, 32):05b}" for digit in _GLYPHS.get(plain, "0" * HIGH)]
