"""All that needs Tk. Only `excel.window` imports it, and only when a window is to be shown."""
