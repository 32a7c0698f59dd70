"""How the functions of `excel.functions` are answered: arguments, waiting, recalculation."""
