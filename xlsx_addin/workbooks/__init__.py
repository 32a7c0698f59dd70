"""Adapters that read and write workbooks, all with the contract of `contract.py`."""
