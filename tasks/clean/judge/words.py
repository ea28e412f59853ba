"""Words by which short lines around an article are known, in the languages of the news.

A word or two of a language is enough: they are one sign among many. Matched on folded whole words; for
scripts without spaces as parts of the line. Written by us from knowledge of the languages; the model
learns what each group is worth.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from tasks.clean.judge.lines import Ints
from tasks.clean.judge.spellings import Known
from tasks.clean.judge.tokens import Words

GROUPS: dict[str, str] = {
    "share": "share shares teilen partager compartir compartilhar condividi condividere delen dela del jaa udostępnij "
    "sdílet paylaş megosztás поделиться поділитися bagikan chia sẻ شارك مشاركة 分享 シェア 공유 tweet retweet",
    "follow": "follow folgen suivez suivre seguir síguenos sigue siga segui seguici volg følg följ obserwuj sledujte takip "
    "подписывайтесь підписуйтесь ikuti theo dõi تابع تابعنا 关注 フォロー 팔로우",
    "network": "facebook twitter whatsapp linkedin pinterest telegram instagram reddit email e-mail messenger viber vk line "
    "x youtube tiktok bluesky threads mastodon copy link pocket tumblr xing flipboard zalo weibo",
    "related": "related recommended recommend similar mehr weitere verwandte liés lié relacionados relacionadas relacionado "
    "correlati correlate gerelateerd relaterade relaterte relaterede powiązane související ilgili ilişkili связанные похожие "
    "схожі terkait liên quan ذات صلة 相关 相關 関連 관련 also plus trending popular latest featured picks más mais più "
    "meest mest najnowsze nejčtenější beliebt meistgelesen neueste dernières últimas ultime populaires gợi ý популярное tin",
    "read": "read lesen lire lea leer leia leggi lees läs les læs czytaj čtěte oku devamı читайте читать читати baca đọc اقرأ "
    "阅读 続きを読む 読む 읽기 continue siehe voir ver vedi bekijk watch see view weiterlesen thêm xem ayrıca",
    "comment": "comment comments kommentar kommentare kommentarer commentaire commentaires comentario comentarios comentários "
    "commento commenti reactie reacties komentarze komentář yorum yorumlar комментарии комментарий коментарі komentar bình luận "
    "تعليق تعليقات 评论 評論 コメント 댓글 reply replies antworten répondre responder leave discussion reactions",
    "subscribe": "subscribe subscribers subscription newsletter newsletters abonnieren abonnement abonner abonnez abonné "
    "suscríbete suscribirse suscripción assine iscriviti abbonati abonneer prenumerera abonner nyhedsbrev nyhetsbrev "
    "prenumeruj subskrybuj odebírat abone подписка підписка berlangganan đăng ký اشترك 订阅 訂閱 購読 登録 구독 inbox sign "
    "signup updates alerts notifications",
    "advert": "advertisement advertisements advert ads ad sponsored sponsor anzeige werbung publicité publicidad publicidade "
    "pubblicità advertentie annons annonse annonce reklama reklam реклама iklan quảng cáo إعلان 广告 廣告 広告 pr 광고 promoted "
    "promotion affiliate partner",
    "account": "login log sign account anmelden registrieren connexion connectez inscription iniciar sesión cuenta entrar accedi "
    "accesso inloggen logga logg konto zaloguj přihlásit giriş войти увійти masuk đăng nhập تسجيل 登录 登入 ログイン 로그인 "
    "register password passwort profile my",
    "menu": "menu home search suche startseite accueil rechercher recherche inicio buscar início cerca zoeken sök søk søg "
    "szukaj hledat ara arama меню поиск пошук beranda cari trang chủ بحث 首页 搜索 検索 ホーム 검색 skip navigation close "
    "toggle open back top next previous prev zurück suivant anterior siguiente",
    "legal": "privacy terms policy cookies cookie copyright rights reserved imprint impressum datenschutz agb nutzungsbedingungen "
    "mentions légales confidentialité privacidad aviso política condiciones termos informativa voorwaarden integritet "
    "personvern polityka regulamin gizlilik конфиденциальности privasi kebijakan bảo mật 隐私 版权 プライバシー 개인정보 © "
    "disclaimer gdpr consent accept vorbehalten réservés reservados riservati",
    "credit": "photo photos image images picture getty reuters afp shutterstock istock unsplash credit courtesy foto fotos bild "
    "bilder crédit photographie fotografía imagen imagem immagine zdjęcie fotoğraf фото gambar ảnh صورة 图 写真 사진 video "
    "caption source quelle fuente fonte bron źródło kaynak источник nguồn",
    "author": "by author written von par por di door av af autor autorin auteur autore yazar автор penulis oleh tác giả بقلم 作者 "
    "記者 기자 editor reporter correspondent staff contributor editors redaktion rédaction redacción redazione bio",
    "time": "january february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec januar februar märz mai juni juli oktober dezember janvier février mars avril juin juillet août "
    "septembre octobre novembre décembre enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre monday tuesday wednesday thursday friday "
    "saturday sunday am pm gmt utc est ago updated published posted minutes min mins hours uhr heures horas ore aktualisiert "
    "publié publicado pubblicato aktualizacja güncelleme обновлено опубликовано tháng ngày giờ 年 月 日 时间 年前 時間",
    "tag": "tags tag topics topic category categories themen schlagworte thèmes étiquettes etiquetas temas tagi štítky etiket "
    "теги từ khóa 标签 タグ 태그 filed more keywords stichworte",
    "shop": "buy price shop cart order sale deal deals amazon add checkout shipping product products donate support gift free "
    "kaufen warenkorb acheter panier comprar carrito compra winkelwagen offer discount",
    "app": "download app android ios play store apple google print drucken imprimer imprimir stampa save bookmark listen audio "
    "podcast font size text pdf gallery share slideshow",
}  # fmt: skip
NAMES = tuple(GROUPS)
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_BY_WORD: dict[str, int] = {}
_BY_PART: dict[str, int] = {}
for _number, _words in enumerate(GROUPS.values()):
    for _word in _words.split():
        _where = _BY_PART if _UNSPACED.search(_word) else _BY_WORD
        _where[_word] = _where.get(_word, 0) | 1 << _number
_KNOWN, _MASKS = Known(list(_BY_WORD)), np.array(list(_BY_WORD.values()), np.int64)
_PART = re.compile("|".join(sorted(map(re.escape, _BY_PART), key=lambda word: (-len(word), word))))
MAX_CHARS = 120  # longer lines are judged without: a paragraph has any word


def word_groups(texts: Sequence[str], words: Words) -> Ints:
    """Bit mask of the groups whose words stand in each line, if it is short; 0 for others. words: those of the lines."""
    n = len(texts)
    is_short = np.fromiter(map(len, texts), np.int64, n) <= MAX_CHARS
    words = words.chosen(is_short[words.line])
    found = np.zeros(n, np.int64)
    which, place = _KNOWN.places(words.number)
    np.bitwise_or.at(found, words.line[which], _MASKS[place])
    for number in np.flatnonzero(is_short).tolist():
        if not texts[number].isascii():
            found[number] |= _other_signs(texts[number])
    return found


def _other_signs(text: str) -> int:
    """What a line says in other ways than by words between blanks."""
    mask = _BY_WORD["©"] if "©" in text else 0
    if _UNSPACED.search(text):
        for match in _PART.finditer(text):
            mask |= _BY_PART[match.group()]
    return mask
