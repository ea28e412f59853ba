"""The store: immutable, numbered versions of all tables together, published whole or not at all.

`store.Store` is the door. A part is one Parquet file named by its own hash, a manifest lists the parts of one
version, and creating `versions/N.json` is the one step that publishes. Everything after it can be redone.
"""
