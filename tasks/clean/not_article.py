"""Documents that are no article: nothing left, error pages, paywall stubs, index pages, only a headline; and `page_kinds`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from tasks.clean.draft import PROSE_CHARS, Draft, Line
from tasks.clean.page_kinds import why_other_kind
from tasks.clean.words import ends_sentence

MIN_SENTENCE_CHARS = 25  # "He died." is no article, "The mine was closed on Monday." may be one
INDEX_LINES, INDEX_FRAC = 12, 0.85  # so many lines, this share of them short and without a full stop
BROKEN_SENTENCES = 3  # dumps that break lines at every tag have many
LIST_LINES = 5  # so many lines and no sentence: a list of links
ERROR_CHARS = 600
STUB_CHARS = 600  # one paragraph and a request to subscribe
_ERRORS = (
    "page not found", "404 not found", "error 404", "404 error", "page you are looking for", "page cannot be found",
    "page could not be found", "page you requested", "access denied", "403 forbidden", "500 internal server error",
    "502 bad gateway", "503 service unavailable", "service unavailable", "site can't be reached", "checking your browser",
    "verify you are human", "are you a robot", "enable javascript and cookies to continue", "unusual traffic",
    "seite nicht gefunden", "seite wurde nicht gefunden", "page introuvable", "página no encontrada", "pagina non trovata",
    "página não encontrada", "pagina niet gevonden", "sidan kunde inte hittas", "siden ble ikke funnet",
    "siden blev ikke fundet", "nie znaleziono strony", "sayfa bulunamadı", "halaman tidak ditemukan", "không tìm thấy trang",
    "trang không tồn tại", "ページが見つかりません", "页面不存在", "找不到页面", "페이지를 찾을 수 없습니다", "страница не найдена",
)  # fmt: skip


def why_no_article(
    draft: Draft, *, free: bool | None = None, types: Collection[str] = (), n_joins: int = 0
) -> tuple[str, str] | None:
    """The reason (`empty` or `not_article`) and what it rests on; None for an article.

    free: what the page says of access; None where it is silent. types: the page's JSON-LD types.
    n_joins: sentences that run over lines and will be joined: their lines are short, and no list of links.
    """
    kept = [line for _, line in draft.kept()]
    cut = Counter(line.verdict.kind for line in draft.lines if line.verdict is not None)
    other = _error_page(draft, kept) or why_other_kind(draft, kept, types)
    if not kept and not other:
        return _nothing_left(draft, cut)
    why = other or _stub(draft, kept, free=free) or _list_of_links(draft, kept, cut, n_joins)
    return ("not_article", why) if why is not None else None


def _error_page(draft: Draft, kept: list[Line]) -> str | None:
    text = "\n".join(line.text for line in kept)
    lower = text[:ERROR_CHARS].lower() + "\n" + (draft.title or "").lower()
    error = next((saying for saying in _ERRORS if saying in lower), None) if len(text) < ERROR_CHARS else None
    return f"error page: says {error!r} in {len(text)} characters" if error is not None else None


def _stub(draft: Draft, kept: list[Line], *, free: bool | None) -> str | None:
    n_chars = sum(len(line.text) for line in kept)
    asks = sum(
        line.verdict.kind == "paywall" and line.verdict.rule_id != "model"
        for line in draft.lines
        if line.verdict
    )
    if not (asks or free is False) or n_chars >= STUB_CHARS or sum(line.is_prose for line in kept) > 1:
        return None
    return f"paywall stub: {n_chars} characters are left, {asks} lines ask for a subscription"


def _list_of_links(draft: Draft, kept: list[Line], cut: Counter[str], n_joins: int) -> str | None:
    sentences = any(
        line.weight >= MIN_SENTENCE_CHARS and (ends_sentence(line.text) or line.is_prose) for line in kept
    )
    prose = any(line.is_prose for line in kept) or n_joins >= BROKEN_SENTENCES
    if not sentences and (len(kept) >= LIST_LINES and not prose):
        return f"index page: none of {len(kept)} lines is a sentence"
    if not sentences and sum(line.weight for line in kept) < 2 * PROSE_CHARS:
        return f"no sentence is left: {len(kept)} short lines of {len(draft.lines)}; cut {_listed(cut)}"
    short = sum(line.weight < PROSE_CHARS and not ends_sentence(line.text) for line in kept)
    if len(kept) >= INDEX_LINES and short >= INDEX_FRAC * len(kept) and not prose:
        return f"index page: {short} of {len(kept)} lines are short and without a full stop"
    return None


def _nothing_left(draft: Draft, cut: Counter[str]) -> tuple[str, str]:
    if not draft.lines:
        return "empty", "no visible character"
    if set(cut) <= {"title", "duplicate_title"}:
        return "not_article", "only a headline"
    return "empty", f"nothing left of {len(draft.lines)} lines; cut {_listed(cut)}"


def _listed(cut: Counter[str]) -> str:
    return (
        ", ".join(f"{kind} {n}" for kind, n in sorted(cut.items(), key=lambda item: (-item[1], item[0])))
        or "nothing"
    )
