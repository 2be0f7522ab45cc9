"""The search for hyperparameters (section 6.5): the modules, in reading order.

================  ==================================================================
module            what is in it
================  ==================================================================
trial             Trial, and the Experiment that all trials of a search share
methods           which values to try: at random, on a grid, or by Bayesian search
gaussian_process  the model of the Bayesian search (section 6.5.2)
run               one trial; all of them, several at once, saved in a file
trial_log         that file: a line for each trial, to resume from
narrowing         which ranges a search suggests for the next one
figures           figure 6-24, and three methods side by side
================  ==================================================================
"""
