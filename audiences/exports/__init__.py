"""Exports: an audience as a file, whole or saying that it is not.

An export is a row (order.py) and a folder. The worker walks the API's cursor a turn at a time (turns.py, walking.py)
and writes people into the folder's spool, page by page (spool.py); the row says how far it came, so that a worker that
died costs a page, and why it waits (setbacks.py). Once the walk is over (closing.py) the spool becomes one archive with
the file and its manifest (files.py, manifest.py), which is made under another name and released when it is closed. A
stream that broke off would look whole (RELIABILITY fact 13): nothing is sent that is not there in full.

columns.py says what may stand in a file, desk.py what people may do with an export; form.py and cards.py are what their
page shows.
"""
