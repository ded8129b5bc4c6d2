"""The reports of a run: for a pull request, a build server, a spreadsheet and a reader.

The same run gives the same bytes: no clock is read, and nothing depends on the order in which anything was found.
"""
