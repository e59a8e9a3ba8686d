"""What the whole must withstand: many people (``load``), a long day (``soak``), power cuts, others' packages."""
