"""Takedown: a document leaves every version that is kept, and is never ingested again."""
