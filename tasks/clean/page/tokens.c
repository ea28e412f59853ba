/* A page cut into texts and tags, and what the tags say.

   It follows what browsers do where that matters for text: comments and scripts run to their end or to the end of the
   page, quotes count only after `=`, a `<` before anything but a letter, `/`, `!` or `?` is text. Each look ahead for the
   end of something goes as far as the thing itself, or to where it shows that there is none: time is linear. */

#include "page.h"

Page page;
static uint8_t *room;

__attribute__((export_name("page_at"))) Page *page_at(void) { return &page; }

/* Where the next thing is taken from. */
__attribute__((export_name("room_at"))) uint8_t *room_at(uint8_t *start) {
    if (start) room = start;
    return room;
}

void *take(i64 n_bytes) {
    uint8_t *found = room;
    i64 end = ((i64)(u32)(uintptr_t)found + n_bytes + 15) & ~(i64)15, has = (i64)__builtin_wasm_memory_size(0) << 16;
    if (end > 0xFFFF0000LL) return 0;
    if (end > has) {
        i64 more = end - has + (end >> 3);  /* some to spare, so that few are asked for */
        if (end + (end >> 3) > 0xFFFF0000LL) more = end - has;
        if (__builtin_wasm_memory_grow(0, (u32)((more + 0xFFFF) >> 16)) == (unsigned long)-1) return 0;
    }
    room = (uint8_t *)(uintptr_t)(u32)end;
    return found;
}

/* Python's white space. */
int is_space(u32 c) {
    if (c < 128) return c == ' ' || (c >= 9 && c <= 13) || (c >= 0x1C && c <= 0x1F);
    return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
           c == 0x202F || c == 0x205F || c == 0x3000;
}

/* Lower case, of letters of ASCII and of the one other whose lower case is in ASCII. */
u32 lower(u32 c) { return c >= 'A' && c <= 'Z' ? c + 32 : c == 0x212A ? 'k' : c; }

/* What a letter of ASCII equals where case does not count. */
static u32 folded(u32 c) { return c == 0x17F ? 's' : c == 0x131 || c == 0x130 ? 'i' : lower(c); }

static int is_letter(u32 c) { return lower(c) >= 'a' && lower(c) <= 'z' && c < 128; }

/* Words that Python teaches: each with three numbers. */
typedef struct { i64 told[3]; i32 length; u32 chars[]; } Word;
typedef struct { Word **slots; u32 last; i32 longest; } Table;
enum { ELEMENTS, TELLING, ROLES, PROPERTIES, PARTS, N_TABLES };
enum { LONGEST = 40 };
static Table tables[N_TABLES];

static u32 hashed(const u32 *chars, i32 length) {
    u32 hash = 2166136261u;
    for (i32 i = 0; i < length; i++) hash = (hash ^ chars[i]) * 16777619u;
    return hash ^ hash >> 15;
}

static const Word *look_up(int number, const u32 *chars, i32 length) {
    const Table *table = &tables[number];
    if (length > table->longest) return 0;
    for (u32 slot = hashed(chars, length) & table->last; table->slots[slot]; slot = (slot + 1) & table->last) {
        const Word *word = table->slots[slot];
        i32 same = word->length == length;
        for (i32 i = 0; same && i < length; i++) same = word->chars[i] == chars[i];
        if (same) return word;
    }
    return 0;
}

/* n words, one behind the other from `at` on, each in a multiple of 8 bytes, are a table. */
__attribute__((export_name("learn"))) i32 learn(i32 number, uint8_t *at, i32 n) {
    Table *table = &tables[number];
    u32 size = 64;
    while (size < 4 * (u32)n) size *= 2;
    table->slots = take(sizeof(Word *) * size);
    if (!table->slots) return NO_MEMORY;
    for (u32 slot = 0; slot < size; slot++) table->slots[slot] = 0;
    table->last = size - 1;
    table->longest = 0;
    while (n--) {
        Word *word = (Word *)at;
        u32 slot = hashed(word->chars, word->length) & table->last;
        while (table->slots[slot]) slot = (slot + 1) & table->last;
        table->slots[slot] = word;
        if (word->length > table->longest) table->longest = word->length;
        at += (offsetof(Word, chars) + 4 * (u32)word->length + 7) & ~7u;
    }
    return OK;
}

