"""The Explorer's own words: members, kinds of events, models, request and reply. Opens nothing."""
