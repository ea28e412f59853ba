"""Raw files in, documents out: every item becomes a row, an `empty` row or a row that says why not."""
