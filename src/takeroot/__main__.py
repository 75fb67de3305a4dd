"""``python -m takeroot`` is ``takeroot``."""

from takeroot.cli import main

if __name__ == "__main__":
    main(prog_name="takeroot")
