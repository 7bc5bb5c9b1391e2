"""Fits a price model to a window of history: parameters, standard errors, log-likelihood, and draws of parameters.

Models are fitted to daily log returns by maximum likelihood, one file each. Standard errors come from closed forms
where they exist, else from the observed information (numerical second derivatives of the log-likelihood) by the delta
method. Draws come from the posterior under a flat prior, see `likelihood.posterior`, or from a block bootstrap.
"""

from treasury_sim.market.calibration.fit import FITTERS, Fit, fit, window_returns
from treasury_sim.market.calibration.parameters import Estimate, Parameter

__all__ = ["FITTERS", "Estimate", "Fit", "Parameter", "fit", "window_returns"]