/* Whether a word in lower case stands here, in any case. */
static int says(i32 at, const char *word) {
    for (; *word; at++, word++)
        if (at >= page.n_raw || folded(page.raw[at]) != (u32)*word) return 0;
    return 1;
}

/* Whether a word stands here as it is. */
static int reads(i32 at, i32 end, const char *word) {
    for (; *word; at++, word++)
        if (at >= end || page.raw[at] != (u32)*word) return 0;
    return 1;
}

static i32 length_of(const char *word) {
    i32 n = 0;
    while (word[n]) n++;
    return n;
}

static int ends_name(i32 at) {
    return at < page.n_raw && (is_space(page.raw[at]) || page.raw[at] == '/' || page.raw[at] == '>');
}

static i32 skip_to(i32 at, u32 sign) {
    while (at < page.n_raw && page.raw[at] != sign) at++;
    return at;
}

static i32 skip_space(i32 at, i32 end) {
    while (at < end && is_space(page.raw[at])) at++;
    return at;
}

/* The end of a tag whose attributes begin here: behind its `>`, or the end of the page. */
static i32 end_of_tag(i32 at) {
    while (at < page.n_raw && page.raw[at] != '>') {
        if (page.raw[at++] != '=') continue;
        at = skip_space(at, page.n_raw);
        if (at == page.n_raw || (page.raw[at] != '"' && page.raw[at] != '\'')) continue;
        i32 close = skip_to(at + 1, page.raw[at]);
        if (close < page.n_raw) at = close + 1;
        else at++;  /* no such quote any more on the page: it is a character like others */
    }
    return at < page.n_raw ? at + 1 : at;
}

static i32 end_of_comment(i32 at) {
    if (reads(at, page.n_raw, ">")) return at + 1;
    if (reads(at, page.n_raw, "->")) return at + 2;
    for (at = skip_to(at, '-'); at < page.n_raw; at = skip_to(at + 1, '-')) {
        if (reads(at, page.n_raw, "-->")) return at + 3;
        if (reads(at, page.n_raw, "--!>")) return at + 4;
    }
    return at;
}

/* The end of an element whose content is no markup and which, left open, takes the rest of the page. */
static i32 end_of_script(i32 at, const char *name) {
    for (at = skip_to(at, '<'); at < page.n_raw; at = skip_to(at + 1, '<')) {
        if (!reads(at, page.n_raw, "</") || !says(at + 2, name)) continue;
        at = skip_to(at + 2, '>');
        return at < page.n_raw ? at + 1 : at;
    }
    return at;
}

/* The end of an element whose content is left out if it is closed, else -1: its tag is then like any other. */
static i32 end_of_enclosed(i32 at, const char *name) {
    for (at = skip_to(at, '<'); at < page.n_raw; at = skip_to(at + 1, '<')) {
        int closes = reads(at, page.n_raw, "</");
        if (!says(at + 1 + closes, name)) continue;
        at = skip_to(at, '>');
        return closes && at < page.n_raw ? at + 1 : -1;
    }
    return -1;
}

/* A drawing ends at once where the page's own structure shows: an unclosed one must not eat the article. */
static i32 end_of_drawing(i32 at) {
    static const char *const structure[] = {"svg",   "div",     "p",       "body", "ul", "ol", "li",
                                            "table", "section", "article", "main", 0};
    for (at = skip_to(at, '<'); at < page.n_raw; at = skip_to(at + 1, '<')) {
        int closes = reads(at, page.n_raw, "</");
        i32 name = at + 1 + closes;
        for (const char *const *one = structure; *one; one++) {
            if (!says(name, *one) || !ends_name(name + length_of(*one))) continue;
            if (!closes || one != structure) return -1;
            at = skip_to(at, '>');
            return at < page.n_raw ? at + 1 : -1;
        }
    }
    return -1;
}

