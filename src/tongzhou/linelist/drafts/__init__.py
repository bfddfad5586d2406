"""Lists that February really sent and that are no line lists: a laboratory's results, a street's ledger of the four
categories, an isolation point's rooms, a building's message. They are read into drafts; a person looks at each, and
what she accepts is said in her own name. The rest is dropped on the spot.
"""
