/* The walk over a page's tags and the layout of its text in lines. */

#include "page.h"

/* Groups of names, `GROUPS` of elements.py. */
enum {
    IN_P = 1, IN_OPTION = 2, IN_HEADINGS = 4, IN_CELLS = 8, IN_TABLE_PARTS = 16, IN_TABLE = 32, IN_CELL_STOPS = 64,
    IN_LI = 128, IN_TERMS = 256, IN_TR_CAPTION = 512, IN_GROUPS = 1024, IN_LIST_STOPS = 2048, IN_TERM_STOPS = 4096,
    IN_ROW_STOPS = 8192, IN_TR = 16384
};
enum { SKIP_BIT = 15, PRE_BIT = 13 };  /* of a mask: Bit.SKIP, Bit.PRE */
enum { MAX_CLIMB = 64, SEVERAL = 9 };
enum { NO_TEXT, BLANK, LINE_BREAK, CELL_BREAK };  /* what stands between two kept pieces */
enum { SAME, SPACE, EMPTY, DECODED };  /* what a character reference is */
enum { AUTHOR_LINK, TIME_SPAN, SAYS_OF_PAGE };  /* events */

typedef struct { i32 line, flat, gap; } Join;
typedef struct { i32 node, element, name, name_end, groups; } Open;

static Join *joins;
static Open *stack;  /* stack[0] is the page */
static i32 n_joins, n_stack, next_reference;
static i32 kept_end, is_open, has_space, is_linked, n_bold, n_images, n_links, next_gap, cell_lines, can_join, is_joined;
static i32 time_from, author_from;
static Event *last_time;
static i64 inline_mask;
static Line line;

/* White space that collapses; no-break spaces too: in news they are layout. */
static int collapses(u32 c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == 0xA0; }

static int all_space(i32 start, i32 end) {
    for (i32 i = start; i < end; i++)
        if (!is_space(page.raw[i])) return 0;
    return 1;
}

static Open *top(void) { return &stack[n_stack - 1]; }
static i64 mask_here(void) { return page.nodes[top()->node].mask; }
static int in_pre(void) { return mask_here() >> PRE_BIT & 1; }
static int in_skip(void) { return mask_here() >> SKIP_BIT & 1; }

/* The cell has a second line: its first goes on a line of its own after all. */
static void unjoin(void) {
    Join *join = &joins[--n_joins];
    page.flat[join->flat] = '\n';
    page.gaps[join->gap].between = LINE_BREAK;
    page.lines[join->line].joined = 0;
}

static i32 begin_line(void) {
    i32 between = page.n_flat ? LINE_BREAK : NO_TEXT;
    is_open = 1;
    is_joined = 0;
    if (cell_lines == 0 && can_join && page.n_flat) {
        between = CELL_BREAK;
        is_joined = 1;
        joins[n_joins++] = (Join){page.n_lines, page.n_flat, page.n_gaps};
    } else if (cell_lines == 1 && n_joins && joins[n_joins - 1].line == page.n_lines - 1) {
        unjoin();
    }
    cell_lines++;
    line.start = page.n_flat + (between != NO_TEXT);
    line.node = top()->node;
    line.mask = mask_here();
    line.gap = next_gap;
    return between;
}

/* What stands before the next n characters is laid out; the line they are in is opened, and counts them. */
static i32 part(i32 n_chars) {
    static const u32 signs[] = {0, ' ', '\n', '\t'};
    i32 between = NO_TEXT;
    if (!is_open) between = begin_line();
    else if (has_space) between = BLANK;
    has_space = 0;
    if (between != NO_TEXT) page.flat[page.n_flat++] = signs[between];
    if (is_linked) line.link_chars += n_chars;
    if (n_bold) line.bold_chars += n_chars;
    return between;
}

/* These raw characters stay. */
static void keep(i32 at, i32 n_chars) {
    i32 between = part(n_chars);
    if (between != NO_TEXT || at != kept_end) {
        i32 start = kept_end, end = at, stands = 0;
        /* A space or line break that stands in the raw text anyway stays where it stands. */
        if (between != NO_TEXT && between != CELL_BREAK && start < end) {
            u32 sign = between == BLANK ? ' ' : '\n';
            if (page.raw[start] == sign) { start++; stands = 1; }
            else if (page.raw[end - 1] == sign) { end--; stands = 1; }
        }
        if (start < end || (between != NO_TEXT && !stands))
            page.gaps[page.n_gaps++] = (Gap){start, end, stands ? NO_TEXT : between, -1};
    }
    for (i32 i = 0; i < n_chars; i++) page.flat[page.n_flat + i] = page.raw[at + i];
    page.n_flat += n_chars;
    kept_end = at + n_chars;
}

