"""The language of a text. The sentences are ours."""

import gzip
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.clean.language import find_language

TEXTS = {
    "en": "The council met on Tuesday and agreed to repair both bridges before the winter.",
    "vi": "Hội đồng thành phố họp hôm thứ Ba và thống nhất sửa hai cây cầu trước mùa đông.",
    "de": "Der Rat tagte am Dienstag und beschloss, beide Brücken vor dem Winter zu reparieren.",
    "fr": "Le conseil s'est réuni mardi et a décidé de réparer les deux ponts avant l'hiver.",
    "es": "El consejo se reunió el martes y acordó reparar los dos puentes antes del invierno.",
    "it": "Il consiglio si è riunito martedì e ha deciso di riparare i due ponti prima dell'inverno.",
    "pt": "O conselho reuniu-se na terça-feira e decidiu reparar as duas pontes antes do inverno.",
    "nl": "De raad kwam dinsdag bijeen en besloot beide bruggen voor de winter te herstellen.",
    "da": "Rådet mødtes tirsdag og besluttede at reparere begge broer inden vinteren kommer.",
    "sv": "Rådet sammanträdde på tisdagen och beslutade att reparera båda broarna före vintern.",
    "fi": "Neuvosto kokoontui tiistaina ja päätti korjata molemmat sillat ennen talvea.",
    "pl": "Rada zebrała się we wtorek i postanowiła naprawić oba mosty przed zimą.",
    "cs": "Rada se sešla v úterý a rozhodla se opravit oba mosty před příchodem zimy.",
    "tr": "Meclis salı günü toplandı ve iki köprünün kıştan önce onarılmasına karar verdi.",
    "id": "Dewan kota bertemu pada hari Selasa dan sepakat memperbaiki kedua jembatan sebelum musim hujan.",
    "ru": "Совет собрался во вторник и решил отремонтировать оба моста до наступления зимы.",
    "uk": "Рада зібралася у вівторок і вирішила відремонтувати обидва мости до зими.",
    "ja": "市議会は火曜日に開かれ、冬までに二つの橋を修理することを決めた。",
    "zh": "市议会星期二开会，决定在冬季之前修复两座桥梁。",
    "ko": "시의회는 화요일에 회의를 열고 겨울 전에 두 다리를 고치기로 했다.",
    "ar": "اجتمع المجلس يوم الثلاثاء وقرر إصلاح الجسرين قبل حلول الشتاء.",
    "fa": "شورای شهر روز سه‌شنبه تشکیل جلسه داد و تصمیم گرفت هر دو پل را تعمیر کند.",
    "hi": "परिषद की बैठक मंगलवार को हुई और सर्दियों से पहले दोनों पुलों की मरम्मत का फैसला किया गया।",
    "th": "สภาเมืองประชุมเมื่อวันอังคารและตกลงซ่อมสะพานทั้งสองแห่งก่อนฤดูหนาว",
    "el": "Το συμβούλιο συνεδρίασε την Τρίτη και αποφάσισε να επισκευάσει τις δύο γέφυρες.",
    "he": "המועצה התכנסה ביום שלישי והחליטה לתקן את שני הגשרים לפני החורף.",
    "hu": "A tanács kedden ülésezett, és úgy döntött, hogy a tél előtt megjavítja mindkét hidat.",
    "ro": "Consiliul s-a întrunit marți și a hotărât să repare ambele poduri înainte de iarnă.",
}


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_one_sentence_is_enough_to_know_its_language(language):
    assert find_language(TEXTS[language]) == language


@pytest.mark.parametrize(
    "text", ["", "   ", "12:30", "OK", "Reuters", "https://example.com/a/b/c", "!!! ??? ...", "新"]
)
def test_too_little_text_has_no_language(text):
    assert find_language(text) is None


def test_capitals_and_addresses_do_not_mislead():
    assert find_language(TEXTS["de"].upper()) == "de"
    assert find_language("https://example.com/the-news-of-the-day-in-english " * 3 + TEXTS["vi"]) == "vi"


def test_foreign_names_in_a_text_do_not_change_its_script():
    assert find_language("東京電力ホールディングスはTEPCOの名で、IAEAとの協議をつづけている。") == "ja"
    assert find_language("Владимир Зеленский (Volodymyr Zelenskyy) приехал в Берлин на переговоры.") == "ru"


def test_answer_is_the_same_in_every_thread():
    texts = sorted(TEXTS.values()) * 4
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(find_language, texts)) == [find_language(text) for text in texts]


@given(st.text(max_size=300))
def test_nothing_raises_and_the_answer_is_a_code(text):
    found = find_language(text)
    assert found is None or (2 <= len(found) <= 3 and found.islower())


def test_long_text_is_judged_by_its_beginning():
    assert find_language(TEXTS["en"] * 40 + TEXTS["ru"] * 100_000) == "en"


def test_articles_of_the_development_set_have_their_language(shared):
    with gzip.open(shared / "bench/clean/dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["lang"] != "en" or row["fold"] == 4]
    right = sum(find_language(row["gold_text"]) == row["lang"] for row in rows)
    assert right >= 0.98 * len(rows)
