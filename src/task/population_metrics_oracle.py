"""What population_metrics.hpp defines, by NumPy and SciPy: reads spikes, prints each metric.

usage: population_metrics_oracle.py FILE
FILE: first line "begin end dt" (steps, steps, s); then one line of steps for each neuron.
"""
import sys

import numpy
from scipy.signal import correlate
from scipy.special import rel_entr

with open(sys.argv[1]) as file:
    begin, end, dt = (float(each) for each in file.readline().split())
    trains = [numpy.array(line.split(), dtype=float) for line in file]
seconds = (end - begin) * dt


def binned(width):
    steps = round(width / dt)
    edges = begin - 0.5 + steps * numpy.arange(int((end - begin) // steps) + 1)
    return numpy.array([numpy.histogram(train, edges)[0] for train in trains])


def fano(counts):
    return numpy.var(counts) / numpy.mean(counts) if counts.sum() > 3 else 0.0


def autocovariance(counts):
    if not counts.std() > 0.05:
        return 1.0
    whole = numpy.abs(correlate(counts - counts.mean(), counts - counts.mean(), "full", "direct"))
    middle, lags = whole.size // 2, 50
    return (whole / whole.max())[middle - lags:middle + lags + 1].mean()


intervals = [numpy.diff(train) * dt for train in trains]
cvs = numpy.array([each.std() / each.mean() if each.size > 2 else 0 for each in intervals])
rates = numpy.array([train.size / seconds for train in trains])
short, middle, long = binned(1e-3), binned(10e-3), binned(100e-3)
activity = short.mean(axis=0)

together = numpy.concatenate(intervals)
edges = numpy.linspace(0, 1, 100)
share = numpy.histogram(numpy.clip(together, 0, 1), edges)[0] / max(together.size, 1)
if together.size == 0:
    divergence = numpy.nan
else:
    rate = 0.01 if rates.mean() <= 0.1 else 1 / together.mean()
    divergence = abs(rel_entr(share, -numpy.diff(numpy.exp(-rate * edges))).sum())

for name, value in {
    "rate": rates.mean(),
    "cv_isi": cvs.mean(),
    "kl_isi": divergence,
    "spatial_fano": numpy.mean([fano(column) for column in long.T]),
    "temporal_fano": numpy.mean([fano(row) for row in long]),
    "auto_cov": numpy.mean([autocovariance(row) for row in middle]),
    "fft": (2 / activity.size * numpy.abs(numpy.fft.fft(activity))[1:activity.size // 2]).sum(),
    "std_rate_temporal": activity.std(),
    "std_rate_spatial": rates.std(),
    "std_cv": cvs.std(),
}.items():
    print(name, repr(float(value)))
