"""The program that reads pages, `page.wasm`, made of tokens.c and walk.c: a page in, tables of numbers out."""

from __future__ import annotations

import atexit
import ctypes
import struct
import threading
from collections.abc import Callable
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
from wasmtime import Config, Engine, Func, Global, Instance, Memory, Module, Store, WasmtimeError

from tasks.clean.page.elements import known_elements
from tasks.clean.page.evidence import (
    Known,
    known_attributes,
    known_parts,
    known_properties,
    known_roles,
)
from tasks.clean.page.records import Ints

FILE = Path(__file__).with_name("page.wasm")
_TABLES = (
    known_elements,
    known_attributes,
    known_roles,
    known_properties,
    known_parts,
)  # as tokens.c has them
_PAGE_BYTES = 1 << 16  # of WebAssembly's memory
_HELD_BYTES = 1 << 26  # a page that took more memory than this gives it back
_RESERVED_BYTES = 1 << 22
_TOO_LARGE = "a page takes more than 4 GB to read: lower record_max_bytes"
_REFERENCE_FIELDS, _NAME_FIELDS, _GAP_FIELDS, _TEXT_FIELDS, _EVENT_FIELDS = 8, 4, 4, 5, 6
_LINE_FIELDS, _NODE_FIELDS, _RESULT_FIELDS, _PIECE_FIELDS = 11, 9, 5, 3
_FUNCTIONS = ("page_at", "steps_at", "room_at", "learn", "read", "walk", "compose")
_SAME, _SPACE, _EMPTY, _DECODED = range(4)  # what a character reference is


class Page(NamedTuple):
    """`Page` of page.h: addresses and counts."""

    raw: int = 0
    n_raw: int = 0
    has_cdata: int = 0
    decoded: int = 0
    n_decoded: int = 0
    tags: int = 0
    n_tags: int = 0
    names: int = 0
    n_names: int = 0
    references: int = 0
    n_references: int = 0
    flat: int = 0
    n_flat: int = 0
    gaps: int = 0
    n_gaps: int = 0
    lines: int = 0
    n_lines: int = 0
    nodes: int = 0
    texts: int = 0
    n_nodes: int = 0
    events: int = 0
    n_events: int = 0


class Found(NamedTuple):
    """What is found on a page, in columns; page.h says what they hold. references: what is read in place of each."""

    flat: str
    gaps: list[list[int]]
    references: list[str]
    names: list[list[int]]
    lines: Ints
    nodes: Ints
    texts: list[list[int]]
    events: list[list[int]]


