"""The checks: each file asks one kind of thing, and says under which ids."""
