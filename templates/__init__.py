"""What users open in Excel: the add-in, and the reconciliation workbook with and without macros."""
