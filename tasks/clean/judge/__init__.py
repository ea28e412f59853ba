"""The learned judge: how likely each line of a page or of a text is part of the article.

probability.py asks the models; dom.py says what a page's line is like, plain.py a text's, second.py and the rest what is
around it; trees.py, net.py, names.py and sayings.py read what was learned. tokens.py, spellings.py and lines.py cut a text
in words once, for the rules too.
"""
