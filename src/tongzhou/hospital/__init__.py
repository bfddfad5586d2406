"""Front two: wards and beds, who asks for one, who is proposed where, and what ward and vehicle answer."""