/* The end of an element that holds no markup of the page; -1 where none begins at this `<`. */
static i32 end_of_opaque(i32 at) {
    static const char *const scripts[] = {"script", "style", 0};
    static const char *const enclosed[] = {"noscript", "template", "iframe",  "textarea", "title",
                                           "xmp",      "noembed",  "noframes", 0};
    switch (at + 1 < page.n_raw ? folded(page.raw[at + 1]) : 0) {  /* how their names begin */
    case 's': case 'n': case 't': case 'i': case 'x': break;
    default: return -1;
    }
    for (const char *const *one = scripts; *one; one++) {
        i32 end = at + 1 + length_of(*one);
        if (says(at + 1, *one) && ends_name(end)) return end_of_script(end_of_tag(end), *one);
    }
    for (const char *const *one = enclosed; *one; one++) {
        i32 end = at + 1 + length_of(*one);
        if (says(at + 1, *one) && ends_name(end)) return end_of_enclosed(end_of_tag(end), *one);
    }
    return says(at + 1, "svg") && ends_name(at + 4) ? end_of_drawing(end_of_tag(at + 4)) : -1;
}

/* The end of the tag that begins at this `<`; -1 where it is text. */
static i32 end_of_token(i32 at) {
    if (at + 1 >= page.n_raw) return -1;
    u32 next = page.raw[at + 1];
    if (next == '!' && reads(at, page.n_raw, "<!--")) return end_of_comment(at + 4);
    i32 end = end_of_opaque(at);
    if (end >= 0) return end;
    if (is_letter(next)) return end_of_tag(at + 2);
    if (next == '/' && at + 2 < page.n_raw && is_letter(page.raw[at + 2])) return end_of_tag(at + 3);
    if (reads(at, page.n_raw, "<![CDATA[")) return at + 9;
    if (next != '!' && next != '?' && next != '/') return -1;
    end = skip_to(at + 2, '>');
    return end < page.n_raw ? end + 1 : end;
}

static int add_tag(i32 start, i32 end) {
    Tag *tag = take(sizeof(Tag));
    if (!tag) return 0;
    *tag = (Tag){.start = start, .end = end};
    page.n_tags++;
    return 1;
}

static int cut_tags(void) {
    page.tags = take(0);
    page.n_tags = 0;
    for (i32 at = 0; at < page.n_raw;) {
        u32 c = page.raw[at];
        i32 end = c == '<' ? end_of_token(at) : c == ']' && page.has_cdata && reads(at, page.n_raw, "]]>") ? at + 3 : -1;
        if (end >= 0 && !add_tag(at, end)) return 0;
        at = end >= 0 ? end : at + 1;
    }
    return 1;
}

/* Union of what the parts of a name say: `relatedPosts-list` has the parts related, posts, list. A custom element's name
   counts in lower case. */
static i64 words_in(i32 at, i32 end, int is_low) {
    enum { PREFIX_CHARS = 5 };  /* long words also count at the start of a part, short ones only as a whole part */
    i64 mask = 0;
    while (at < end) {
        u32 part[LONGEST];
        i32 start = at, n = 0;
        int n_upper = 0;
        for (; at < end; at++) {
            u32 c = is_low ? lower(page.raw[at]) : page.raw[at];
            int is_upper = c >= 'A' && c <= 'Z', is_other = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (!is_upper && !is_other) break;
            if (is_upper ? n_upper < at - start : n_upper > 1) break;  /* "aB"; "ABc" */
            n_upper += is_upper;
            if (at - start < LONGEST) part[n++] = lower(c);
        }
        if (at == start) { at++; continue; }
        const Word *word = at - start <= LONGEST ? look_up(PARTS, part, n) : 0;
        if (word) { mask |= word->told[0]; continue; }
        for (i32 length = PREFIX_CHARS; length < at - start && length <= n; length++)
            if ((word = look_up(PARTS, part, length))) mask |= word->told[0];
    }
    return mask;
}

/* The place behind a word in lower case and white space, or -1. */
static i32 behind(i32 at, i32 end, const char *word) {
    for (; *word; at++, word++)
        if (at >= end || page.raw[at] == 0x130 || folded(page.raw[at]) != (u32)*word) return -1;
    return skip_space(at, end);
}

/* Whether a style hides its element. */
static int hides(i32 at, i32 end) {
    for (; at < end; at++) {
        int is_display = folded(page.raw[at]) == 'd';
        i32 colon = behind(at, end, is_display ? "display" : "visibility");
        if (colon < 0 || colon >= end || page.raw[colon] != ':') continue;
        if (behind(skip_space(colon + 1, end), end, is_display ? "none" : "hidden") >= 0) return 1;
    }
    return 0;
}

