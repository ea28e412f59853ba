/* Two steps of edits made one: raw -> flat and flat -> clean become raw -> clean. `compose.py` says what it is for.

   The runs of changed raw text are walked once as atoms: a piece of raw text, what it becomes, and the edit that owns it. */

#include "page.h"

/* An edit of either step. Of the first alone are needed its label, alike for edits of one kind and rule, and where its inserted
   text begins in `chars`; of the second whether it is of white space. */
typedef struct { i32 start, end, label, is_blank, text, length; } Edit;
/* What an edit of the result is: a span, the edit whose kind and rule it has, and its pieces of text, one behind the other. The
   second step's edits are numbered behind the first's. */
typedef struct { i32 start, end, source, first_piece, n_pieces; } Result;
typedef struct { i32 edit, start, end; } Piece;
typedef struct { i32 start, end, owner, first, touched, is_shown, first_piece; } Atom;

typedef struct {
    const Edit *first; i32 n_first; const Edit *second; i32 n_second; const u32 *chars; i32 n_chars, n_raw;
    Result *results; i32 n_results; Piece *pieces; i32 n_pieces;
} Steps;

static Steps steps;
static Atom *atoms;
static i32 *last_at;  /* the last atom of this run that each second edit owns */
static i32 n_atoms, cut_at, said;

__attribute__((export_name("steps_at"))) Steps *steps_at(void) { return &steps; }

static const Edit *cut(void) { return &steps.second[cut_at]; }
static int has_cut(void) { return cut_at < steps.n_second; }
static int cut_begins_by(i32 at) { return has_cut() && cut()->start <= at; }

static void add_piece(i32 edit, i32 start, i32 end) {
    if (start < end) steps.pieces[steps.n_pieces++] = (Piece){edit, start, end};
}

/* The inserted text of a second edit, once: at its first piece. */
static i32 speak(i32 number) {
    if (number == said) return 0;
    said = number;
    add_piece(steps.n_first + number, 0, steps.second[number].length);
    return steps.second[number].length;
}

/* First-step pieces between two pieces of one second edit belong to it. */
static void own_markup_inside(void) {
    for (i32 number = 0; number < n_atoms; number++) {
        i32 owner = atoms[number].owner;
        if (owner < 0) continue;
        i32 last = last_at[owner];
        for (i32 between = last + 1; last >= 0 && between < number; between++) atoms[between].owner = owner;
        last_at[owner] = number;
    }
}

static void forget(i32 low, i32 high) {
    for (i32 owner = low; owner <= high; owner++) last_at[owner] = -1;
}

/* What one changed run becomes. */
static void close_run(void) {
    i32 low = steps.n_second, high = -1;
    for (i32 i = 0; i < n_atoms; i++) {
        if (atoms[i].owner < 0 && atoms[i].is_shown) atoms[i].owner = atoms[i].touched;
        if (atoms[i].owner >= 0 && atoms[i].owner < low) low = atoms[i].owner;
        if (atoms[i].owner > high) high = atoms[i].owner;
    }
    own_markup_inside();
    forget(low, high);
    for (i32 i = 0; i < n_atoms; i++)  /* marks those that have raw text of their own */
        if (atoms[i].owner >= 0 && atoms[i].end > atoms[i].start) last_at[atoms[i].owner] = 0;
    for (i32 i = 0; i < n_atoms; i++) {
        Atom *atom = &atoms[i];
        int takes = atom->owner < 0 && atom->touched >= 0 && last_at[atom->touched] < 0;
        if (takes && !steps.second[atom->touched].is_blank) atom->owner = atom->touched;
    }
    forget(low, high);
    for (i32 i = 0; i < n_atoms;) {
        const Atom *head = &atoms[i];
        i32 label = head->owner < 0 ? steps.first[head->first].label : 0, start = head->start, end = head->end;
        for (i++; i < n_atoms; i++) {
            int alike = atoms[i].owner == head->owner && (head->owner >= 0 || steps.first[atoms[i].first].label == label);
            if (!alike && start != atoms[i].end) break;  /* one span has one edit */
            end = atoms[i].end;
        }
        i32 pieces_end = i < n_atoms ? atoms[i].first_piece : steps.n_pieces, n_pieces = pieces_end - head->first_piece;
        i32 source = head->owner >= 0 ? steps.n_first + head->owner : head->first;
        if (n_pieces || end > start)
            steps.results[steps.n_results++] = (Result){start, end, source, head->first_piece, n_pieces};
    }
    n_atoms = 0;
}

