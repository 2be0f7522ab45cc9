"""Exercises: pieces of the library cut out, to be written again by the reader (`practice.py`).

===========  ==========================================================================
module       contents
===========  ==========================================================================
exercise     Exercise: a section of the book, a piece of code, a task, its tests, hints
catalogue    all exercises by name, and those that a word selects
chapter_2    the exercises of chapter 2; likewise up to chapter_8
source       cuts the piece out of the source: the reader's sheet, and the solution
sheets       the reader's files and which are done; nothing of the reader is overwritten
placing      puts the reader's code in the place of the library's
examiner     runs the tests, in a process of which nothing else depends
failure      the first thing that is wrong, in plain words
calls        records the calls of the reader's code, and compares it with the library's
trial        starts the examiner, and ends it after a time limit
===========  ==========================================================================
"""
