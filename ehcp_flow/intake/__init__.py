"""A council's own spreadsheet, read as it is and turned into planned cases. No database here.

`table` reads a file, `mapping` reads what its columns are, `plan` turns the two into cases and problems,
`guess` proposes a mapping, `error_workbook` gives the rows that need a person back to that person.
"""
