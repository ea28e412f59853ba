"""Known places, peoples, organisations and office-holders, with their Wikidata ids where we are sure."""

from __future__ import annotations

from tasks.entities.gazetteer.lookup import Entry, Gazetteer, compact, fold, is_acronym, load_gazetteer

__all__ = ["Entry", "Gazetteer", "compact", "fold", "is_acronym", "load_gazetteer"]
