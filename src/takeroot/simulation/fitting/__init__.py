"""What does the record say of the model? Its numbers fitted to what happened, and what stays an assumption.

``paths`` reads where sites stood, ``placing`` makes a setting and a state of a programme, ``terms`` what each move of
the model adds up from, ``priors`` what is believed before, ``likelihood`` how likely the record is, ``finding`` the
numbers that fit best and how sure they are, and ``fitted`` what comes of it.
"""

from takeroot.simulation.fitting.fitted import CAUTION, Fitted
from takeroot.simulation.fitting.placing import placed
from takeroot.simulation.fitting.running import fit

__all__ = ["CAUTION", "Fitted", "fit", "placed"]
