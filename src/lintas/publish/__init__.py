"""The law to read and to take: tables of norms, instruments and coverage, and files made from them."""
