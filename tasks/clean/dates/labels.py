"""What the words before a date call it: published or modified, in the languages of the news."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["published", "modified", "unknown"]

_LABELS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "modified",
        re.compile(
            r"updat|modif|edited|revised|amended|aktualis|geändert|mis à jour|mise à jour|\bmaj\b|actuali[zt]|atualiz|"
            r"aggiorna|gewijzigd|bijgewerkt|opdater|oppdater|uppdater|ändrad|endret|päivit|muokat|güncelle|cập nhật|"
            r"sửa|обновл|оновл|измен|更新|수정|업데이트|최종|perbarui|kemas ?kini|ปรับปรุง|อัปเดต|อัพเดต|แก้ไข|تحديث|עודכן|"
            r"अपडेट|अद्यतन|ενημ|τροποπ|frissít|módosít|zaktualiz|aktualiz|upraven|ostatni",
            re.IGNORECASE,
        ),
    ),
    (
        "published",
        re.compile(
            r"publi|posted|issued|released|first|created|veröffentlicht|erstellt|erschienen|stand|diterbitkan|dipublikasi|"
            r"gepubliceerd|geplaatst|udgivet|pubblicat|postat|yayın|oluştur|julkaistu|xuất bản|đăng|опублик|опублік|"
            r"发布|發布|發佈|公開|配信|掲載|입력|등록|เผยแพร่|نشر|פורסם|प्रकाशित|δημοσ|közzét|megjelen|zveřejn|opublik|дата",
            re.IGNORECASE,
        ),
    ),
)


def label_of(before: str) -> Kind:
    """The kind that the last label in `before` names."""
    found = [(match.start(), kind) for kind, pattern in _LABELS for match in pattern.finditer(before)]
    return max(found)[1] if found else "unknown"


def is_label_word(word: str) -> bool:
    """Whether a word beside a date labels it or only joins label and date."""
    return word.lower() in _JOINS or any(pattern.search(word) for _, pattern in _LABELS)


_JOINS = frozenset(
    [
        "on",
        "at",
        "am",
        "um",
        "vom",
        "den",
        "der",
        "date",
        "time",
        "le",
        "à",
        "a",
        "el",
        "las",
        "la",
        "il",
        "alle",
        "del",
        "op",
        "om",
        "lúc",
        "ngày",
        "vào",
        "giờ",
        "uhr",
        "um",
        "v",
        "dne",
        "kl",
        "klo",
        "den",
        "på",
        "pada",
        "pukul",
        "tanggal",
        "last",
        "was",
        "is",
        "mis",
        "jour",
        "mise",
        "sist",
        "senest",
        "viimeksi",
        "son",
        "lần",
        "cuối",
        "cập",
        "nhật",
        "bài",
        "viết",
        "tin",
        "đăng",
        "xuất",
        "bản",
        "ora",
        "ore",
        "saat",
        "tarihi",
        "опубликовано",
        "в",
        "от",
        "г",
        "время",
        "и",
        "час",
        "stand",
        "local",
        "hrs",
        "data",
        "dnia",
        "godz",
        "时间",
        "時間",
        "发布",
        "更新",
        "于",
        "於",
        "日期",
        "작성일",
        "최종",
        "เมื่อ",
        "วันที่",
        "في",
        "بتاريخ",
    ]
)
