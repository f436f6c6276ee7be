"""A WordPress site that an organisation owns, through its REST API with an application password."""
