"""The search for hyperparameters (section 6.5), in the order in which one reads it.

================  ==================================================================
module            what is in it
================  ==================================================================
trial             Trial, and the Experiment that all trials of a search share
methods           which values to try: at random, on a grid, or by Bayesian search
gaussian_process  what the Bayesian search knows: formulas of section 6.5.2
run               one trial; all of them, side by side, kept in a file
trial_log         that file: a line for each trial, to resume from
narrowing         what a search says about the ranges of the next one
figures           figure 6-24, and three methods side by side
================  ==================================================================
"""
