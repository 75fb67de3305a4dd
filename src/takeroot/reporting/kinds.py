"""What each kind of chart is called, and how its limits are worked out, in words."""

from __future__ import annotations

KINDS = {
    "run": "run chart",
    "xmr": "XmR chart (single values)",
    "mr": "chart of moving ranges",
    "p": "p chart (proportions)",
    "u": "u chart (rates)",
    "c": "c chart (counts)",
    "p_prime": "p′ chart (proportions of large denominators)",
    "u_prime": "u′ chart (rates of large denominators)",
    "g": "g chart (cases between rare events)",
    "t": "t chart (time between rare events)",
}
#: How the centre and the limits of each kind are found.
LIMITS = {
    "run": "the median of the phase, and no limits: runs and trends are what is looked at.",
    "xmr": "mean ± the rule set's constant (2.66, or 3 over 1.128) times the average moving range.",
    "mr": "the average moving range, and 3.267 times it as the upper limit.",
    "p": "the sum of numerators over the sum of denominators, p ± 3 √(p(1 − p)/n) for each denominator n.",
    "u": "the sum of numerators over the sum of denominators, u ± 3 √(u/n) for each denominator n.",
    "c": "the mean count, ± 3 times its square root.",
    "p_prime": "as for a p chart, times how much proportions vary beside what counting alone gives (Laney).",
    "u_prime": "as for a u chart, times how much rates vary beside what counting alone gives (Laney).",
    "g": "the median is drawn, and limits lie about the mean m of what is between events: m ± 3 √(m(m + 1)).",
    "t": "times to the power of 1/3.6 are charted as single values, and brought back to their unit.",
}
