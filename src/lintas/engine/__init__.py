"""IR and facts to truth values: the reference, the bitmask index, the columns and the kernel."""
