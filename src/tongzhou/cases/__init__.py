"""Front one to front two: from a fever at a door to a case: call-back, referral, identification, reporting clocks."""