/* Raw text without anything to decode or collapse, but for its two ends. */
static void plain(i32 start, i32 end, int is_pre) {
    if (is_pre) {
        if (is_open || !all_space(start, end)) keep(start, end - start);
        return;
    }
    i32 low = start, high = end;
    while (low < high && is_space(page.raw[low])) low++;
    while (high > low && is_space(page.raw[high - 1])) high--;
    if (low > start) has_space = 1;
    if (low == high) return;
    keep(low, high - low);
    has_space = high < end;
}

static void end_line(i32 gap) {
    has_space = 0;
    if (!is_open) {
        if (gap > next_gap) next_gap = gap;
        return;
    }
    line.end = page.n_flat;
    line.inline_mask = inline_mask;
    line.links = n_links;
    line.images = n_images;
    line.joined = is_joined;
    page.lines[page.n_lines++] = line;
    line.link_chars = line.bold_chars = 0;
    is_open = n_links = 0;
    inline_mask = 0;
    next_gap = gap;
}

/* A character reference, as browsers decode it. */
static void refer(i32 number) {
    const Reference *one = &page.references[number];
    if (one->what == SAME) keep(one->start, one->end - one->start);
    else if (one->what == SPACE) has_space = 1;
    else if (one->what == DECODED) {
        i32 between = part(one->length);
        page.gaps[page.n_gaps++] = (Gap){kept_end, one->end, between, number};
        for (i32 i = 0; i < one->length; i++) page.flat[page.n_flat + i] = page.decoded[one->at + i];
        page.n_flat += one->length;
        kept_end = one->end;
    }
}

/* Text between two tags, its white space collapsed and its character references decoded. */
static void text(i32 start, i32 end) {
    int is_pre = in_pre();
    i32 last = start, at = start;
    while (next_reference < page.n_references && page.references[next_reference].start < start) next_reference++;
    while (at < end) {
        u32 c = page.raw[at];
        if (c == '&' && next_reference < page.n_references && page.references[next_reference].start == at) {
            if (at > last) plain(last, at, is_pre);
            refer(next_reference);
            last = at = page.references[next_reference++].end;
        } else if (is_pre && (c == '\n' || c == '\r')) {
            if (at > last) plain(last, at, is_pre);
            end_line(2);
            at += 1 + (c == '\r' && at + 1 < end && page.raw[at + 1] == '\n');
            last = at;
        } else if (!is_pre && collapses(c)) {
            i32 run = at + 1;
            while (run < end && collapses(page.raw[run])) run++;
            if (run - at > 1 || c != ' ') {
                if (at > last) plain(last, at, is_pre);
                has_space = 1;
                last = run;
            }
            at = run;
        } else at++;
    }
    if (last < end) plain(last, end, is_pre);
}

/* The innermost element ends. */
static void pop(void) {
    Node *node = &page.nodes[top()->node];
    node->end_line = page.n_lines + is_open;
    node->last_image = n_images;
    n_stack--;
}

static i32 lowest(void) { return n_stack - MAX_CLIMB > 1 ? n_stack - MAX_CLIMB : 1; }

static void close_to(i32 index) {
    while (n_stack > index) pop();
}

/* Close up to the nearest open element of a wanted group, unless a stop comes first. */
static void climb(i32 wanted, i32 stops) {
    for (i32 i = n_stack - 1; i >= lowest(); i--) {
        if (stack[i].groups & wanted) { close_to(i); return; }
        if (stack[i].groups & stops) return;
    }
}

/* Whether an open element has the name of a tag. Custom names are compared as they are spelled. */
static int has_name(const Open *open, const Tag *tag) {
    if (open->element != tag->element) return 0;
    if (open->element >= 0) return 1;
    i32 name = tag->start + 2, length = tag->name_end - name;
    if (open->name_end - open->name != length) return 0;
    for (i32 i = 0; i < length; i++)
        if (lower(page.raw[open->name + i]) != lower(page.raw[name + i])) return 0;
    return 1;
}

