"""One module a format; `formats.READERS` says which ending is whose."""
