"""What the whole must withstand: many people over a long day (``crowd``), and power cuts (``cuts``)."""