/* What a table knows of a text in any case. */
static const Word *look_up_low(int number, i32 at, i32 end) {
    u32 low[LONGEST];
    if (end - at > LONGEST) return 0;
    for (i32 i = at; i < end; i++) low[i - at] = lower(page.raw[i]);
    return look_up(number, low, end - at);
}

static int parts_attributes(u32 c) { return is_space(c) || c == '=' || c == '>' || c == '"' || c == '\'' || c == '/'; }

/* What an attribute is to us: the numbers that elements.py gives. From NAMING on its value is a name of the element. */
enum { STYLE = 1, HIDING, ARIA_HIDING, NAMING, WITH_ROLE, WITH_PROPERTY };

/* The value of the attribute whose name ends here is at `start..end`; where there is none, both are the place to go on. */
static i32 read_value(i32 at, i32 limit, i32 *start, i32 *end) {
    i32 value = skip_space(at, limit);
    *start = *end = at;
    if (value == limit || page.raw[value] != '=') return at;
    value = skip_space(value + 1, limit);
    if (value == limit || page.raw[value] == '>') return at;
    i32 close = value + 1;
    if (page.raw[value] == '"' || page.raw[value] == '\'') {
        while (close < limit && page.raw[close] != page.raw[value]) close++;
        if (close == limit) return at;
        close++;
    } else {
        while (close < limit && !is_space(page.raw[close]) && page.raw[close] != '>' && page.raw[close] != '"' &&
               page.raw[close] != '\'') close++;
    }
    *start = value, *end = close;
    while (*start < *end && (page.raw[*start] == '"' || page.raw[*start] == '\'')) ++*start;
    while (*end > *start && (page.raw[*end - 1] == '"' || page.raw[*end - 1] == '\'')) --*end;
    return close;
}

/* What a tag's attributes say goes to its mask and names. */
static int read_attributes(i32 number, i32 at) {
    enum { MOST_CHARS = 2000 };  /* of one element; longer ones are data, not names */
    Tag *tag = &page.tags[number];
    i32 limit = tag->end - at > MOST_CHARS ? at + MOST_CHARS : tag->end;
    while (at < limit) {
        if (parts_attributes(page.raw[at])) { at++; continue; }
        i32 name = at, start, end;
        while (at < limit && !parts_attributes(page.raw[at])) at++;
        const Word *telling = look_up_low(TELLING, name, at), *found = 0;
        at = read_value(at, limit, &start, &end);
        if (!telling) continue;
        i64 what = telling->told[0];
        if (what == HIDING || (what == STYLE && hides(start, end))) tag->own |= telling->told[1];
        if (what == ARIA_HIDING && end - start == 4 && says(start, "true")) tag->own |= telling->told[1];
        if (what == WITH_ROLE) found = look_up_low(ROLES, start, end);
        if (what == WITH_PROPERTY) found = look_up_low(PROPERTIES, start, end);
        if (found) tag->own |= found->told[0];
        if (what < NAMING) continue;
        tag->own |= words_in(start, end, 0);
        Name *one = take(sizeof(Name));
        if (!one) return 0;
        *one = (Name){start, end, number, 0};
        page.n_names++;
        tag->n_names++;
    }
    return 1;
}

static int is_word(u32 c) { return c >= 128 || is_letter(c) || (c >= '0' && c <= '9') || c == '_'; }

/* Whether a link says in `rel` that it leads to an author. */
static int leads_to_author(const Tag *tag) {
    enum { FAR = 40 };
    int has = 0;
    for (i32 at = tag->start; at < tag->end && !has; at++) has = page.raw[at] == 'a' && reads(at, tag->end, "author");
    for (i32 at = tag->start + 1; has && at + 3 < tag->end; at++) {
        if (!says(at, "rel") || is_word(page.raw[at - 1])) continue;
        i32 value = skip_space(at + 3, tag->end);
        if (value == tag->end || page.raw[value] != '=') continue;
        value = skip_space(value + 1, tag->end);
        if (value < tag->end && (page.raw[value] == '"' || page.raw[value] == '\'')) value++;
        for (i32 n = 0; n <= FAR && value + 6 <= tag->end; n++, value++) {
            int ends = value + 6 == tag->end || !is_word(page.raw[value + 6]);
            if (says(value, "author") && !is_word(page.raw[value - 1]) && ends) return 1;
            if (page.raw[value] == '"' || page.raw[value] == '\'' || page.raw[value] == '>') break;
        }
    }
    return 0;
}

