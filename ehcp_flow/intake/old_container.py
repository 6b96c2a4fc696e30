"""The container of Excel 97-2003 files, looked at just enough to see whether the end is missing.

The reader of workbooks stops with a fault inside, printed on the screen, when it is given half a file.
Layout: [MS-CFB], sections 2.2 (header) and 2.3 (the table of sectors).
"""

from __future__ import annotations

import struct

_HEADER_BYTES = 512
_TABLE_PLACES = 109
_FREE = 0xFFFFFFFF
_LAST_REAL_SECTOR = 0xFFFFFFFA


def is_cut_short(content: bytes) -> bool:
    """Whether the container speaks of parts that lie beyond the end of `content`."""
    if len(content) < _HEADER_BYTES:
        return True
    size: int = 1 << struct.unpack_from("<H", content, 30)[0]
    if size not in {512, 4096}:
        return True
    sectors = -(-(len(content) - size) // size)
    places = [place for place in struct.unpack_from(f"<{_TABLE_PLACES}I", content, 76) if place != _FREE]
    table: list[int] = []
    for place in places:
        start = (place + 1) * size
        if place > _LAST_REAL_SECTOR or start + size > len(content):
            return True
        table.extend(struct.unpack_from(f"<{size // 4}I", content, start))
    used = max((sector for sector, following in enumerate(table) if following != _FREE), default=-1)
    return used >= sectors
