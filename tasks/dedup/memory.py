"""Memory: what a step is done with goes back to the system before the next step, or stays for it."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from functools import cache
from mmap import MADV_DONTNEED, mmap
from pathlib import Path
from typing import TypeVar
from weakref import WeakSet

import numpy as np
import numpy.typing as npt
import pyarrow as pa

_Kind = TypeVar("_Kind", bound=np.generic)

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of glibc's mallopt
_LARGE = 2**30  # bytes
_SMALL = 20  # of so many times as many, few are new
_FEW = 2**26  # bytes that are free: to get them again costs a small batch more than they are worth
_MUCH = 2**27  # bytes of files that are mapped: of less a small batch gives nothing back
_MADV_HUGEPAGE, _HUGE_PAGE = 14, 2**21  # of Linux; bytes of a page where it has large ones
_WIDE = 3 * 2**28  # bytes of addresses for which large pages are asked; no memory until they are used


_MAPPED: WeakSet[mmap] = WeakSet()  # files that are mapped


def mapped(values: npt.NDArray[_Kind]) -> npt.NDArray[_Kind]:
    """A mapped array, whose pages `release_memory` gives back: they come from the file again when they are asked for."""
    held = getattr(values, "_mmap", None)  # none of an empty file
    if held is not None:
        _MAPPED.add(held)
    return np.asarray(values)


def let_go(values: npt.NDArray[np.generic]) -> None:
    """The pages of a file that was mapped by `np.memmap` go back; they come again when they are asked for."""
    held = getattr(values, "_mmap", None)
    if held is not None:
        held.madvise(MADV_DONTNEED)


def map_file(path: Path) -> npt.NDArray[np.uint8]:
    """The bytes of a file, `mapped`."""
    if not path.stat().st_size:
        return np.zeros(0, np.uint8)
    return mapped(np.memmap(path, np.uint8, "r"))


@cache
def _from_c_library(name: str) -> Callable[..., object]:
    """A function of the C library; one that does nothing where it has none: only glibc keeps what was freed in pieces of up to 32 MB."""
    found: Callable[..., object] = getattr(ctypes.CDLL(None), name, lambda *_: None)
    return found


class _Held(ctypes.Structure):
    """What glibc's mallinfo2 tells of its memory; sizes in bytes."""

    _fields_ = tuple((name, ctypes.c_size_t) for name in (
        "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost",
    ))  # fmt: skip


def release_memory(n_new: int | None = None, n_all: int = 0) -> None:
    """Free memory of Arrow and of the C library, if there is much. With it the peak of 100,000 articles is a sixth lower.

    n_new, n_all: of what is at work. Where few of all are new, the next step takes what is free, little of it: to get it
    from the system again is a twelfth of a small batch's time. Only files go back then, where they are large.
    """
    held, is_small = list(_MAPPED), n_new is not None and are_few(n_new, n_all)
    if is_small and sum(map(len, held)) < _MUCH:
        return
    for one in held:
        one.madvise(MADV_DONTNEED)
    if is_small or _free_bytes() < _FEW:
        return
    pa.default_memory_pool().release_unused()
    _from_c_library("malloc_trim")(0)


def are_few(n_new: int, n_all: int) -> bool:
    """Whether what is new is a small batch beside all."""
    return n_new * _SMALL < n_all


def _free_bytes() -> int:
    """What the C library holds and nobody uses; very many where it does not tell."""
    told = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if told is None:
        return _LARGE
    told.restype = _Held
    return int(told().fordblks)


def keep_memory() -> None:
    """From here on what is freed stays with this process, large arrays too, until `release_memory`.

    Where all is in memory anyway, the system's way of handing out pages is a tenth of the time from the second call on; and
    of a small batch, which touches 17,000 pages anew without and 3,000 so.
    """
    mallopt = _from_c_library("mallopt")
    mallopt(_MMAP_THRESHOLD, _LARGE)
    mallopt(_TRIM_THRESHOLD, _LARGE)


@cache
def ask_for_large_pages() -> None:
    """Asks for large pages for what is taken from now on: words are looked up all over large tables, a tenth of the time.

    Not for a small batch, which has no large tables. Only Linux with glibc is asked, once a process; where it says no, all stays as it is.
    """
    c = ctypes.CDLL(None)
    if sys.platform != "linux" or not hasattr(c, "mallopt"):
        return
    c.malloc.restype, c.malloc.argtypes, c.free.argtypes = (
        ctypes.c_void_p,
        [ctypes.c_size_t],
        [ctypes.c_void_p],
    )
    c.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    place = c.malloc(_WIDE)
    if place:
        begin = -(-place // _HUGE_PAGE) * _HUGE_PAGE
        c.madvise(begin, (place + _WIDE - begin) // _HUGE_PAGE * _HUGE_PAGE, _MADV_HUGEPAGE)
        c.free(place)
