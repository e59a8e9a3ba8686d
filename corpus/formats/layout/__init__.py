"""Where characters stand on a page → what they say in order: lines, tables, columns, paragraphs.

Plain geometry, in points from the lower left corner of a page as it is shown; no library is needed.
"""
