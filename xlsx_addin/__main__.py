"""`python -m xlsx_addin`, the same as `xlsx-addin`."""

import sys

from xlsx_addin.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
