"""The interview of a case, its contacts and exposures, letters between counties, nobody left alone."""
