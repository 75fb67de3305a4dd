"""The top floor: the workbench, one Django app over the same words and tables.

::

    stored.py    a table's columns become a model's fields      models/     what is kept
    roles.py     who may see and do what                        actions/    everything that changes something
    archive.py   database to Programme, and back                frames.py   what was worked out already
    panels/      what each page shows                           views/      find, ask leave, call, show
    forms/       how an entry is asked for                      imports/    a file on its way into the record
    serving.py   how it is run                                  faults.py   the page of what a user can put right
"""
