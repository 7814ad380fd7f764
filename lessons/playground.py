"""The playground: a cell that shows whatever its reader makes."""

import numpy  # noqa: F401 (so that the engine's later modules work in the reader's code)

from stage.demo import cell


@cell(opens=True)
def playground(learner):
    """No figure of its own: the code's last value is shown."""