/* The next atom, whose pieces of text are added after this. */
static Atom *add_atom(i32 start, i32 end, i32 owner, i32 first) {
    if (n_atoms && atoms[n_atoms - 1].end != start) close_run();
    Atom *atom = &atoms[n_atoms++];
    *atom = (Atom){start, end, owner, first, -1, 0, steps.n_pieces};
    return atom;
}

/* The pieces of copied text, flat low..high, that the second step changes. */
static void over_copy(i32 low, i32 high, i32 shift, int is_last) {
    while (cut_begins_by(high)) {
        i32 start = cut()->start, end = cut()->end, cut_end = end;
        if (low <= start && end <= high) {  /* all of it */
            add_atom(start + shift, end + shift, cut_at, -1);
            add_piece(steps.n_first + cut_at, 0, cut()->length);
        } else {
            if (start == high && end > high && !is_last) break;
            if (start < low) start = low;
            if (end > high) end = high;
            if (end > start || (cut_at != said && cut()->length)) {
                add_atom(start + shift, end + shift, cut_at, -1);
                speak(cut_at);
            } else said = cut_at;
            if (cut_end > high) break;
        }
        cut_at++;
    }
}

static int all_blank(const Edit *edit, i32 start, i32 end) {
    for (i32 i = start; i < end; i++)
        if (!is_space(steps.chars[edit->text + i])) return 0;
    return 1;
}

/* What is left of a text that the first step put in at flat position low. */
static void over_inserted(i32 number, i32 low) {
    const Edit *edit = &steps.first[number];
    i32 high = low + edit->length, at = low;
    Atom *atom = add_atom(edit->start, edit->end, -1, number);
    while (has_cut() && cut()->start < high) {
        i32 start = cut()->start > low ? cut()->start : low, end = cut()->end < high ? cut()->end : high;
        add_piece(number, at - low, start - low);
        speak(cut_at);
        if (atom->touched < 0 || steps.second[atom->touched].is_blank) atom->touched = cut_at;
        atom->is_shown |= end > start && !all_blank(edit, start - low, end - low);
        at = end;
        if (cut()->end > high) break;
        cut_at++;
    }
    add_piece(number, at - low, edit->length);
}

/* Whether the next second edit makes other white space of what a first edit put in at flat position low, and no more. */
static int reblanks(const Edit *edit, i32 low) {
    return cut()->is_blank && cut()->start == low && cut()->end == low + edit->length && edit->length &&
           all_blank(edit, 0, edit->length);
}

__attribute__((export_name("compose"))) i32 compose(void) {
    i32 raw_at = 0, flat_at = 0;
    i64 n = (i64)steps.n_first * 2 + (i64)steps.n_second * 2 + 4;
    room_at((uint8_t *)(((u32)(uintptr_t)(steps.chars + steps.n_chars) + 15) & ~15u));
    steps.results = take(sizeof(Result) * n);
    steps.pieces = take(sizeof(Piece) * 2 * n);
    atoms = take(sizeof(Atom) * n);
    last_at = take(4 * ((i64)steps.n_second + 1));
    if (!steps.results || !steps.pieces || !atoms || !last_at) return NO_MEMORY;
    for (i32 i = 0; i < steps.n_second; i++) last_at[i] = -1;
    steps.n_results = steps.n_pieces = n_atoms = cut_at = 0;
    said = -1;
    for (i32 number = 0; number < steps.n_first; number++) {
        const Edit *edit = &steps.first[number];
        i32 copied_to = flat_at + edit->start - raw_at;
        over_copy(flat_at, copied_to, raw_at - flat_at, 0);
        flat_at = copied_to + edit->length;
        if (!has_cut() || cut()->start >= flat_at) {
            add_atom(edit->start, edit->end, -1, number);
            add_piece(number, 0, edit->length);
        } else if (reblanks(edit, copied_to)) {
            add_atom(edit->start, edit->end, -1, number);
            add_piece(steps.n_first + cut_at, 0, cut()->length);
            cut_at++;
        } else over_inserted(number, copied_to);
        raw_at = edit->end;
    }
    over_copy(flat_at, flat_at + steps.n_raw - raw_at, raw_at - flat_at, 1);
    close_run();
    return OK;
}
