Attribute VB_Name = "XlsxAddinFormulas"
Option Explicit

' What the add-in does for its formulas besides the generated functions.

' Excel runs this when it loads the add-in. Help is refused while no workbook is open, so it is
' registered now and once more when Excel has started.
Public Sub Auto_Open()
    On Error Resume Next
    RegisterFunctionHelp
    Application.OnTime Now + TimeSerial(0, 0, 5), "'" & ThisWorkbook.Name & "'!RegisterHelpLater"
End Sub

Public Sub RegisterHelpLater()
    RegisterFunctionHelp
End Sub

Public Sub RefreshFormulas()
    #If Mac Then
        MsgBox "Formulas need Excel for Windows. Use Refresh invoices instead.", _
            vbInformation, "Amazon Business"
    #Else
        On Error GoTo failed
        RefreshInvoiceFormulas
        Exit Sub
failed:
        MsgBox "The formulas could not be refreshed. Try again, or look into the log: xlsx-addin log", _
            vbExclamation, "Amazon Business"
    #End If
End Sub
