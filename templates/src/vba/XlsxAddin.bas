Attribute VB_Name = "XlsxAddin"
Option Explicit

' What the buttons do: one line each, the rest is Python.

Public Sub RefreshInvoices()
    RunPython "import xlsx_addin.excel.macros as m; m.main('refresh')"
End Sub

Public Sub RefreshSelection()
    RunPython "import xlsx_addin.excel.macros as m; m.main('refresh_selection')"
End Sub

Public Sub RefreshEverything()
    RunPython "import xlsx_addin.excel.macros as m; m.main('refresh_everything')"
End Sub

Public Sub CheckMonthEnd()
    RunPython "import xlsx_addin.excel.macros as m; m.main('month_end')"
End Sub

Public Sub UndoRefresh()
    RunPython "import xlsx_addin.excel.macros as m; m.main('undo')"
End Sub

Public Sub ImportTransactions()
    RunPython "import xlsx_addin.excel.macros as m; m.main('transactions')"
End Sub

Public Sub AddIds()
    RunPython "import xlsx_addin.excel.macros as m; m.main('add_ids')"
End Sub

Public Sub CheckPayments()
    RunPython "import xlsx_addin.excel.macros as m; m.main('payments')"
End Sub

Public Sub FetchPdfs()
    RunPython "import xlsx_addin.excel.macros as m; m.main('pdfs')"
End Sub

Public Sub SignInAndSettings()
    RunPython "import xlsx_addin.excel.macros as m; m.main('settings')"
End Sub

Public Sub HelpAndAbout()
    RunPython "import xlsx_addin.excel.macros as m; m.main('help')"
End Sub
