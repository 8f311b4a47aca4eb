"""`python -m tracedag`."""
import sys

from ._checker import main

if __name__ == "__main__":
    sys.exit(main())