static void climb_to(const Tag *tag, i32 stops) {
    for (i32 i = n_stack - 1; i >= lowest(); i--) {
        if (has_name(&stack[i], tag)) { close_to(i); return; }
        if (stack[i].groups & stops) return;
    }
}

static int top_in(i32 groups) { return n_stack > 1 && (top()->groups & groups); }

static void end_row(int is_table) {
    end_line(2);
    cell_lines = is_table ? SEVERAL : 2 * SEVERAL;
    can_join = 0;
}

/* An element begins that ends others, or that is part of a table. */
static void begin_special(i32 groups) {
    if (groups & IN_LI) climb(IN_LI, IN_LIST_STOPS);
    else if (groups & IN_TERMS) climb(IN_TERMS, IN_TERM_STOPS);
    else if (groups & IN_CELLS) climb(IN_CELLS, IN_ROW_STOPS);
    else if (groups & IN_TR) climb(IN_TR_CAPTION, IN_TABLE);
    else if (groups & IN_GROUPS && !(groups & IN_CELL_STOPS)) climb(IN_GROUPS, IN_TABLE);
    else if (groups & IN_HEADINGS && top_in(IN_HEADINGS)) pop();
    if (groups & IN_CELLS) {  /* on the line of the cell before it, if that held one line */
        end_line(2);
        if (cell_lines) can_join = cell_lines == 1;
        cell_lines = 0;
    } else if (groups & IN_TABLE_PARTS) end_row(groups & IN_TABLE);
    else end_line(2);
}

static void break_block(void) {
    if (is_open) end_line(2);
    else { has_space = 0; next_gap = 2; }
}

/* An element begins: what it closes by itself is closed, its line breaks, it goes on the stack. */
static void open_tag(const Tag *tag) {
    i32 groups = tag->told >> GROUPS_AT, level = tag->told >> LEVEL_AT & 15, name = tag->start + 1;
    if (tag->told & BREAKS) {
        if ((top_in(IN_P) && tag->told & ENDS_P) || top_in(IN_OPTION)) pop();
        if (tag->told & SPECIAL) begin_special(groups);
        else break_block();
    }
    i32 number = page.n_nodes++, parent = top()->node;
    page.nodes[number] = (Node){
        .parent = parent, .own = tag->own, .mask = page.nodes[parent].mask | tag->own, .depth = n_stack,
        .level = level ? level : page.nodes[parent].level, .first_line = page.n_lines + is_open, .first_image = n_images};
    page.texts[number] = (NodeText){tag->element, name, tag->name_end, tag->first_name, tag->n_names};
    stack[n_stack++] = (Open){number, tag->element, name, tag->name_end, groups};
}

/* An end tag: closes the nearest such element and what was left open in it; else is ignored. */
static void close_tag(const Tag *tag) {
    i32 groups = tag->told >> GROUPS_AT;
    if (tag->told & BREAKS) {
        if (tag->told & SPECIAL) end_row(groups & IN_TABLE);
        else break_block();
    }
    if (n_stack > 1 && has_name(top(), tag)) pop();
    else if (groups & IN_HEADINGS) climb(IN_HEADINGS, IN_CELL_STOPS);
    else climb_to(tag, groups & IN_TABLE ? 0 : groups & IN_TABLE_PARTS ? IN_TABLE : IN_CELL_STOPS);
}

static Event *add_event(i32 what, const Tag *tag, i32 start) {
    Event *event = &page.events[page.n_events++];
    *event = (Event){what, tag->element, tag->start, tag->end, start, page.n_flat};
    return event;
}

/* What a tag does to lines and stack. */
static void apply(const Tag *tag) {
    switch (tag->told & CODE) {
    case OPEN: open_tag(tag); break;
    case CLOSE: close_tag(tag); break;
    case LINK:
        is_linked = 1;
        n_links++;
        if (tag->is_author) author_from = page.n_flat;
        break;
    case LINK_END:
        is_linked = 0;
        if (author_from >= 0) add_event(AUTHOR_LINK, tag, author_from);
        author_from = -1;
        break;
    case BREAK: end_line(tag->told & RULE ? 2 : 1); break;
    case INLINE: inline_mask |= tag->own; break;
    case BOLD: n_bold++; break;
    case BOLD_END: n_bold -= n_bold > 0; break;
    case IMAGE: n_images++; break;
    case TIME:
        time_from = page.n_flat;
        last_time = add_event(TIME_SPAN, tag, time_from);
        break;
    case TIME_END:
        if (time_from >= 0) last_time->end = page.n_flat;
        time_from = -1;
        break;
    case NOTE: add_event(SAYS_OF_PAGE, tag, page.n_flat); break;
    }
}

