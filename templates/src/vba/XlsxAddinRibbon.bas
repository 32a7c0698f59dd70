Attribute VB_Name = "XlsxAddinRibbon"
Option Explicit

' What the ribbon calls: the same Subs as the button on a sheet.

Public Sub OnRefreshInvoices(control As IRibbonControl)
    If HasWorkbook Then RefreshInvoices
End Sub

Public Sub OnRefreshSelection(control As IRibbonControl)
    If HasWorkbook Then RefreshSelection
End Sub

Public Sub OnRefreshEverything(control As IRibbonControl)
    If HasWorkbook Then RefreshEverything
End Sub

Public Sub OnCheckMonthEnd(control As IRibbonControl)
    If HasWorkbook Then CheckMonthEnd
End Sub

Public Sub OnUndoRefresh(control As IRibbonControl)
    If HasWorkbook Then UndoRefresh
End Sub

Public Sub OnImportTransactions(control As IRibbonControl)
    If HasWorkbook Then ImportTransactions
End Sub

Public Sub OnAddIds(control As IRibbonControl)
    If HasWorkbook Then AddIds
End Sub

Public Sub OnCheckPayments(control As IRibbonControl)
    If HasWorkbook Then CheckPayments
End Sub

Public Sub OnFetchPdfs(control As IRibbonControl)
    If HasWorkbook Then FetchPdfs
End Sub

Public Sub OnRefreshFormulas(control As IRibbonControl)
    If HasWorkbook Then RefreshFormulas
End Sub

Public Sub OnSignInAndSettings(control As IRibbonControl)
    If HasWorkbook Then SignInAndSettings
End Sub

Public Sub OnHelpAndAbout(control As IRibbonControl)
    If HasWorkbook Then HelpAndAbout
End Sub

' RunPython needs an active workbook; without one it would stop with error 91.
Private Function HasWorkbook() As Boolean
    HasWorkbook = Not ActiveWorkbook Is Nothing
    If Not HasWorkbook Then
        MsgBox "Open a workbook first. If it is open in Protected View, choose Enable Editing.", _
            vbInformation, "Amazon Business"
    End If
End Function
