"""Pages of the loudspeakers: editors and administrators in the admin, operators on their own page."""
