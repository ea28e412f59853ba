/* What tokens.c and walk.c share: the page that Python gives, and what it takes from it.

   Reading a page character by character is most of the time of cleaning it, and Python has no library that keeps the
   offset of each. So it is done here. It is WebAssembly, so that one file serves every machine, nobody needs a compiler,
   and a hostile page cannot leave its memory. `program.py` calls it, `build.py` makes page.wasm of it. */

#include <stddef.h>
#include <stdint.h>

typedef int32_t i32;
typedef int64_t i64;
typedef uint32_t u32;

/* What a tag does: numbers and bits that elements.py gives each element's tags. */
enum { NOTHING, OPEN, CLOSE, LINK, LINK_END, BREAK, INLINE, BOLD, BOLD_END, IMAGE, NOTE, TIME, TIME_END };
enum {
    CODE = 15, BREAKS = 1 << 4, ENDS_P = 1 << 5, SPECIAL = 1 << 6, ATTRIBUTES = 1 << 7, LEVEL_AT = 8, RULE = 1 << 12,
    LINKED_DATA = 1 << 13, MAY_BE_AUTHOR = 1 << 14, GROUPS_AT = 16
};
enum { OK, NO_MEMORY };

/* One tag. told: see above; element: its number in the table of names, -1 for a custom one; own: what its name and
   attributes say, as `Bit`; names: values of attributes that name it. */
typedef struct { i32 start, end, told, element, name_end, first_name, n_names, is_author; i64 own, spare; } Tag;
typedef struct { i32 start, end, tag, spare; } Name;
/* A character reference in text; `what`, and where its `length` characters are in `decoded`, are Python's answers. */
typedef struct { i32 start, end, what, at, length, text, spare, more; } Reference;
typedef struct { i32 start, end, between, reference; } Gap;
typedef struct { i32 what, element, tag_start, tag_end, start, end; } Event;
typedef struct { i64 start, end, node, mask, inline_mask, link_chars, bold_chars, links, gap, images, joined; } Line;
typedef struct { i64 parent, own, mask, depth, level, first_line, end_line, first_image, last_image; } Node;
typedef struct { i32 element, name_start, name_end, first_name, n_names; } NodeText;

/* Addresses and counts, in the order of program.py. */
typedef struct {
    const u32 *raw; i32 n_raw, has_cdata; const u32 *decoded; i32 n_decoded;
    Tag *tags; i32 n_tags; Name *names; i32 n_names; Reference *references; i32 n_references;
    u32 *flat; i32 n_flat; Gap *gaps; i32 n_gaps; Line *lines; i32 n_lines; Node *nodes; NodeText *texts; i32 n_nodes;
    Event *events; i32 n_events;
} Page;

extern Page page;

/* The next n bytes of memory; 0 where there is none. Multiples of 16 taken one after the other are one array. */
void *take(i64 n_bytes);
uint8_t *room_at(uint8_t *start);
int is_space(u32 c);
u32 lower(u32 c);