/* Where the text behind a tag begins, and where that before one ends. */
static i32 text_start(i32 number) { return number ? page.tags[number - 1].end : 0; }
static i32 text_end(i32 number) { return number < page.n_tags ? page.tags[number].start : page.n_raw; }

/* Takes the room for what will be found at most. */
static int prepare(void) {
    i64 n_chars = page.n_decoded, n_pieces = 2 * (i64)page.n_references + 2, n_opens = 1, n_events = 0;
    i64 n_lines = 1, n_new_lines = 0, n_cells = 0, has_pre = 0;
    for (i32 number = 0; number <= page.n_tags; number++) {
        i32 end = text_end(number), at = text_start(number);
        n_chars += end - at;
        n_pieces += at < end;
        for (; at < end; at++) {
            if (!collapses(page.raw[at])) continue;
            i32 run = at;
            for (; run < end && collapses(page.raw[run]); run++) n_new_lines += page.raw[run] == '\n' || page.raw[run] == '\r';
            n_pieces += run - at > 1 || page.raw[at] != ' ';
            at = run - 1;
        }
    }
    for (i32 number = 0; number < page.n_tags; number++) {
        i32 code = page.tags[number].told & CODE;
        n_opens += code == OPEN;
        n_cells += code == OPEN && page.tags[number].told >> GROUPS_AT & IN_CELLS;
        has_pre |= page.tags[number].own >> PRE_BIT & 1;
        n_lines += code == OPEN || code == CLOSE || code == BREAK;
        n_events += code == TIME || code == LINK_END || code == NOTE;
    }
    if (has_pre) n_lines += n_new_lines;
    if (n_lines > n_pieces) n_lines = n_pieces;  /* none is without text */
    page.flat = take(4 * (n_chars + n_pieces));
    page.gaps = take(sizeof(Gap) * (n_pieces + 1));
    page.lines = take(sizeof(Line) * n_lines);
    joins = take(sizeof(Join) * (n_cells + 1));
    page.nodes = take(sizeof(Node) * n_opens);
    page.texts = take(sizeof(NodeText) * n_opens);
    stack = take(sizeof(Open) * n_opens);
    page.events = take(sizeof(Event) * (n_events + 1));
    return page.flat && page.gaps && page.lines && joins && page.nodes && page.texts && stack && page.events;
}

/* The whole page, after `read`. */
__attribute__((export_name("walk"))) i32 walk(void) {
    page.n_flat = page.n_gaps = page.n_lines = page.n_nodes = page.n_events = 0;
    n_joins = n_stack = next_reference = 0;
    kept_end = is_open = has_space = is_linked = n_bold = n_images = n_links = can_join = is_joined = 0;
    inline_mask = 0;
    next_gap = 2;
    cell_lines = SEVERAL;
    time_from = author_from = -1;
    if (page.n_references) room_at((uint8_t *)(page.decoded + ((page.n_decoded + 3) & ~3)));
    if (!prepare()) return NO_MEMORY;
    line = (Line){0};
    page.nodes[page.n_nodes] = (Node){0};
    page.texts[page.n_nodes++] = (NodeText){-1, 0, 0, 0, 0};
    stack[n_stack++] = (Open){0, -1, 0, 0, 0};
    for (i32 number = 0; number <= page.n_tags; number++) {
        i32 start = text_start(number), end = text_end(number);
        if (start < end) {
            if (!in_pre() && all_space(start, end)) has_space = 1;
            else if (!in_skip()) text(start, end);
        }
        if (number < page.n_tags) apply(&page.tags[number]);
    }
    end_line(2);
    if (kept_end < page.n_raw) page.gaps[page.n_gaps++] = (Gap){kept_end, page.n_raw, NO_TEXT, -1};
    close_to(1);
    page.nodes[0].end_line = page.n_lines;
    page.nodes[0].last_image = n_images;
    return OK;
}
