"""A QR code as one SVG path, for papers and pages: attributes only, no style and no script."""

from __future__ import annotations

from typing import Any

import qrcode

DENSE = qrcode.constants.ERROR_CORRECT_L
USUAL = qrcode.constants.ERROR_CORRECT_M


def code(text: str, correction: int = USUAL) -> dict[str, Any]:
    """Its size in modules with the quiet edge, and the path of its dark modules."""
    drawn = qrcode.QRCode(error_correction=correction, border=2)
    drawn.add_data(text)
    matrix = drawn.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, line in enumerate(matrix) for x, dark in enumerate(line) if dark)
    return {"size": len(matrix), "path": path}
