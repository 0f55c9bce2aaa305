"""Three servers, their database, their shared counter, their mail relay and a front, under load,
while what lies between and behind them breaks. Afterwards nothing may be missing or doubled.
"""
