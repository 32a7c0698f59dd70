"""Fills in Amazon Business invoices beside the order line items of an Excel workbook."""