class Program(threading.local):
    """The program with its memory: one for each thread, as two pages in one memory would mix."""

    def __init__(self) -> None:
        config = Config()
        config.parallel_compilation = False  # the compiler's threads would not outlive a fork
        # Else each thread reserves 8 GB of addresses, which a limit on them refuses; pages take 1 % longer without.
        config.memory_reservation = config.memory_reservation_for_growth = _RESERVED_BYTES
        config.memory_guard_size = 0
        self._engine = Engine(config)
        self._module = Module.from_file(self._engine, str(FILE))
        self._begin()

    def _begin(self) -> None:
        self._store = Store(self._engine)
        exports = Instance(self._store, self._module, []).exports(self._store)
        memory, heap = exports["memory"], exports["__heap_base"]
        assert isinstance(memory, Memory) and isinstance(heap, Global)  # noqa: S101, PT018  the file is ours
        self._memory = memory
        self._functions = {name: exports[name] for name in _FUNCTIONS}
        self._page_at, self._steps_at = self._call("page_at"), self._call("steps_at")
        at = _even(int(heap.value(self._store)))
        for number, known in enumerate(_TABLES):
            words = known()
            held = b"".join(map(_word, words))
            self._put(at, held)
            self._call("room_at", _even(at + len(held)))
            self._do("learn", number, at, len(words))
            at = self._call("room_at", 0)
        self._heap = at

    def held_bytes(self) -> int:
        """How much memory this thread's pages hold."""
        return int(self._memory.data_len(self._store))

    def limit(self, n_bytes: int) -> None:
        """Gives it no more memory than this; for tests."""
        self._store.set_limits(memory_size=n_bytes)

    def _call(self, name: str, *numbers: int) -> int:
        function = self._functions[name]
        assert isinstance(function, Func)  # noqa: S101
        return int(function(self._store, *numbers))

    def _do(self, name: str, *numbers: int) -> None:
        if self._call(name, *numbers):
            self._begin()
            raise MemoryError(_TOO_LARGE)

    def read_page(self, raw: str, decode: Callable[[str], str]) -> Found:
        """Reads a page. decode: what browsers read where a character reference stands. Raises MemoryError."""
        if self.held_bytes() > _HELD_BYTES:
            self._begin()
        self._put(self._heap, _codes(raw))
        page = Page(self._heap, len(raw), int("<![CDATA[" in raw))
        self._tell(page)
        self._do("read")
        references = self._decoded(raw, self._asked(), decode)
        self._do("walk")
        page = self._asked()
        return Found(
            self._bytes_at(page.flat, 4 * page.n_flat).decode("utf-32-le", "surrogatepass"),
            self._columns_at(page.gaps, page.n_gaps, _GAP_FIELDS),
            references,
            self._columns_at(page.names, page.n_names, _NAME_FIELDS),
            self._table_at(page.lines, page.n_lines, _LINE_FIELDS),
            self._table_at(page.nodes, page.n_nodes, _NODE_FIELDS),
            self._columns_at(page.texts, page.n_nodes, _TEXT_FIELDS),
            self._columns_at(page.events, page.n_events, _EVENT_FIELDS),
        )

    def compose(
        self, first: Ints, second: Ints, inserted: str, n_raw: int
    ) -> tuple[list[list[int]], list[list[int]]]:
        """The columns of `Result` and `Piece` of compose.c. first, second: tables of its `Edit`; inserted: the first's texts."""
        if self.held_bytes() > _HELD_BYTES:
            self._begin()
        parts = (first.astype(np.int32).tobytes(), second.astype(np.int32).tobytes(), _codes(inserted))
        places = [self._heap]
        for part in parts:
            self._put(places[-1], part)
            places.append(_even(places[-1] + len(part)))
        lengths = (len(first), len(second), len(inserted))
        told = (*chain.from_iterable(zip(places, lengths, strict=False)), n_raw)
        self._put(self._steps_at, np.array(told, np.uint32).tobytes())
        self._do("compose")
        answer = self._bytes_at(self._steps_at + 4 * len(told), 16)
        results, n_results, pieces, n_pieces = np.frombuffer(answer, np.uint32).tolist()
        return (
            self._columns_at(results, n_results, _RESULT_FIELDS),
            self._columns_at(pieces, n_pieces, _PIECE_FIELDS),
        )

    def _decoded(self, raw: str, page: Page, decode: Callable[[str], str]) -> list[str]:
        """Tells the program what its character references are, behind the last thing that it took."""
        n = page.n_references
        if not n:
            return []
        held = self._bytes_at(page.references, 4 * _REFERENCE_FIELDS * n)
        table = np.frombuffer(held, np.int32).reshape(n, _REFERENCE_FIELDS).copy()
        spelled = [raw[start:end] for start, end in table[:, :2].tolist()]
        found = list(map(decode, spelled))
        length = np.fromiter(map(len, found), np.int32, n)
        table[:, 2] = [
            _SAME if text == same else _SPACE if text.isspace() else _DECODED if text else _EMPTY
            for same, text in zip(spelled, found, strict=True)
        ]
        table[:, 3], table[:, 4] = np.cumsum(length) - length, length
        self._put(page.references, table.tobytes())
        text = "".join(found)
        at = page.references + 4 * _REFERENCE_FIELDS * n
        self._put(at, _codes(text))
        self._tell(page._replace(decoded=at, n_decoded=len(text)))
        return found

    def _tell(self, page: Page) -> None:
        self._put(self._page_at, np.array(page, np.uint32).tobytes())

    def _asked(self) -> Page:
        held = self._bytes_at(self._page_at, 4 * len(Page._fields))
        return Page(*np.frombuffer(held, np.uint32).tolist())

    def _put(self, at: int, held: bytes) -> None:
        """Writes to the memory, which grows as it must."""
        lacks = at + len(held) + 16 - self.held_bytes()
        if lacks > 0:
            try:
                self._memory.grow(self._store, -(-lacks // _PAGE_BYTES))
            except WasmtimeError as error:
                raise MemoryError(_TOO_LARGE) from error
        ctypes.memmove(self._base() + at, held, len(held))

    def _bytes_at(self, start: int, n_bytes: int) -> bytes:
        """A copy of a part of the memory."""
        return ctypes.string_at(self._base() + start, n_bytes)

    def _table_at(self, start: int, n_rows: int, n_columns: int) -> Ints:
        """A copy of a table of 64-bit numbers."""
        held = self._bytes_at(start, 8 * n_rows * n_columns)
        return np.frombuffer(held, np.int64).reshape(n_rows, n_columns)

    def _columns_at(self, start: int, n_rows: int, n_columns: int) -> list[list[int]]:
        """The columns of a table of 32-bit numbers."""
        held = self._bytes_at(start, 4 * n_rows * n_columns)
        found: list[list[int]] = np.frombuffer(held, np.int32).reshape(n_rows, n_columns).T.tolist()
        return found

    def _base(self) -> int:
        """Where the memory is: it may move when it grows."""
        return ctypes.addressof(self._memory.data_ptr(self._store).contents)


@cache
def the_program() -> Program:
    """The program of this process; each thread has its own memory."""
    atexit.register(
        the_program.cache_clear
    )  # at the very end wasmtime's own names are gone, and it complains
    return Program()


def _even(at: int) -> int:
    return at + 15 & ~15


def _codes(text: str) -> bytes:
    return text.encode("utf-32-le", "surrogatepass")


def _word(known: Known) -> bytes:
    """A word as tokens.c has it, in a multiple of 8 bytes."""
    word, *told = known
    held = struct.pack("<3qi", *told, len(word)) + _codes(word)
    return held + bytes(-len(held) % 8)
