"""Numbers of things in words, as people read them."""


def counted(n: int, what: str, plural: str = "") -> str:
    """A number of things in words: 1 document, 3,000 documents; 1 batch, 2 batches. plural: where an s is not enough."""
    return f"{n:,} {what if n == 1 else plural or f'{what}s'}"
