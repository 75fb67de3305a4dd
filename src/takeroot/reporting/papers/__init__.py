"""Reports on paper and on slides: Word, PDF, PowerPoint and Excel, all from the one list of sections.

``runs`` turns text into pieces of text with the numbers of their evidence, ``pieces`` lays blocks out for paper, and
one writer for each kind of file shows them: ``word``, ``pdf``, ``pack`` (slides) and ``workbook``. A new section stands
in all of them without a line here.
"""
