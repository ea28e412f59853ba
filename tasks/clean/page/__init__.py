"""An HTML page as flat text, one block a line, with the raw offset of every character.

`parse_page(raw)` never raises and takes time linear in the page's length. tokens.py cuts tags from text,
walk.py lays the text out in lines, evidence.py reads class names, meta.py what the page says of itself.
"""

from tasks.clean.page.evidence import Bit
from tasks.clean.page.records import LineInfo, Lines, Nodes, Page, PageMeta
from tasks.clean.page.walk import parse_page

__all__ = ["Bit", "LineInfo", "Lines", "Nodes", "Page", "PageMeta", "parse_page"]
