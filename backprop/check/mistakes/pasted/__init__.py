"""Numbers pasted where formulas were: whole tables, and curves of losses."""
