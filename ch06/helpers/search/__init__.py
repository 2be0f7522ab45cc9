"""The search for hyperparameters (section 6.5): the modules, in reading order.

================  ==================================================================
module            contents
================  ==================================================================
trial             Trial, and the Experiment that all trials of a search share
methods           which values to try: at random, on a grid, or by Bayesian search
gaussian_process  the model of the Bayesian search (section 6.5.2)
run               run one trial, or all trials in parallel, and save them
trial_log         the CSV file of the trials, from which a search resumes
narrowing         the ranges that a search suggests for the next search
figures           figure 6-24, and three methods side by side
================  ==================================================================
"""
