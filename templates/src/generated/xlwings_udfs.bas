Attribute VB_Name = "xlwings_udfs"
'Made by templates/src/udf_wrappers.py: changes will be lost.
#Const App = "Microsoft Excel"
Function AB_CONSOLIDATED_INVOICE(order, line_item, shipment)
    #If App = "Microsoft Excel" Then
        If TypeOf Application.Caller Is Range Then On Error GoTo failed
        AB_CONSOLIDATED_INVOICE = XLPy.CallUDF("xlsx_addin.excel.functions", "AB_CONSOLIDATED_INVOICE", Array(order, line_item, shipment, CallingCell()), ActiveWorkbook, Application.Caller)
        Exit Function
    #Else
        AB_CONSOLIDATED_INVOICE = XLPy.CallUDF("xlsx_addin.excel.functions", "AB_CONSOLIDATED_INVOICE", Array(order, line_item, shipment, CallingCell()))
        Exit Function
    #End If
failed:
    AB_CONSOLIDATED_INVOICE = Err.Description
End Function

Function AB_INVOICES(orders, line_items, shipments)
    #If App = "Microsoft Excel" Then
        If TypeOf Application.Caller Is Range Then On Error GoTo failed
        AB_INVOICES = XLPy.CallUDF("xlsx_addin.excel.functions", "AB_INVOICES", Array(orders, line_items, shipments, CallingCell()), ActiveWorkbook, Application.Caller)
        Exit Function
    #Else
        AB_INVOICES = XLPy.CallUDF("xlsx_addin.excel.functions", "AB_INVOICES", Array(orders, line_items, shipments, CallingCell()))
        Exit Function
    #End If
failed:
    AB_INVOICES = Err.Description
End Function

Function AB_INVOICE_DATE(order, line_item, shipment)
    #If App = "Microsoft Excel" Then
        If TypeOf Application.Caller Is Range Then On Error GoTo failed
        AB_INVOICE_DATE = XLPy.CallUDF("xlsx_addin.excel.functions", "AB_INVOICE_DATE", Array(order, line_item, shipment, CallingCell()), ActiveWorkbook, Application.Caller)
        Exit Function
    #Else
        AB_INVOICE_DATE = XLPy.CallUDF("xlsx_addin.excel.functions", "AB_INVOICE_DATE", Array(order, line_item, shipment, CallingCell()))
        Exit Function
    #End If
failed:
    AB_INVOICE_DATE = Err.Description
End Function

Function AB_INVOICE_NUMBER(order, line_item, shipment)
    #If App = "Microsoft Excel" Then
        If TypeOf Application.Caller Is Range Then On Error GoTo failed
        AB_INVOICE_NUMBER = XLPy.CallUDF("xlsx_addin.excel.functions", "AB_INVOICE_NUMBER", Array(order, line_item, shipment, CallingCell()), ActiveWorkbook, Application.Caller)
        Exit Function
    #Else
        AB_INVOICE_NUMBER = XLPy.CallUDF("xlsx_addin.excel.functions", "AB_INVOICE_NUMBER", Array(order, line_item, shipment, CallingCell()))
        Exit Function
    #End If
failed:
    AB_INVOICE_NUMBER = Err.Description
End Function

Function AB_INVOICE_STATUS(order, line_item, shipment)
    #If App = "Microsoft Excel" Then
        If TypeOf Application.Caller Is Range Then On Error GoTo failed
        AB_INVOICE_STATUS = XLPy.CallUDF("xlsx_addin.excel.functions", "AB_INVOICE_STATUS", Array(order, line_item, shipment, CallingCell()), ActiveWorkbook, Application.Caller)
        Exit Function
    #Else
        AB_INVOICE_STATUS = XLPy.CallUDF("xlsx_addin.excel.functions", "AB_INVOICE_STATUS", Array(order, line_item, shipment, CallingCell()))
        Exit Function
    #End If
failed:
    AB_INVOICE_STATUS = Err.Description
End Function

Sub RefreshInvoiceFormulas()
    #If App = "Microsoft Excel" Then
        XLPy.CallUDF "xlsx_addin.excel.functions", "RefreshInvoiceFormulas", Array(Application.Hwnd, ActiveWorkbook.Name), ActiveWorkbook, Application.Caller
    #Else
        XLPy.CallUDF "xlsx_addin.excel.functions", "RefreshInvoiceFormulas", Array(Application.Hwnd, ActiveWorkbook.Name)
    #End If
End Sub