static int read_tag(i32 number) {
    enum { HEAD_CHARS = 300 };  /* where a script's type stands */
    Tag *tag = &page.tags[number];
    i32 name = tag->start + 1, is_custom = 0;
    tag->first_name = page.n_names;
    if (page.raw[tag->start] != '<' || name == tag->end) return 1;
    int closes = page.raw[name] == '/';
    name += closes;
    if (name == tag->end || !is_letter(page.raw[name])) return 1;
    i32 end = name;
    while (end < tag->end && !is_space(page.raw[end]) && page.raw[end] != '/' && page.raw[end] != '>')
        is_custom |= page.raw[end++] == '-';
    tag->name_end = end;
    const Word *known = look_up_low(ELEMENTS, name, end);
    if (known) {
        tag->element = (i32)known->told[2];
        tag->told = (i32)(closes ? known->told[0] >> 32 : known->told[0]);
    } else if (is_custom) {
        tag->element = -1;
        tag->told = closes ? CLOSE : OPEN | ATTRIBUTES;
    }
    if (closes) return 1;
    if (tag->told & LINKED_DATA) {
        i32 at = tag->start, head = tag->end - at > HEAD_CHARS ? at + HEAD_CHARS : tag->end;
        while (at < head && !reads(at, head, "ld+json")) at++;
        if (at == head) tag->told = NOTHING;
    }
    if (tag->told & MAY_BE_AUTHOR) tag->is_author = reads(tag->start, tag->end, "<a ") && leads_to_author(tag);
    if ((tag->told & CODE) == OPEN) tag->own = known ? known->told[1] : words_in(name, end, 1);
    if (!(tag->told & ATTRIBUTES)) return 1;
    if ((tag->told & CODE) == INLINE) return read_attributes(number, tag->start);
    return tag->end - end <= 1 || read_attributes(number, end);
}

/* The end of the character reference that begins at this `&`; -1 where none does. */
static i32 end_of_reference(i32 at, i32 end) {
    i32 start = ++at, most = 32;
    int is_number = at < end && page.raw[at] == '#', is_hex = 0;
    if (is_number) {
        is_hex = at + 1 < end && lower(page.raw[at + 1]) == 'x';
        start = at += 1 + is_hex;
        most = 300;
    }
    for (; at < end && at - start < most; at++) {
        u32 c = page.raw[at];
        int is_digit = (c >= '0' && c <= '9') || (is_hex && c < 128 && lower(c) >= 'a' && lower(c) <= 'f');
        if (is_number ? !is_digit : c == '\t' || c == '\n' || c == '\f' || c == ' ' || c == '<' || c == '&' || c == '#' || c == ';')
            break;
    }
    if (at == start) return -1;
    return at < end && page.raw[at] == ';' ? at + 1 : at;
}

static int find_references(void) {
    page.references = take(0);
    page.n_references = 0;
    for (i32 number = 0, at = 0; number <= page.n_tags; number++) {
        i32 limit = number < page.n_tags ? page.tags[number].start : page.n_raw;
        while (at < limit) {
            i32 end = page.raw[at] == '&' ? end_of_reference(at, limit) : -1;
            if (end < 0) { at++; continue; }
            Reference *one = take(sizeof(Reference));
            if (!one) return 0;
            *one = (Reference){.start = at, .end = end};
            page.n_references++;
            at = end;
        }
        if (number < page.n_tags) at = page.tags[number].end;
    }
    return 1;
}

/* Tags with what they say, and character references of the texts between them. */
__attribute__((export_name("read"))) i32 read(void) {
    room_at((uint8_t *)(page.raw + ((page.n_raw + 3) & ~3)));
    if (!cut_tags()) return NO_MEMORY;
    page.names = take(0);
    page.n_names = 0;
    for (i32 number = 0; number < page.n_tags; number++)
        if (!read_tag(number)) return NO_MEMORY;
    return find_references() ? OK : NO_MEMORY;
}
