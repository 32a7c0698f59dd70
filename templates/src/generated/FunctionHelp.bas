Attribute VB_Name = "FunctionHelp"
'Made by templates/src/udf_wrappers.py: changes will be lost.
Option Explicit
Option Private Module

'Names the cell that calls a function, and the window of its Excel; empty if it is no cell.
Public Function CallingCell() As String
    On Error Resume Next
    CallingCell = Application.Hwnd & "|" & Application.Caller.Address(True, True, xlA1, True)
End Function

'Tells the function wizard what functions and arguments mean. Excel refuses this now and then,
'for instance while no workbook is open; the functions work all the same.
Public Sub RegisterFunctionHelp()
    Dim prefix As String
    On Error Resume Next
    prefix = "'" & ThisWorkbook.Name & "'!"
    Application.MacroOptions Macro:=prefix & "AB_CONSOLIDATED_INVOICE", _
        Description:="Gives the number of the consolidated invoice as text, nothing if there is none.", _
        Category:="Amazon Business", _
        ArgumentDescriptions:=Array( _
        "The order ID: a cell, a text in quotes, or a column of cells.", _
        "The order line item ID: a cell, a text in quotes, or as many cells as there are orders.", _
        "The shipment ID: a cell, a text in quotes, or as many cells as there are orders.")
    Application.MacroOptions Macro:=prefix & "AB_INVOICES", _
        Description:="Gives number, date and consolidated number of the invoice for each row of three columns.", _
        Category:="Amazon Business", _
        ArgumentDescriptions:=Array( _
        "The column of the order IDs, such as A2:A500 or A:A.", _
        "The column of the order line item IDs, with as many rows, or one cell for all of them.", _
        "The column of the shipment IDs, with as many rows, or one cell for all of them.")
    Application.MacroOptions Macro:=prefix & "AB_INVOICE_DATE", _
        Description:="Gives the invoice date of an order line item as a date, or a short status as text.", _
        Category:="Amazon Business", _
        ArgumentDescriptions:=Array( _
        "The order ID: a cell, a text in quotes, or a column of cells.", _
        "The order line item ID: a cell, a text in quotes, or as many cells as there are orders.", _
        "The shipment ID: a cell, a text in quotes, or as many cells as there are orders.")
    Application.MacroOptions Macro:=prefix & "AB_INVOICE_NUMBER", _
        Description:="Gives the invoice number of an order line item as text, or a short status.", _
        Category:="Amazon Business", _
        ArgumentDescriptions:=Array( _
        "The order ID: a cell, a text in quotes, or a column of cells.", _
        "The order line item ID: a cell, a text in quotes, or as many cells as there are orders.", _
        "The shipment ID: a cell, a text in quotes, or as many cells as there are orders.")
    Application.MacroOptions Macro:=prefix & "AB_INVOICE_STATUS", _
        Description:="Gives the status of an order line item, such as Found or No invoice yet, with advice.", _
        Category:="Amazon Business", _
        ArgumentDescriptions:=Array( _
        "The order ID: a cell, a text in quotes, or a column of cells.", _
        "The order line item ID: a cell, a text in quotes, or as many cells as there are orders.", _
        "The shipment ID: a cell, a text in quotes, or as many cells as there are orders.")
    ThisWorkbook.Saved = True
End Sub
